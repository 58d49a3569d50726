#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Functions of real numbers that training needs.
enum RealFunctions {
  /// The natural logarithm.
  static func logarithm(_ value: Double) -> Double { log(value) }

  /// e to a power.
  static func exponential(_ value: Double) -> Double { exp(value) }

  /// The derivative of the logarithm of the gamma function, for numbers above zero.
  ///
  /// Small numbers are raised by ψ(x) = ψ(x + 1) − 1 / x to where the series about x − 1/2 has less
  /// error than fits in a double: Abramowitz and Stegun (1964), 6.3.5 and 6.3.18.
  static func digamma(_ value: Double) -> Double {
    var value = value
    var result = 0.0
    while value < 10 {
      result -= 1 / value
      value += 1
    }
    let inverse = 1 / (value - 0.5)
    let square = inverse * inverse
    var series = 511.0 / 67584
    for term in [-127.0 / 30720, 31.0 / 8064, -7.0 / 960, 1.0 / 24] {
      series = term + series * square
    }
    return result + log(value - 0.5) + series * square
  }
}
