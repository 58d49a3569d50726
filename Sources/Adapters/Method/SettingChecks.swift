/// Checks that settings share, with sentences of one form.
struct SettingChecks {
  /// The method's name.
  let title: String

  func atLeast(_ minimum: Int, _ value: Int, _ key: String) throws {
    guard value >= minimum else {
      throw AdaptersError(
        .setting, "\(title): \(key) is \(value); it must be at least \(minimum).")
    }
  }

  func positive(_ value: Double, _ key: String) throws {
    guard value > 0, value.isFinite else {
      throw AdaptersError(.setting, "\(title): \(key) is \(value); it must be above 0.")
    }
  }

  func notNegative(_ value: Double, _ key: String) throws {
    guard value >= 0, value.isFinite else {
      throw AdaptersError(.setting, "\(title): \(key) is \(value); it must not be below 0.")
    }
  }

  /// A share of what is dropped: 0 up to, not including, 1.
  func dropout(_ value: Double) throws {
    guard (0..<1).contains(value) else {
      throw AdaptersError(
        .setting, "\(title): dropout is \(value); it must be from 0 to below 1.")
    }
  }

  /// A share inside 0 and 1.
  func inside(_ value: Double, _ key: String) throws {
    guard value > 0, value < 1 else {
      throw AdaptersError(
        .setting, "\(title): \(key) is \(value); it must be above 0 and below 1.")
    }
  }
}
