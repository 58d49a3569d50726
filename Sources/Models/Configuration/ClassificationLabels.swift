/// The labels and the kind of problem that a classifier's `config.json` carries.
public struct ClassificationLabels: Sendable, Equatable {
  /// What one row's answer is, under Transformers' names.
  public enum Problem: String, Sendable, Codable {
    /// Exactly one of the labels.
    case singleLabel = "single_label_classification"
    /// Any number of the labels.
    case multiLabel = "multi_label_classification"
    /// Numbers.
    case regression
  }

  /// The labels' names, in the order of the logits.
  public var names: [String]
  /// What one row's answer is.
  public var problem: Problem

  /// Names labels and problem.
  public init(names: [String], problem: Problem) {
    self.names = names
    self.problem = problem
  }

  /// Reads `id2label` and `problem_type`; nil when the file tells of no labels.
  ///
  /// Transformers leaves two labels out of the file when they are LABEL_0 and LABEL_1, the names
  /// that it gives by itself.
  ///
  /// - Throws: ``ModelsError`` when ids are not 0, 1, 2, … or a name is no text.
  public init?(_ file: ConfigurationFile) throws {
    let entries: [String: JSONValue]
    if case .object(let written) = file.values["id2label"] {
      entries = written
    } else if file.isClassifier {
      entries = ["0": .string("LABEL_0"), "1": .string("LABEL_1")]
    } else {
      return nil
    }
    var names = [String?](repeating: nil, count: entries.count)
    for (key, value) in entries {
      guard let index = Int(key), names.indices.contains(index), names[index] == nil,
        case .string(let name) = value
      else {
        throw ModelsError(
          .configuration,
          "\(file.path): id2label must map 0 to \(entries.count - 1) to texts; "
            + "\"\(key)\" does not.")
      }
      names[index] = name
    }
    self.names = names.compactMap { $0 }
    let written = try file.text("problem_type", default: "")
    if written.isEmpty {
      problem = entries.count == 1 ? .regression : .singleLabel
    } else if let known = Problem(rawValue: written) {
      problem = known
    } else {
      throw ModelsError(
        .configuration,
        "\(file.path): problem_type is \"\(written)\"; known are single_label_classification, "
          + "multi_label_classification and regression.")
    }
  }

  /// Writes the labels into a configuration, as Transformers reads them.
  public func write(to file: inout ConfigurationFile) {
    file.values["id2label"] = .object(
      Dictionary(uniqueKeysWithValues: names.enumerated().map { (String($0), .string($1)) }))
    file.values["label2id"] = .object(
      Dictionary(
        names.enumerated().map { ($1, .integer($0)) }, uniquingKeysWith: { first, _ in first }))
    file.values["problem_type"] = .string(problem.rawValue)
    file.values["num_labels"] = nil
    file.values["_num_labels"] = nil
  }
}

extension ConfigurationFile {
  /// Whether `architectures` names a classifier of whole texts or of tokens, of any family.
  fileprivate var isClassifier: Bool {
    guard case .array(let names) = values["architectures"] else { return false }
    return names.contains { name in
      if case .string(let text) = name {
        text.hasSuffix("ForSequenceClassification") || text.hasSuffix("ForTokenClassification")
      } else {
        false
      }
    }
  }
}
