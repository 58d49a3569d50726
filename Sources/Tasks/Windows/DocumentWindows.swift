internal import Torch

/// How long documents are read window by window, and what becomes of the windows' scores.
public struct DocumentWindows: Codable, Sendable, Equatable {
  /// How the scores of a document's windows become one.
  public enum Pooling: String, Codable, Sendable, CaseIterable {
    /// Their mean: what the whole document is like.
    case mean
    /// For each label the highest: what any part of it says.
    case maximum = "max"
  }

  /// The key of a tuned model's `config.json` under which its windows stand.
  static let configurationKey = "finetune_windows"

  /// Tokens of a window at most, special ones included; nil for the longest that texts may have.
  public var length: Int?
  /// Tokens of text that a window shares with the one before it; nil for a quarter of its length.
  public var overlap: Int?
  /// How the windows' scores become one.
  public var pooling: Pooling

  /// Makes settings; each has a default.
  public init(length: Int? = nil, overlap: Int? = nil, pooling: Pooling = .mean) {
    self.length = length
    self.overlap = overlap
    self.pooling = pooling
  }

  /// Refuses values that make no windows.
  ///
  /// - Throws: ``TasksError``.
  public func validate() throws {
    if let length {
      try WindowSettings(length: length, overlap: overlap ?? 0).validate()
    } else if let overlap, overlap < 0 {
      throw TasksError(.setting, "Windows share \(overlap) tokens; that must be at least 0.")
    }
  }

  /// How texts are cut, as a part of a sentence.
  var sentence: String {
    let long = length.map { "\($0) tokens" } ?? "the greatest length"
    let shared = (overlap ?? length.map { $0 / 4 }).map { "\($0)" } ?? "a quarter of it"
    return "long texts in windows of \(long) that share \(shared)"
  }

  /// The slicer for texts of a maximum length.
  ///
  /// - Throws: ``TasksError`` when the settings make no windows.
  func slicer(maximumLength: Int?) throws -> WindowSlicer {
    let length = min(length ?? .max, maximumLength ?? .max)
    return try WindowSlicer(WindowSettings(length: length, overlap: overlap ?? length / 4))
  }
}

extension DocumentWindows.Pooling {
  /// One row of scores for each document.
  ///
  /// - Parameters:
  ///   - logits: `[W, labels]`, the windows of all documents in order.
  ///   - counts: How many windows each of N documents has.
  /// - Returns: `[N, labels]`, in fp32 where a document has several windows.
  /// - Throws: `TorchError` when the counts are not those of the logits.
  func pooled(_ logits: Tensor, counts: [Int]) throws -> Tensor {
    guard counts.contains(where: { $0 != 1 }) else { return logits }
    let logits = try logits.to(.float32)
    var start = 0
    let rows = try counts.map { count in
      defer { start += count }
      let windows = try logits.narrowed(0, from: start, count: count)
      return switch self {
      case .mean: try windows.mean([0])
      case .maximum: try windows.maximum(along: 0)
      }
    }
    return try Tensor.stacked(rows)
  }
}
