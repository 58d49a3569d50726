/// How the relation between two marked entities is learned.
///
/// Baldini Soares et al., "Matching the Blanks: Distributional Similarity for Relation Learning",
/// 2019, arXiv:1906.03158, compare the markers and the ways to pool.
public struct RelationExtractionSettings: Codable, Sendable, Equatable {
  /// Which vectors of a sentence the relation is read from.
  public enum Pooling: String, Codable, Sendable, CaseIterable {
    /// Those of the two markers that open the entities ("entity start").
    case startMarkers = "start-markers"
    /// The mean of each entity's own tokens ("mention pooling", with a mean).
    case mean
    /// That of the sequence's first token (`[CLS]`).
    case firstToken = "first-token"
  }

  /// The usual markers.
  public static let usualMarkers = ["[E1]", "[/E1]", "[E2]", "[/E2]"]

  /// The tokens that enclose the entities, which are added to the vocabulary: before and after the
  /// first one, before and after the second one.
  public var markers: [String]
  /// Which vectors the relation is read from.
  public var pooling: Pooling
  /// The label of rows without a relation, which the averages leave out; nil takes the first of the
  /// usual names (`no_relation`, `Other`, `NA`, `unknown`, `None`) that is among the labels.
  public var noRelation: String?

  /// Makes settings; each has a default.
  public init(
    markers: [String] = Self.usualMarkers, pooling: Pooling = .startMarkers,
    noRelation: String? = nil
  ) {
    self.markers = markers
    self.pooling = pooling
    self.noRelation = noRelation
  }

  /// Reads settings; what is not there has its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      markers: try container.decodeIfPresent([String].self, forKey: .markers) ?? Self.usualMarkers,
      pooling: try container.decodeIfPresent(Pooling.self, forKey: .pooling) ?? .startMarkers,
      noRelation: try container.decodeIfPresent(String.self, forKey: .noRelation))
  }

  /// Refuses markers that cannot be told apart from each other or from text.
  ///
  /// - Throws: ``TasksError``.
  public func check() throws {
    guard markers.count == 4 else {
      throw TasksError(
        .setting,
        "There are \(markers.count) entity markers, and 4 were expected: before and after the first "
          + "entity, before and after the second one, such as "
          + Self.usualMarkers.joined(separator: ", ") + ".")
    }
    for (place, marker) in markers.enumerated() {
      guard !marker.isEmpty, !marker.contains(where: \.isWhitespace) else {
        throw TasksError(
          .setting, "The entity marker '\(marker)' is empty or has white space in it.")
      }
      for other in markers[(place + 1)...] where marker.contains(other) || other.contains(marker) {
        throw TasksError(
          .setting,
          "The entity markers '\(marker)' and '\(other)' cannot be told apart: one holds the other."
        )
      }
    }
    if let noRelation, noRelation.isEmpty {
      throw TasksError(.setting, "The name of the label for \"no relation\" is empty.")
    }
  }
}
