internal import CTorch

extension Tensor {
  /// Number of dimensions.
  public var rank: Int { unsafe Int(ct_rank(handle)) }

  /// The size of each dimension.
  public var shape: [Int] { (0..<rank).map { unsafe Int(ct_size(handle, Int64($0))) } }

  /// Number of elements.
  public var count: Int { unsafe Int(ct_count(handle)) }

  /// The size of one dimension; negative ones count from the last.
  ///
  /// A dimension that is not there is the caller's bug, and traps.
  public func size(_ dimension: Int) -> Int {
    let rank = rank
    let index = dimension < 0 ? dimension + rank : dimension
    precondition(
      index >= 0 && index < rank, "a tensor of rank \(rank) has no dimension \(dimension)")
    return unsafe Int(ct_size(handle, Int64(index)))
  }

  /// The element type.
  ///
  /// libtorch has types that we never make; they read as `uint8`.
  public var dataType: DataType { DataType(code: unsafe ct_dtype_of(handle)) ?? .uint8 }

  /// Where the memory lies.
  public var device: Device { Device(code: unsafe ct_device_of(handle)) }

  /// Bytes that the elements take.
  public var byteCount: Int { unsafe count * Int(ct_element_size(handle)) }

  /// Whether the elements lie densely in row-major order.
  public var isContiguous: Bool { unsafe ct_is_contiguous(handle) }

  /// Whether two tensors read the same memory.
  public func sharesMemory(with other: Tensor) -> Bool {
    unsafe ct_shares_memory(handle, other.handle)
  }

  /// Copies all elements out in row-major order, converting their type when needed.
  public func values<Element: TensorElement>(
    as type: Element.Type = Element.self
  ) throws(TorchError) -> [Element] {
    let source = dataType == Element.dataType ? self : try detached().to(Element.dataType)
    let bytes = source.byteCount
    var failed: TorchError?
    let values = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      if unsafe ct_copy_bytes(source.handle, buffer.baseAddress, bytes) {
        initialized = source.count
      } else {
        failed = TorchError.pending(in: #function)
      }
    }
    if let failed { throw failed }
    return values
  }

  /// The single element as a number.
  ///
  /// - Throws: ``TorchError`` when there are several or none.
  public func item() throws(TorchError) -> Double {
    var value = 0.0
    try check(unsafe ct_item_double(handle, &value))
    return value
  }

  /// The single element as an integer.
  ///
  /// - Throws: ``TorchError`` when there are several or none.
  public func integerItem() throws(TorchError) -> Int {
    var value: Int64 = 0
    try check(unsafe ct_item_int64(handle, &value))
    return Int(value)
  }

  /// Lets `body` read the elements where they lie, as bytes; a copy is made when they are not dense
  /// or not on the CPU.
  public func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let dense = try detached().to(.cpu).contiguous()
    return try withExtendedLifetime(dense) {
      try unsafe body(UnsafeRawBufferPointer(start: ct_data(dense.handle), count: dense.byteCount))
    }
  }

  // MARK: In place

  /// Overwrites the elements with those of `source`, converting type and device.
  public func copy(from source: Tensor) throws(TorchError) {
    try check(unsafe ct_copy_(handle, source.handle))
  }

  /// Sets every element.
  public func fill(_ value: Double) throws(TorchError) {
    try check(unsafe ct_fill_(handle, value))
  }

  /// Adds `scale * other` to the elements.
  public func add(_ other: Tensor, scale: Double = 1) throws(TorchError) {
    try check(unsafe ct_add_(handle, other.handle, scale))
  }

  /// Multiplies the elements.
  public func multiply(by factor: Double) throws(TorchError) {
    try check(unsafe ct_mul_(handle, factor))
  }

  /// Limits the elements to a range.
  public func clamp(from low: Double, to high: Double) throws(TorchError) {
    try check(unsafe ct_clamp_(handle, low, high))
  }

  /// Moves the elements towards `end` by the share `weight`.
  public func interpolate(towards end: Tensor, by weight: Double) throws(TorchError) {
    try check(unsafe ct_lerp_(handle, end.handle, weight))
  }

  /// Adds `scale * left * right` to the elements.
  public func addProduct(_ left: Tensor, _ right: Tensor, scale: Double = 1) throws(TorchError) {
    try check(unsafe ct_addcmul_(handle, left.handle, right.handle, scale))
  }

  /// Adds `scale * dividend / divisor` to the elements.
  public func addQuotient(
    _ dividend: Tensor, _ divisor: Tensor, scale: Double = 1
  ) throws(TorchError) {
    try check(unsafe ct_addcdiv_(handle, dividend.handle, divisor.handle, scale))
  }

  /// Overwrites the slices that `index` (`int64`, rank 1) names along a dimension.
  public func copy(from source: Tensor, at index: Tensor, along dimension: Int = 0)
    throws(TorchError)
  {
    try check(unsafe ct_index_copy_(handle, Int64(dimension), index.handle, source.handle))
  }

  /// Adds to the slices that `index` (`int64`, rank 1) names along a dimension.
  public func add(_ source: Tensor, at index: Tensor, along dimension: Int = 0)
    throws(TorchError)
  {
    try check(unsafe ct_index_add_(handle, Int64(dimension), index.handle, source.handle))
  }
}
