public import Torch

/// One named tensor of a model: what it computes with, and the fp32 original that an optimiser
/// moves.
public final class Parameter {
  /// The name in the Hugging Face checkpoint.
  public let name: String
  /// The size of each dimension.
  public let shape: [Int]
  /// The tensor that layers use, in the store's compute type; its gradient is of the same type.
  public let value: Tensor
  /// The fp32 original, which is what is trained, averaged and saved; ``value`` itself when the
  /// model computes in fp32.
  public let master: Tensor
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

  init(name: String, master: Tensor, value: Tensor, origin: Origin, isFixed: Bool) {
    self.name = name
    self.shape = master.shape
    self.master = master
    self.value = value
    self.origin = origin
    self.isFixed = isFixed
  }

  /// Number of elements.
  public var count: Int { master.count }

  /// Whether ``value`` is a copy of ``master`` in another type.
  public var hasComputeCopy: Bool { value !== master }

  /// Lets training change the parameter, or keeps it as it is: a frozen one has no gradient at all.
  public func setTrainable(_ trainable: Bool) throws {
    try value.setRequiresGradient(trainable)
    if !trainable { try value.setGradient(nil) }
    isTrainable = trainable
  }

  /// Overwrites the values, in the original and in what is computed with.
  ///
  /// - Throws: ``LayersError`` when the shapes differ.
  public func assign(_ tensor: Tensor) throws {
    guard tensor.shape == shape else {
      throw LayersError(
        .weights, "The parameter \(name) has the shape \(shape), the new values \(tensor.shape).")
    }
    try withoutGradients {
      try master.copy(from: tensor)
      if hasComputeCopy { try value.copy(from: master) }
    }
    revision += 1
  }
}
