internal import Evaluation

/// How the tags of a file become those of the model.
struct TagReading: Sendable, Equatable {
  /// The scheme of the file.
  var source: TagScheme
  /// The scheme of the model.
  var target: TagScheme
  /// Whether tags that break the rules of their scheme are refused, not repaired.
  var refuses: Bool

  /// The tags of a sentence as the model learns them.
  struct Reading: Equatable {
    var tags: [String]
    var isRepaired: Bool
  }

  /// Reads a sentence.
  ///
  /// - Throws: `EvaluationError` for a tag that is none of the scheme, and ``TasksError`` for one that
  ///   may not stand where it is, if such are refused.
  func callAsFunction(_ tags: [String]) throws -> Reading {
    let faults = source.faults(in: tags)
    if refuses, let fault = faults.first {
      throw TasksError(.example, fault.description)
    }
    // What has no fault keeps its spelling: reading and writing might change it.
    if faults.isEmpty, source == target { return Reading(tags: tags, isRepaired: false) }
    return Reading(
      tags: try source.converted(tags, to: target), isRepaired: !faults.isEmpty)
  }
}

extension TagScheme {
  /// The types of the entities that sentences mark, each once.
  ///
  /// - Throws: `EvaluationError` for a tag that is none of the scheme.
  func types(of sentences: some Sequence<[String]>) throws -> [String] {
    var seen = Set<[UInt8]>()
    var types: [String] = []
    for tags in sentences {
      for entity in try entities(in: tags) where seen.insert(Array(entity.type.utf8)).inserted {
        types.append(entity.type)
      }
    }
    return types
  }

  /// All tags that mark entities of some types, and `O`, sorted by bytes.
  ///
  /// A type of which the training data have no entity of two words, say, still gets its `I-`: other
  /// data may have one.
  func vocabulary(of types: [String]) -> [String] {
    let tags = types.flatMap { type in
      letters.map { type == "_" ? String($0) : "\($0)-\(type)" }
    }
    return (tags + ["O"]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The type of entity that a tag marks; nil for `O` and for a tag that is none of the scheme.
  func type(of tag: String) -> String? {
    (try? entities(in: [tag]))?.first?.type
  }
}
