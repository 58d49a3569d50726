/// A decimal number as serde_json, the reader of Hugging Face's `tokenizers`, takes it: the digits
/// as a whole number of 64 bits, times or divided by a power of ten.
///
/// That can differ from the nearest number in its last bit, and the last bit decides which of two
/// equally good ways to spell a word is taken.
struct DecimalNumber {
  private var digits: UInt64 = 0
  private var exponent = 0
  private var isNegative = false

  /// Reads a number of JSON.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    var isFraction = false
    var isFull = false
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        let text = String(decoding: bytes[(index + 1)...], as: UTF8.self)
        exponent += max(-100_000, min(Int(text) ?? 0, 100_000))
        return
      default:
        let (tens, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(byte &- 48))
        isFull = isFull || overflow || carry
        if isFull {
          if !isFraction { exponent += 1 }
        } else {
          digits = sum
          if isFraction { exponent -= 1 }
        }
      }
    }
  }

  /// The number; infinite where it is too large.
  var value: Double {
    var result = Double(digits)
    var rest = exponent
    while rest < 0, result != 0 {
      let step = min(-rest, 308)
      result /= Self.powers[step]
      rest += step
    }
    while rest > 0, result != 0, result.isFinite {
      let step = min(rest, 308)
      result *= Self.powers[step]
      rest -= step
    }
    return isNegative ? -result : result
  }

  /// The powers of ten, each the nearest number.
  private static let powers: [Double] = (0...308).map { Double("1e\($0)") ?? .infinity }
}
