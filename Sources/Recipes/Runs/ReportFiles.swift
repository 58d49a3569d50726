public import Foundation
internal import Tracking

/// The files that a report goes to: opened before the work, so that a place that cannot be written to
/// is refused before it.
public struct ReportFiles {
  private let jsonFile: AtomicFile?
  private let markdownFile: AtomicFile?
  private let htmlFile: AtomicFile?

  /// Opens those that are asked for; nothing is seen at their places yet.
  ///
  /// - Throws: `TrackingError` when a place cannot be written to.
  public init(json: String?, markdown: String?, html: String?) throws {
    jsonFile = try json.map { try AtomicFile(at: URL(filePath: $0)) }
    markdownFile = try markdown.map { try AtomicFile(at: URL(filePath: $0)) }
    htmlFile = try html.map { try AtomicFile(at: URL(filePath: $0)) }
  }

  /// Writes each form that was asked for, whole or not at all.
  ///
  /// - Throws: `TrackingError` when the disk is full or fails.
  public func write(
    json: () throws -> Data, markdown: () -> String, html: () -> String
  ) throws {
    try jsonFile?.write(json())
    try markdownFile?.write(Data(markdown().utf8))
    try htmlFile?.write(Data(html().utf8))
    for file in [jsonFile, markdownFile, htmlFile] { try file?.commit() }
  }
}
