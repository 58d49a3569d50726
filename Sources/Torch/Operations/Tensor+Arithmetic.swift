internal import CTorch

// Operands of different shapes are broadcast as in NumPy; of different types, promoted as in
// PyTorch. A number is a fraction, as PyTorch's 2.0 is: with it a tensor of integers gives one of
// float32.
extension Tensor {
  /// The sum, element by element.
  public static func + (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_add(left.handle, right.handle))
  }

  /// The difference, element by element.
  public static func - (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_sub(left.handle, right.handle))
  }

  /// The product, element by element.
  public static func * (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_mul(left.handle, right.handle))
  }

  /// The quotient, element by element.
  public static func / (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_div(left.handle, right.handle))
  }

  /// Adds a number to every element.
  public static func + (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_add_scalar(left.handle, right))
  }

  /// Subtracts a number from every element.
  public static func - (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_add_scalar(left.handle, -right))
  }

  /// Multiplies every element by a number.
  public static func * (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_mul_scalar(left.handle, right))
  }

  /// Divides every element by a number.
  public static func / (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_div_scalar(left.handle, right))
  }

  /// Every element with its sign changed.
  public static prefix func - (operand: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_neg(operand.handle))
  }

  /// Every element to a power.
  public func power(_ exponent: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_pow_scalar(handle, exponent))
  }

  /// The larger of two, element by element.
  public func maximum(_ other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_maximum(handle, other.handle))
  }

  /// The smaller of two, element by element.
  public func minimum(_ other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_minimum(handle, other.handle))
  }

  /// Every element limited to a range.
  public func clamped(from low: Double, to high: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_clamp(handle, low, high))
  }

  /// |x| of every element.
  public func absolute() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_abs(handle))
  }

  /// eˣ of every element.
  public func exponential() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_exp(handle))
  }

  /// The natural logarithm of every element.
  public func logarithm() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_log(handle))
  }

  /// √x of every element.
  public func squareRoot() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_sqrt(handle))
  }

  /// 1/√x of every element.
  public func reciprocalSquareRoot() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_rsqrt(handle))
  }

  /// x² of every element.
  public func squared() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_square(handle))
  }

  /// The hyperbolic tangent of every element.
  public func hyperbolicTangent() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_tanh(handle))
  }

  /// 1 / (1 + e⁻ˣ) of every element.
  public func sigmoid() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_sigmoid(handle))
  }

  /// The error function of every element.
  public func errorFunction() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_erf(handle))
  }

  /// The sine of every element, in radians.
  public func sine() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_sin(handle))
  }

  /// The cosine of every element, in radians.
  public func cosine() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_cos(handle))
  }
}
