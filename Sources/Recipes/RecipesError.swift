public import Foundation

/// A recipe that cannot be used, with everything that is wrong with it.
public struct RecipesError: Error, CustomStringConvertible, LocalizedError, Sendable, Equatable {
  /// What kind of problem it is; more may come.
  public enum Code: String, Sendable {
    /// The file is not there, is a folder, may not be read, or is not text.
    case unreadableFile
    /// The file is not YAML.
    case invalidYAML
    /// A key is given twice, by the same name or by two names for it.
    case duplicateKey
    /// A key that no setting has.
    case unknownKey
    /// A value of another type than the setting's.
    case wrongType
    /// Two settings that exclude each other.
    case conflictingKeys
    /// A setting that must be given is not.
    case missingKey
    /// A value outside what its setting may be.
    case invalidValue
    /// A setting of Hugging Face's that is not built here, with the reason.
    case unsupported
    /// A recipe could not be written.
    case unwritableFile
  }

  /// One thing that is wrong.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// What kind of problem it is.
    public var code: Code
    /// Where it stands; nil when what is wrong is that something is missing.
    public var place: SettingPlace?
    /// What is wrong and what to do.
    public var sentence: String

    /// Makes a problem.
    public init(_ code: Code, at place: SettingPlace?, _ sentence: String) {
      self.code = code
      self.place = place
      self.sentence = sentence
    }

    /// The place, then the sentence, such as `recipe.yaml:3:5: there is no setting 'epoch'`.
    public var description: String {
      place.map { "\($0): \(sentence)" } ?? sentence
    }
  }

  /// Everything that is wrong, files first, in their order; never empty.
  public let problems: [Problem]

  /// Makes the error of these problems.
  public init(_ problems: [Problem]) {
    self.problems = problems
  }

  /// Makes the error of one problem.
  init(_ code: Code, at place: SettingPlace? = nil, _ sentence: String) {
    problems = [Problem(code, at: place, sentence)]
  }

  /// Problems in the order of a file, then those of flags, then those of nowhere.
  static func inOrder(_ problems: [Problem]) -> [Problem] {
    let keys = problems.enumerated().map { (key: $1.place.order + [$0], problem: $1) }
    return keys.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.problem)
  }

  /// The kind of the first problem.
  public var code: Code { problems.first?.code ?? .invalidValue }

  /// The problem's sentence, or a line for each of several.
  public var description: String {
    guard problems.count > 1 else { return problems.first?.description ?? "" }
    let lines = problems.map { "\n  \($0)" }.joined()
    return "the recipe has \(problems.count) problems:" + lines
  }

  /// The same as ``description``.
  public var errorDescription: String? { description }
}

/// Where a setting was given.
public enum SettingPlace: Sendable, Equatable, CustomStringConvertible {
  /// In a file, as it was named; line and column count from 1, the column in Unicode scalars.
  case file(String, line: Int, column: Int)
  /// On the command line, by this flag.
  case flag(String)

  /// `recipe.yaml:3:5` or `--epochs`.
  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .flag(let flag): flag
    }
  }
}

extension SettingPlace? {
  /// Numbers that sort places: lines and columns of files, then flags, then no place.
  fileprivate var order: [Int] {
    switch self {
    case .file(_, let line, let column): [0, line, column]
    case .flag: [1, 0, 0]
    case nil: [2, 0, 0]
    }
  }
}
