import Foundation

/// Variables of the environment, read as Python's hub library reads them.
package struct EnvironmentVariables: Sendable {
  private let values: [String: String]

  package init(_ values: [String: String]) {
    self.values = values
  }

  /// The value of a variable that is set and not empty.
  subscript(_ name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether a variable says yes: 1, on, yes or true.
  func isTrue(_ name: String) -> Bool {
    ["1", "ON", "YES", "TRUE"].contains(values[name]?.uppercased())
  }

  /// A variable that holds a path, in which `~` and `$NAME` stand for what they do in a shell.
  func path(_ name: String) -> URL? {
    self[name].map { URL(filePath: expanded($0), directoryHint: .inferFromPath) }
  }

  /// The user's own folder.
  var home: String { self["HOME"] ?? NSHomeDirectory() }

  /// A variable that holds a whole number of seconds.
  ///
  /// - Throws: ``HubError`` when it holds something else, or nothing above 0.
  func seconds(_ name: String, default usual: Int) throws(HubError) -> Int {
    guard let text = self[name] else { return usual }
    guard let number = Int(text.trimmingCharacters(in: .whitespaces)), (1...86_400).contains(number)
    else {
      throw HubError(
        .invalidSetting, "\(name)=\(text.asQuotation) is not a number of seconds from 1 to 86400.")
    }
    return number
  }

  private func expanded(_ path: String) -> String {
    var text = path
    if text == "~" || text.hasPrefix("~/") { text = home + text.dropFirst() }
    return text.replacing(#/\$(?:(?<plain>\w+)|\{(?<braced>[^}]*)\})/#) { found in
      let name = String(found.plain ?? found.braced ?? "")
      return values[name] ?? String(found.output.0)
    }
  }
}
