internal import CTorch

/// Keeps the memory that tensors give back for the next ones, until the process ends.
///
/// A training step frees and needs again the same hundreds of megabytes; without this the system
/// clears and maps their pages each time (measured: 19 ms in place of 2 for a float32 gradient of a
/// table of 30,522 by 384). It holds for the whole process, so a library leaves the choice to its
/// user: call it once, before the first tensor is made.
///
/// - Returns: Whether the C library could be told; only glibc can.
@discardableResult
public func keepFreedMemory() -> Bool { ct_keep_freed_memory() }
