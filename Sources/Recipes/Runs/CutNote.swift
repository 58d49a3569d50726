internal import Tokenizers

/// Tells when texts were cut.
enum CutNote {
  /// A sentence; nil when nothing was cut.
  static func text(_ encodings: [Encoding], limit: Int?) -> String? {
    let cut = encodings.count { $0.truncatedTokens > 0 }
    guard cut > 0, let limit else { return nil }
    let tokens = encodings.reduce(0) { $0 + $1.truncatedTokens }
    return "\(cut) of \(encodings.count) texts were longer than \(limit) tokens and were cut; "
      + "\(tokens) tokens were not seen."
  }
}
