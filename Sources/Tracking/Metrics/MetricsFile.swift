import Foundation

/// `metrics.jsonl`: one record a line, appended.
struct MetricsFile {
  static let name = "metrics.jsonl"

  let folder: URL
  var url: URL { folder.appending(path: Self.name) }

  /// The lines with their records; nil for a line that is not one, such as the half line of a
  /// process that was killed.
  func lines() throws(TrackingError) -> [(text: Data, record: MetricRecord?)] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw TrackingError(
        .inputOutput, "cannot read \(url.path): \(error.localizedDescription)")
    }
    return data.split(separator: UInt8(ascii: "\n")).map { line in
      (line + Data("\n".utf8), try? MetricRecord(line: line))
    }
  }

  /// Takes out what was written after a step, into a file beside it, and says so.
  ///
  /// - Returns: A note when something was taken out, else nil.
  func cut(after step: Int) throws(TrackingError) -> String? {
    let lines = try lines()
    let kept = lines.filter { $0.record.map { $0.step <= step } ?? false }
    let removed = lines.filter { $0.record.map { $0.step > step } ?? true }
    guard !removed.isEmpty else {
      try endLastLine()
      return nil
    }
    let aside = freeName()
    // First the copy, then the cut: an interruption in between loses nothing.
    try AtomicFile.write(removed.reduce(Data()) { $0 + $1.text }, to: folder.appending(path: aside))
    try AtomicFile.write(kept.reduce(Data()) { $0 + $1.text }, to: url)
    return note(removed.map(\.record), after: step, movedTo: aside)
  }

  /// Adds the line feed that an interrupted write left out, so that the next record has its own
  /// line.
  private func endLastLine() throws(TrackingError) {
    guard let data = try? Data(contentsOf: url), let last = data.last, last != UInt8(ascii: "\n")
    else { return }
    try AtomicFile.write(data + Data("\n".utf8), to: url)
  }

  private func note(_ removed: [MetricRecord?], after step: Int, movedTo aside: String) -> String {
    let steps = removed.compactMap { $0?.step }
    let unreadable = removed.count - steps.count
    var parts: [String] = []
    if let first = steps.min(), let last = steps.max() {
      let range = first == last ? "step \(first)" : "steps \(first) to \(last)"
      parts.append(
        steps.count == 1
          ? "1 record of \(range) that came after step \(step)"
          : "\(steps.count) records of \(range) that came after step \(step)")
    }
    if unreadable > 0 {
      parts.append(unreadable == 1 ? "1 unreadable line" : "\(unreadable) unreadable lines")
    }
    return "the run continues after step \(step): \(parts.joined(separator: " and ")) moved from"
      + " \(Self.name) to \(aside)"
  }

  private func freeName() -> String {
    var number = 1
    while FileManager.default.fileExists(
      atPath: folder.appending(path: "metrics-replaced-\(number).jsonl").path)
    {
      number += 1
    }
    return "metrics-replaced-\(number).jsonl"
  }
}
