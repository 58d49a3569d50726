import Foundation

extension URL {
  /// The path as a person writes it.
  var plainPath: String { path(percentEncoded: false) }
}
