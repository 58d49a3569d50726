import Foundation

/// How figures and tables are written.
enum Layout {
  /// A share as a percentage with one place.
  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  /// A number with two places.
  static func figure(_ number: Double) -> String { String(format: "%.2f", number) }

  /// Rows of columns: the first on the left, all others on the right.
  static func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + space : space + text
      }.joined(separator: "   ")
    }.joined(separator: "\n")
  }
}

extension Collection {
  /// The share of the elements for which something holds; 0 of none.
  func share(where holds: (Element) -> Bool) -> Double {
    isEmpty ? 0 : Double(count(where: holds)) / Double(count)
  }
}
