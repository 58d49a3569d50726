#if canImport(Darwin)
  import Darwin
#else
  import Foundation
#endif

/// The memory that this process holds.
public struct ProcessMemory: Sendable, Equatable {
  /// The bytes in memory now.
  public let resident: Int
  /// The most bytes that were in memory at once.
  public let peak: Int

  /// Makes a value from figures that are known.
  public init(resident: Int, peak: Int) {
    self.resident = resident
    self.peak = peak
  }

  /// Bytes for a reader: "512 MB" or "1.2 GB", in powers of ten.
  public static func text(_ bytes: Int) -> String { ProgressLine.bytes(bytes) }

  /// Reads the figures from the system; nil where it does not tell.
  public static func now() -> ProcessMemory? {
    #if canImport(Darwin)
      return fromTaskInformation()
    #else
      // Read in one piece: the file system of processes has no lengths.
      guard let file = FileHandle(forReadingAtPath: "/proc/self/status"),
        let data = try? file.readToEnd()
      else { return nil }
      return ProcessMemory(status: String(decoding: data, as: UTF8.self))
    #endif
  }

  #if !canImport(Darwin)
    /// Reads Linux's `/proc/self/status`, lines such as "VmRSS:     1234 kB".
    init?(status: String) {
      func kilobytes(_ name: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      }
      guard let resident = kilobytes("VmRSS"), let peak = kilobytes("VmHWM") else { return nil }
      self.resident = resident * 1024
      self.peak = peak * 1024
    }
  #endif

  #if canImport(Darwin)
    private static func fromTaskInformation() -> ProcessMemory? {
      var information = mach_task_basic_info()
      let words = MemoryLayout<mach_task_basic_info>.size / MemoryLayout<natural_t>.size
      var count = mach_msg_type_number_t(words)
      let result = unsafe withUnsafeMutablePointer(to: &information) { pointer in
        unsafe pointer.withMemoryRebound(to: integer_t.self, capacity: words) { rebound in
          unsafe task_info(mach_task_self_, task_flavor_t(MACH_TASK_BASIC_INFO), rebound, &count)
        }
      }
      guard result == KERN_SUCCESS else { return nil }
      return ProcessMemory(
        resident: Int(information.resident_size), peak: Int(information.resident_size_max))
    }
  #endif
}
