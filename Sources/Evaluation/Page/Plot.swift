import Foundation

/// The frame of a plot: a drawing of 460 by 300 units with axes, ticks and their names.
///
/// The drawing grows and shrinks with the page; its letters stay readable at phone width because
/// the whole is not much wider than a phone.
struct Plot {
  static let width = 460.0
  static let height = 300.0
  /// The parts around the axes that hold ticks and names.
  static let left = 58.0
  static let right = 14.0
  static let top = 12.0
  static let bottom = 48.0

  var horizontal: Axis
  var vertical: Axis
  var horizontalName: String
  var verticalName: String

  /// The range of an axis and its ticks.
  struct Axis {
    var lower: Double
    var upper: Double
    var step: Double

    /// An axis with round ticks around values.
    ///
    /// - Parameters:
    ///   - lower: The smallest value.
    ///   - upper: The largest value.
    ///   - ticks: About how many steps there should be.
    ///   - isTight: Whether the axis ends at the values instead of at ticks.
    init(_ lower: Double, _ upper: Double, ticks: Double = 5, isTight: Bool = false) {
      let span = upper > lower ? upper - lower : max(abs(upper) * 0.1, 1e-9)
      let raw = span / ticks
      let magnitude = pow(10, log10(raw).rounded(.down))
      let share = raw / magnitude
      step = magnitude * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10)
      if isTight {
        self.lower = lower
        self.upper = lower + span
      } else {
        self.lower = (lower / step).rounded(.down) * step
        self.upper = max((upper / step - 1e-9).rounded(.up) * step, self.lower + step)
      }
    }

    var ticks: [Double] {
      let first = Int((lower / step - 1e-9).rounded(.up))
      let last = Int((upper / step + 1e-9).rounded(.down))
      return first <= last ? (first...last).map { Double($0) * step } : []
    }

    /// The tick as text: as many digits as the step has, thousands as k and M.
    func text(_ value: Double) -> String {
      if abs(value) < step * 1e-6 { return "0" }
      if upper >= 10_000, step >= 1 {
        let (scale, unit) = upper >= 10_000_000 ? (1e6, "M") : (1e3, "k")
        let scaled = value / scale
        return (step / scale >= 1 ? scaled.fixed(0) : scaled.fixed(1)) + unit
      }
      if step < 1e-4 { return String(format: "%.1e", value) }
      let digits = step >= 1 ? 0 : Int((-log10(step) - 1e-9).rounded(.up))
      return value.fixed(digits)
    }
  }

  /// Where a value lies, from the left.
  func x(_ value: Double) -> Double {
    let share = (value - horizontal.lower) / (horizontal.upper - horizontal.lower)
    return Self.left + share * (Self.width - Self.left - Self.right)
  }

  /// Where a value lies, from the top.
  func y(_ value: Double) -> Double {
    let share = (value - vertical.lower) / (vertical.upper - vertical.lower)
    return Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom)
  }

  /// The drawing with axes around its marks.
  ///
  /// - Parameters:
  ///   - title: What it shows, for readers that do not see it.
  ///   - marks: What is drawn between the axes.
  /// - Returns: The SVG element.
  func drawing(_ title: String, _ marks: String) -> String {
    let baseline = Self.height - Self.bottom
    var parts: [String] = []
    for tick in vertical.ticks {
      let place = y(tick).coordinate
      parts.append(
        "<line class=\"grid\" x1=\"\(Self.left.coordinate)\""
          + " x2=\"\((Self.width - Self.right).coordinate)\" y1=\"\(place)\" y2=\"\(place)\"/>")
      parts.append(
        Self.text(vertical.text(tick), Self.left - 8, y(tick) + 4.5, anchor: "end"))
    }
    for tick in horizontal.ticks {
      // The outermost ticks would reach beyond the drawing.
      let isLast = x(tick) > Self.width - Self.right - 12
      parts.append(
        "<line class=\"axis\" x1=\"\(x(tick).coordinate)\" x2=\"\(x(tick).coordinate)\""
          + " y1=\"\(baseline.coordinate)\" y2=\"\((baseline + 4).coordinate)\"/>")
      parts.append(
        Self.text(
          horizontal.text(tick), isLast ? Self.width - 2 : x(tick), baseline + 18,
          anchor: isLast ? "end" : "middle"))
    }
    parts.append(marks)
    parts.append(
      "<path class=\"axis\" d=\"M\(Self.left.coordinate) \(Self.top.coordinate)"
        + "V\(baseline.coordinate)H\((Self.width - Self.right).coordinate)\"/>")
    let middle = (Self.left + Self.width - Self.right) / 2
    parts.append(Self.text(horizontalName, middle, Self.height - 8, anchor: "middle"))
    let half = (Self.top + baseline) / 2
    parts.append(
      "<text transform=\"translate(13 \(half.coordinate)) rotate(-90)\" text-anchor=\"middle\">"
        + "\(HTML.escaped(verticalName))</text>")
    return Self.svg(title, width: Self.width, height: Self.height, parts.joined(separator: "\n"))
  }

  /// A drawing that grows with the page.
  static func svg(_ title: String, width: Double, height: Double, _ content: String) -> String {
    "<svg viewBox=\"0 0 \(width.coordinate) \(height.coordinate)\" role=\"img\""
      + " aria-label=\"\(HTML.escaped(title))\">\n\(content)\n</svg>\n"
  }

  /// Words at a place.
  static func text(
    _ words: String, _ x: Double, _ y: Double, anchor: String, style: String? = nil
  ) -> String {
    let style = style.map { " class=\"\($0)\"" } ?? ""
    return "<text\(style) x=\"\(x.coordinate)\" y=\"\(y.coordinate)\" text-anchor=\"\(anchor)\">"
      + "\(HTML.escaped(words))</text>"
  }

  /// A rectangle, with what it means when it is pointed at.
  static func box(
    _ style: String, x: Double, y: Double, width: Double, height: Double, meaning: String,
    opacity: Double? = nil
  ) -> String {
    let opacity = opacity.map { " fill-opacity=\"\($0.fixed(2))\"" } ?? ""
    return "<rect class=\"\(style)\" x=\"\(x.coordinate)\" y=\"\(y.coordinate)\""
      + " width=\"\(max(0, width).coordinate)\" height=\"\(max(0, height).coordinate)\"\(opacity)>"
      + "<title>\(HTML.escaped(meaning))</title></rect>"
  }
}

extension Double {
  /// The number as a drawing needs it: a hundredth of a unit is invisible.
  var coordinate: String {
    var text = fixed(2)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
