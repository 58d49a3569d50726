public import Torch

/// One named tensor of a model: what it computes with, and the fp32 original that an optimiser
/// moves.
public final class Parameter {
  /// The name in the Hugging Face checkpoint.
  public let name: String
  /// The size of each dimension.
  public let shape: [Int]
  /// The tensor that layers use, in the store's compute type; its gradient is of the same type.
  public private(set) var value: Tensor
  /// The fp32 original, which is what is trained, averaged and saved; ``value`` itself when the
  /// model computes in fp32, and after ``releaseOriginal()``.
  public private(set) var master: Tensor
  /// The values in few bits, of a frozen one that ``quantize(_:)`` was called for; ``value`` and
  /// ``master`` are then empty.
  public private(set) var quantized: QuantizedWeight?
  /// Whether a checkpoint gave the values, or an initialiser.
  public let origin: Origin

  /// Where a parameter's first values came from.
  public enum Origin: Sendable, Equatable {
    /// The checkpoint had a tensor of this name and shape.
    case checkpoint
    /// An initialiser made them.
    case initialized
  }

  /// Whether the store was opened to use the parameters, not to train them: what is derived from
  /// the values then holds until ``revision`` changes.
  public let isFixed: Bool
  /// How often the values were overwritten by ``assign(_:)``.
  public private(set) var revision = 0
  /// Whether training changes the parameter.
  public private(set) var isTrainable = false
  /// Whether a method of tuning added the parameter to the model: it is not in the model's own
  /// checkpoint.
  public let isAttached: Bool
  /// Whether ``master`` is memory of its own; if not, it shares the pages of the checkpoint's file.
  private var ownsMaster: Bool

  init(
    name: String, master: Tensor, value: Tensor, origin: Origin, isFixed: Bool,
    ownsMaster: Bool = true, isAttached: Bool = false
  ) {
    self.isAttached = isAttached
    self.ownsMaster = ownsMaster
    self.name = name
    self.shape = master.shape
    self.master = master
    self.value = value
    self.origin = origin
    self.isFixed = isFixed
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Whether ``value`` is a copy of ``master`` in another type.
  public var hasComputeCopy: Bool { value !== master }

  /// Bytes that the parameter needs: those of what is computed with, and of the original where that
  /// is memory of its own beside it.
  ///
  /// An original that shares the pages of the checkpoint's file beside a copy is read once, for the
  /// copy, and needs none.
  public var byteCount: Int {
    quantized?.byteCount
      ?? (value.byteCount + (hasComputeCopy && ownsMaster ? master.byteCount : 0))
  }

  /// Lets training change the parameter, or keeps it as it is: a frozen one has no gradient at all.
  ///
  /// Training writes in place: one that still shares the checkpoint's pages gets memory of its own.
  ///
  /// - Throws: ``LayersError`` when one that is kept in few bits is to be trained.
  public func setTrainable(_ trainable: Bool) throws {
    if trainable, let quantized {
      throw LayersError(
        .weights,
        "The parameter \(name) is kept as \(quantized.format.rawValue), which cannot be trained.")
    }
    if trainable, !ownsMaster {
      let isOne = !hasComputeCopy
      master = try withoutGradients { try master.clone() }
      if isOne { value = master }
      ownsMaster = true
    }
    try value.setRequiresGradient(trainable)
    if !trainable { try value.setGradient(nil) }
    isTrainable = trainable
  }

  /// Lets go of the fp32 original beside a copy in another type: for one that is frozen for good, and
  /// not saved.
  public func releaseOriginal() {
    guard hasComputeCopy, !isTrainable else { return }
    master = value
    ownsMaster = true
  }

  /// Keeps a frozen matrix in few bits from now on, and frees its numbers.
  ///
  /// - Throws: ``LayersError`` for one that is trained, or no matrix.
  public func quantize(_ format: WeightFormat) throws {
    guard !isTrainable, shape.count == 2, quantized == nil else {
      throw LayersError(
        .weights, "The parameter \(name) cannot be kept in few bits: only frozen matrices can.")
    }
    quantized = try QuantizedWeight(master, format)
    value = try Tensor.zeros([0], value.dataType)
    master = value
    ownsMaster = true
    revision += 1
  }

  /// The values in fp32: the original where there is one, else what was rounded of it.
  ///
  /// - Throws: `TorchError` when memory runs out.
  public func original() throws -> Tensor {
    try withoutGradients { try quantized?.values(.float32) ?? master.to(.float32) }
  }

  /// The values as products take them.
  var weight: DenseWeight { quantized.map { .quantized($0) } ?? .plain(value) }

  /// Overwrites the values, in the original and in what is computed with.
  ///
  /// - Throws: ``LayersError`` when the shapes differ.
  public func assign(_ tensor: Tensor) throws {
    guard tensor.shape == shape else {
      throw LayersError(
        .weights, "The parameter \(name) has the shape \(shape), the new values \(tensor.shape).")
    }
    revision += 1
    if let quantized {
      self.quantized = try QuantizedWeight(tensor, quantized.format)
      return
    }
    try withoutGradients {
      try master.copy(from: tensor)
      if hasComputeCopy { try value.copy(from: master) }
    }
  }
}
