public import Layers

/// How many of a model's numbers training changes.
public struct TrainableShare: Sendable, Equatable, CustomStringConvertible {
  /// Those that are trained.
  public let trainable: Int
  /// All, those that a method attached among them.
  public let total: Int
  /// Those that a method attached.
  public let attached: Int

  /// Names the counts.
  public init(trainable: Int, total: Int, attached: Int = 0) {
    self.trainable = trainable
    self.total = total
    self.attached = attached
  }

  /// Counts the parameters of a store for which `isTrained` is true, by default those that are
  /// trainable.
  public init(_ store: ParameterStore, where isTrained: (Parameter) -> Bool = \.isTrainable) {
    let count = { (parameters: [Parameter]) in parameters.reduce(0) { $0 + $1.count } }
    trainable = count(store.parameters.filter(isTrained))
    total = count(store.parameters)
    attached = count(store.parameters.filter(\.isAttached))
  }

  /// The share that is trained, 0…1.
  public var share: Double { total == 0 ? 0 : Double(trainable) / Double(total) }

  /// Such as `14,850 of 109,499,138 parameters (0.014 %)`.
  public var description: String {
    let percent = share * 100
    // Two digits that say something, however small the share.
    var decimals = percent >= 10 || percent == 0 ? 1 : 2
    var rest = percent
    while rest < 0.1, rest > 0, decimals < 6 { (rest, decimals) = (rest * 10, decimals + 1) }
    return "\(Self.grouped(trainable)) of \(Self.grouped(total)) parameters "
      + "(\(Self.rounded(percent, decimals)) %)"
  }

  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text.append(",") }
      text.append(digit.element)
    }
  }

  private static func rounded(_ value: Double, _ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let whole = Int((value * Double(scale)).rounded())
    let part = String(whole % scale)
    return "\(whole / scale)." + String(repeating: "0", count: decimals - part.count) + part
  }
}
