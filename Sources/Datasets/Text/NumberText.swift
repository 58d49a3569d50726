import Foundation

/// `1,234,567`, the same in every locale.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
    text.append(digit)
  }
  return text
}

/// `12.5%`; what is above nothing never shows as 0.0%.
func percent(_ share: Double) -> String {
  if share > 0, share < 0.0005 { return "<0.1%" }
  return decimal(share * 100, places: 1) + "%"
}

/// A number with so many decimals, with a point in every locale.
func decimal(_ number: Double, places: Int) -> String {
  String(format: "%.\(places)f", locale: nil, number)
}

/// `1 row`, `3 train rows`.
func rows(_ count: Int, _ kind: String? = nil) -> String {
  "\(grouped(count)) \(kind.map { $0 + " " } ?? "")\(count == 1 ? "row" : "rows")"
}
