/// Pieces of HTML; every text that comes from data goes through ``escaped(_:)``.
enum HTML {
  /// The text with everything that means something in HTML made plain; characters that HTML does
  /// not allow become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default:
        let isForbidden =
          scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
          || scalar.properties.isNoncharacterCodePoint
        result.unicodeScalars.append(isForbidden ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }

  /// A text of the data in a direction of its own, so that right-to-left writing does not turn
  /// round what stands beside it.
  static func isolated(_ text: String) -> String { "<bdi>\(escaped(text))</bdi>" }

  /// A score's name, which is not to be broken.
  static func term(_ name: String) -> String { "<span class=\"term\">\(escaped(name))</span>" }

  /// A section with a heading.
  static func section(_ id: String, _ title: String, _ content: String) -> String {
    "<section id=\"\(id)\">\n<h2>\(escaped(title))</h2>\n\(content)</section>\n"
  }

  /// A table that scrolls sideways where it is too wide.
  ///
  /// - Parameters:
  ///   - name: What it shows, for readers that do not see it.
  ///   - columns: The headings; those of numbers are aligned to the right.
  ///   - rows: The cells, as HTML.
  ///   - isTall: Whether it scrolls downwards too.
  /// - Returns: The table.
  static func table(
    _ name: String, columns: [(title: String, isNumber: Bool)], rows: [[String]],
    isTall: Bool = false
  ) -> String {
    func cell(_ tag: String, _ content: String, _ column: Int) -> String {
      let kind = columns[column].isNumber ? " class=\"number\"" : ""
      return "<\(tag)\(kind)>\(content)</\(tag == "th scope=\"row\"" ? "th" : tag)>"
    }
    let titles = columns.map { column in
      let kind = column.isNumber ? " class=\"number\"" : ""
      return "<th scope=\"col\"\(kind)>\(escaped(column.title))</th>"
    }
    let lines = rows.map { row in
      let cells = row.enumerated().map { column, content in
        cell(column == 0 ? "th scope=\"row\"" : "td", content, column)
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    return scrolling(
      name, isTall: isTall,
      "<table>\n<thead><tr>\(titles.joined())</tr></thead>\n<tbody>\n\(lines.joined())</tbody>\n"
        + "</table>\n")
  }

  /// A box that scrolls, by keyboard too.
  static func scrolling(_ name: String, isTall: Bool = false, _ content: String) -> String {
    "<div class=\"scroll\(isTall ? " tall" : "")\" tabindex=\"0\" role=\"region\""
      + " aria-label=\"\(escaped(name))\">\n\(content)</div>\n"
  }

  /// A drawing with a caption, where it needs one.
  static func figure(_ drawing: String, caption: String? = nil, isWide: Bool = false) -> String {
    let words = caption.map { "<figcaption>\($0)</figcaption>\n" } ?? ""
    return "<figure\(isWide ? " class=\"wide\"" : "")>\n\(drawing)\(words)</figure>\n"
  }

  /// A list of remarks.
  static func list(_ items: [String]) -> String {
    "<ul>\n" + items.map { "<li>\(isolated($0))</li>\n" }.joined() + "</ul>\n"
  }

  /// Names and values side by side.
  static func facts(_ facts: [(name: String, value: String)]) -> String {
    let items = facts.map {
      "<div><dt>\(escaped($0.name))</dt><dd>\(isolated($0.value))</dd></div>\n"
    }
    return "<dl class=\"facts\">\n\(items.joined())</dl>\n"
  }

  /// A whole page.
  static func page(title: String, subtitle: String, content: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(title))</title>
    <style>
    \(PageStyle.css)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>\(isolated(title))</h1>
    <p class="quiet">\(escaped(subtitle))</p>
    </header>
    \(content)</main>
    </body>
    </html>

    """
  }
}
