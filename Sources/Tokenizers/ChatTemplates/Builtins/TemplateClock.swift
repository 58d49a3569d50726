#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// The time that `strftime_now` tells.
struct TemplateClock: Sendable {
  /// Seconds since 1970; nil for the present.
  var seconds: Int?

  /// The local time in a format of C's `strftime`.
  func formatted(_ format: String) throws(TemplateFailure) -> String {
    var moment = seconds ?? time(nil)
    var parts = unsafe tm()
    guard unsafe localtime_r(&moment, &parts) != nil else {
      throw TemplateFailure("the time is not known.")
    }
    // An empty result and one that does not fit look alike, so one character is added.
    var buffer = [CChar](repeating: 0, count: 512 + 4 * format.utf8.count)
    let length = unsafe strftime(&buffer, buffer.count, format + "$", &parts)
    guard length > 0 else { throw TemplateFailure("the format of the time is too long.") }
    return String(decoding: buffer[..<(length - 1)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Powers, which the standard library leaves to C.
enum TemplateMath {
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
