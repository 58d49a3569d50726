public import Foundation

/// One thing that is wrong with a configuration value.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  /// The property, as a path from the value that was checked, such as `adafactor.decayRate`.
  public var key: String
  /// What is wrong and what would be right, as the rest of a sentence that begins with the key.
  public var text: String

  /// Says that the property `key` is wrong; `text` goes on after its name.
  public init(_ key: String, _ text: String) {
    self.key = key
    self.text = text
  }

  /// The whole sentence, such as `learningRate is -1.0; it must be above 0`.
  public var description: String { "\(key) \(text)" }

  /// The same problem seen from the value that holds the checked one under `key`.
  public func inside(_ key: String) -> ConfigurationProblem {
    ConfigurationProblem("\(key).\(self.key)", text)
  }
}

/// A configuration value that cannot be used, with everything that is wrong with it.
public struct ConfigurationError: Error, CustomStringConvertible, LocalizedError, Sendable,
  Equatable
{
  /// What kind of error this is; more may come.
  public enum Code: String, Sendable {
    /// At least one property holds a value outside what it may be.
    case invalidValue
  }

  /// What kind of error this is.
  public var code: Code { .invalidValue }
  /// Everything that is wrong, in the order of the properties; never empty.
  public let problems: [ConfigurationProblem]

  /// Makes the error of these problems.
  public init(_ problems: [ConfigurationProblem]) {
    self.problems = problems
  }

  /// A sentence for each problem, a line each.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }

  /// The same as ``description``.
  public var errorDescription: String? { description }
}

/// A configuration value that can say what is wrong with it.
public protocol CheckedConfiguration: Codable, Sendable, Equatable {
  /// Everything that is wrong with the value; empty when it can be used.
  var problems: [ConfigurationProblem] { get }
}

extension CheckedConfiguration {
  /// Passes when the value can be used.
  ///
  /// - Throws: ``ConfigurationError`` with every problem, not only the first.
  public func validate() throws(ConfigurationError) {
    let problems = problems
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }
}
