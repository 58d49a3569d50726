internal import CTorch

extension Tensor {
  /// Makes a tensor of zeros.
  public static func zeros(
    _ shape: [Int], _ type: DataType = .float32, on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(shape, 0, type, on: device)
  }

  /// Makes a tensor of ones.
  public static func ones(
    _ shape: [Int], _ type: DataType = .float32, on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(shape, 1, type, on: device)
  }

  /// Makes a tensor that holds one value everywhere.
  public static func full(
    _ shape: [Int], _ value: Double, _ type: DataType = .float32, on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    let sizes = shape.map(Int64.init)
    return unsafe try Tensor(adopting: ct_full(sizes, sizes.count, value, type.code, device.code))
  }

  /// Makes a tensor whose contents are whatever the memory held; write before reading.
  public static func uninitialized(
    _ shape: [Int], _ type: DataType = .float32, on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    let sizes = shape.map(Int64.init)
    return unsafe try Tensor(adopting: ct_empty(sizes, sizes.count, type.code, device.code))
  }

  /// Makes `[start, start + step, …]` up to but without `end`.
  public static func range(
    from start: Double = 0, to end: Double, by step: Double = 1, _ type: DataType = .int64,
    on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_arange(start, end, step, type.code, device.code))
  }

  /// Copies values into a new tensor on the CPU; `shape` defaults to one dimension.
  ///
  /// - Throws: ``TorchError`` when the shape's count is not the values' count.
  public convenience init<Element: TensorElement>(
    _ values: [Element], shape: [Int]? = nil
  ) throws(TorchError) {
    let sizes = (shape ?? [values.count]).map(Int64.init)
    let made = unsafe values.withUnsafeBytes { bytes in
      unsafe ct_from_bytes(
        bytes.baseAddress, bytes.count, sizes, sizes.count, Element.dataType.code)
    }
    unsafe try self.init(adopting: made)
  }

  /// Copies densely packed elements, given as bytes in this machine's order, into a new tensor on
  /// the CPU.
  ///
  /// The bytes need no alignment.
  ///
  /// - Throws: ``TorchError`` when their number is not what the shape takes.
  public static func copying(
    _ bytes: UnsafeRawBufferPointer, shape: [Int], _ type: DataType
  ) throws(TorchError) -> Tensor {
    let sizes = shape.map(Int64.init)
    return unsafe try Tensor(
      adopting: ct_from_bytes(bytes.baseAddress, bytes.count, sizes, sizes.count, type.code))
  }

  /// Makes a tensor of rank 0.
  public convenience init<Element: TensorElement>(scalar: Element) throws(TorchError) {
    try self.init([scalar], shape: [])
  }

  /// Shares memory that `owner` keeps alive: nothing is copied.
  ///
  /// The memory must hold the elements densely, and must not change while the tensor lives. Writing
  /// to the tensor writes to the memory.
  public static func sharing(
    _ memory: UnsafeRawPointer, shape: [Int], _ type: DataType, ownedBy owner: AnyObject
  ) throws(TorchError) -> Tensor {
    let sizes = shape.map(Int64.init)
    let context = unsafe Unmanaged.passRetained(owner).toOpaque()
    let handle = unsafe ct_from_memory(
      UnsafeMutableRawPointer(mutating: memory), sizes, sizes.count, type.code,
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<AnyObject>.fromOpaque(context).release()
      }, context)
    if unsafe handle == nil { unsafe Unmanaged<AnyObject>.fromOpaque(context).release() }
    return unsafe try Tensor(adopting: handle)
  }

  /// A copy with memory of its own; differentiable.
  public func clone() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_clone(handle))
  }

  /// The same values densely packed, in row-major order; itself when it is so already.
  public func contiguous() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_contiguous(handle))
  }

  /// The same values in another element type; shares memory when nothing changes.
  public func to(_ type: DataType) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_to(handle, type.code, ct_device_of(handle)))
  }

  /// The same values on another device, and in another element type when one is given.
  public func to(_ device: Device, _ type: DataType? = nil) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_to(handle, type?.code ?? ct_dtype_of(handle), device.code))
  }
}
