import Evaluation
import Foundation

/// The texts of progress: a bar that fits a width, and a plain line.
struct ProgressLine {
  var title: String
  var total: Int?
  var unit = ProgressUnit.steps
  var state: ProgressState
  var stepsPerSecond: Double?
  var tokensPerSecond: Double?
  var memory: Int?

  /// A piece of the line; those of the highest rank go first when the line is too narrow.
  private struct Field {
    let text: String
    let rank: Int
  }

  /// The live line, at most `width` columns wide.
  ///
  /// The bar is made of ASCII: block characters are two columns wide on many Chinese and Japanese
  /// terminals.
  func bar(width: Int) -> String {
    var fields = [Field(text: title, rank: 1)]
    if let share { fields.append(Field(text: Self.percent(share).rightAligned(4), rank: 0)) }
    let place = fields.count
    fields.append(Field(text: count, rank: 3))
    fields += numbers(short: true)
    let least = share == nil ? 0 : Self.leastBar + 2
    func used(_ fields: [Field]) -> Int {
      fields.reduce(0) { $0 + $1.text.displayWidth + 2 } - 2
    }
    while used(fields) + (least > 0 ? least + 2 : 0) > width, fields.count > 1,
      let worst = fields.indices.max(by: { fields[$0].rank < fields[$1].rank })
    {
      fields.remove(at: worst)
    }
    var texts = fields.map(\.text)
    let room = width - used(fields) - 4
    if let share, room >= Self.leastBar, place <= texts.count {
      texts.insert(Self.drawn(share, cells: min(room, Self.mostBar)), at: place)
    }
    return texts.joined(separator: "  ").cut(toWidth: width)
  }

  /// A line that stands by itself, for logs.
  var plain: String {
    var texts = [title, count]
    if let share { texts[1] += " (\(Self.percent(share)))" }
    texts += numbers(short: false).map(\.text)
    return texts.joined(separator: "  ")
  }

  /// The share that is done, from 0 to 1.
  var share: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, max(0, Double(state.step) / Double(total)))
  }

  private var count: String {
    switch unit {
    case .steps: total.map { "\(state.step)/\($0)" } ?? "step \(state.step)"
    case .bytes:
      total.map { "\(Self.bytes(state.step))/\(Self.bytes($0))" } ?? Self.bytes(state.step)
    }
  }

  private func numbers(short: Bool) -> [Field] {
    var fields: [Field] = []
    if let epoch = state.epoch { fields.append(Field(text: "epoch \(epoch.fixed(2))", rank: 8)) }
    if let loss = state.loss { fields.append(Field(text: "loss \(loss.fixed(4))", rank: 2)) }
    if let rate = state.learningRate {
      let name = short ? "lr" : "learning rate"
      fields.append(Field(text: "\(name) \(String(format: "%.2e", rate))", rank: 7))
    }
    if let tokensPerSecond {
      fields.append(
        Field(text: "\(Self.grouped(Int(tokensPerSecond.rounded()))) tokens/s", rank: 5))
    }
    if unit == .bytes, let stepsPerSecond {
      fields.append(Field(text: "\(Self.bytes(Int(stepsPerSecond.rounded())))/s", rank: 5))
    }
    if let total, let stepsPerSecond, stepsPerSecond > 0 {
      let seconds = Double(max(0, total - state.step)) / stepsPerSecond
      fields.append(Field(text: "\(Self.duration(seconds)) left", rank: 4))
    }
    if let memory { fields.append(Field(text: Self.bytes(memory), rank: 6)) }
    return fields
  }

  private static let leastBar = 10
  private static let mostBar = 30

  private static func drawn(_ share: Double, cells: Int) -> String {
    let full = Int((share * Double(cells)).rounded(.down))
    return "[" + String(repeating: "#", count: full)
      + String(repeating: "-", count: cells - full) + "]"
  }

  private static func percent(_ share: Double) -> String { "\(Int(share * 100))%" }

  /// A count with a comma between thousands.
  static func grouped(_ number: Int) -> String {
    let digits = String(number)
    return digits.enumerated().reduce(into: "") { text, digit in
      let left = digits.count - digit.offset
      if digit.offset > 0, left % 3 == 0, text != "-" { text.append(",") }
      text.append(digit.element)
    }
  }

  /// Seconds as "0:07", "12:34" or "1:02:03".
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "long" }
    let whole = Int(seconds.rounded())
    let parts = [whole / 3600, whole / 60 % 60, whole % 60]
    let shown = parts[0] > 0 ? parts : Array(parts.dropFirst())
    return shown.enumerated().map { place, part in
      place > 0 && part < 10 ? "0\(part)" : "\(part)"
    }.joined(separator: ":")
  }

  /// Bytes as "8 kB", "512 MB" or "1.2 GB", in powers of ten.
  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1_000_000: "\(count / 1000) kB"
    case ..<1_000_000_000: "\(count / 1_000_000) MB"
    default: "\((Double(count) / 1e9).fixed(1)) GB"
    }
  }
}
