public import Foundation

/// What is wrong with a data file, a setting about data, or the data themselves.
///
/// The description reads as a sentence: what is wrong, where, and what to do about it.
public struct DatasetsError: Error, CustomStringConvertible, LocalizedError, Sendable, Equatable {
  /// The kind of problem, for programs.
  public let code: Code
  /// The file and line that it is about, where there is one.
  public let location: RowLocation?
  /// The whole message, for people.
  public let description: String

  /// The columns that there are, when one is missing that was asked for.
  public let columns: [String]

  /// The same as ``description``.
  public var errorDescription: String? { description }

  /// Makes an error out of its parts.
  public init(
    _ code: Code, _ description: String, at location: RowLocation? = nil, columns: [String] = []
  ) {
    self.columns = columns
    self.code = code
    self.location = location
    self.description = description
  }
}

extension DatasetsError {
  /// A kind of problem; the set can grow.
  public struct Code: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The name as `left-out.jsonl` writes it.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    public var description: String { rawValue }

    /// Nothing lies at the path.
    public static let noSuchFile = Code(rawValue: "noSuchFile")
    /// The file is there and cannot be read.
    public static let unreadableFile = Code(rawValue: "unreadableFile")
    /// The file or folder holds nothing.
    public static let emptyFile = Code(rawValue: "emptyFile")
    /// There is a header or a folder, and no row that could be used.
    public static let noRows = Code(rawValue: "noRows")
    /// The format is not known or not supported.
    public static let unknownFormat = Code(rawValue: "unknownFormat")
    /// A named column is not there.
    public static let noSuchColumn = Code(rawValue: "noSuchColumn")
    /// A named column is there more than once.
    public static let ambiguousColumn = Code(rawValue: "ambiguousColumn")
    /// The column mapping contradicts itself or does not suit the file.
    public static let invalidMapping = Code(rawValue: "invalidMapping")
    /// A setting is outside what it may be.
    public static let invalidSetting = Code(rawValue: "invalidSetting")
    /// Bytes that are not UTF-8.
    public static let notUTF8 = Code(rawValue: "notUTF8")
    /// A row with too many or too few fields.
    public static let fieldCount = Code(rawValue: "fieldCount")
    /// A quoted field that never ends.
    public static let unclosedQuote = Code(rawValue: "unclosedQuote")
    /// Text between a closing quote and the next delimiter.
    public static let textAfterQuote = Code(rawValue: "textAfterQuote")
    /// A line that is not JSON.
    public static let invalidJSON = Code(rawValue: "invalidJSON")
    /// A key that stands twice in one JSON object.
    public static let duplicateKey = Code(rawValue: "duplicateKey")
    /// A value of a type that the column cannot have.
    public static let wrongType = Code(rawValue: "wrongType")
    /// A row without a value that it needs.
    public static let missingValue = Code(rawValue: "missingValue")
    /// A label that cannot be read.
    public static let invalidLabel = Code(rawValue: "invalidLabel")
    /// A part of a text that lies outside it, crosses another, or does not hold what it should.
    public static let invalidSpan = Code(rawValue: "invalidSpan")
    /// A number that cannot be read.
    public static let invalidNumber = Code(rawValue: "invalidNumber")
    /// A label that training never saw.
    public static let unknownLabel = Code(rawValue: "unknownLabel")
    /// All rows have one label, so there is nothing to learn.
    public static let singleClass = Code(rawValue: "singleClass")
    /// A split that leaves one of its parts without rows.
    public static let emptySplit = Code(rawValue: "emptySplit")
    /// An example longer than a whole batch may be.
    public static let sequenceTooLong = Code(rawValue: "sequenceTooLong")
    /// The data break a limit of the ``DataPolicy``.
    public static let policy = Code(rawValue: "policy")
    /// A text longer than the model takes, where none may be cut.
    public static let tooLong = Code(rawValue: "tooLong")
    /// Text with nothing in it but white space.
    public static let emptyText = Code(rawValue: "emptyText")
    /// The same text and target as an earlier row of the training data.
    public static let duplicate = Code(rawValue: "duplicate")
    /// The same text as another row of the training data, with another target.
    public static let conflict = Code(rawValue: "conflict")
    /// A row that another split holds too.
    public static let shared = Code(rawValue: "shared")
    /// A report that could not be written.
    public static let unwritable = Code(rawValue: "unwritable")
  }
}
