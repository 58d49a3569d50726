/// Gathers the problems of one configuration value, a check a line.
package struct ConfigurationChecks {
  /// What was found so far.
  package private(set) var problems: [ConfigurationProblem] = []

  /// Starts with nothing found.
  package init() {}

  /// Notes a problem of `key` unless `condition` holds.
  package mutating func require(
    _ condition: Bool, _ key: String, _ text: @autoclosure () -> String
  ) {
    if !condition { problems.append(ConfigurationProblem(key, text())) }
  }

  /// The value is a number above 0.
  package mutating func positive(_ value: Double, _ key: String) {
    require(value.isFinite && value > 0, key, "is \(value); it must be above 0")
  }

  /// The value is a number from 0 on.
  package mutating func notNegative(_ value: Double, _ key: String) {
    require(value.isFinite && value >= 0, key, "is \(value); it must be 0 or more")
  }

  /// The value is a whole number from `least` on.
  package mutating func atLeast(_ least: Int, _ value: Int, _ key: String) {
    require(value >= least, key, "is \(value); it must be at least \(least)")
  }

  /// The value lies in 0…1, both ends included.
  package mutating func share(_ value: Double, _ key: String) {
    require((0...1).contains(value), key, "is \(value); it must lie between 0 and 1")
  }

  /// The value lies in 0..<1: 0 is allowed, 1 is not.
  package mutating func belowOne(_ value: Double, _ key: String) {
    require((0..<1).contains(value), key, "is \(value); it must be 0 or more and below 1")
  }

  /// Takes over the problems of a value held under `key`.
  package mutating func include(_ configuration: some CheckedConfiguration, as key: String) {
    problems += configuration.problems.map { $0.inside(key) }
  }
}
