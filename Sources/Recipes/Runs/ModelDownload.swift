public import Foundation
public import Hub
public import Tracking
public import Training

/// Brings a model of the hub here, and shows how far it is.
public struct ModelDownload {
  private let hub: ModelHub
  private let sink: ProgressSink?
  private let control: RunControl

  /// Reads from the environment where models come from and go to.
  ///
  /// - Parameters:
  ///   - sink: Where progress is shown; nil shows nothing.
  ///   - control: Lets a signal handler end it.
  /// - Throws: `HubError` when a variable of the environment cannot be used.
  public init(sink: ProgressSink?, control: RunControl) throws {
    hub = ModelHub(try HubSettings())
    self.sink = sink
    self.control = control
  }

  /// The folder of a model of the hub that a text names, fetched if it is not here; nil when the text
  /// is rather a path.
  ///
  /// - Throws: `HubError` when the hub refuses.
  public static func folder(_ text: String, sink: ProgressSink?) throws -> URL? {
    guard !FileManager.default.fileExists(atPath: text) else { return nil }
    return try ModelFolder.ofHub(text, sink: sink, control: RunControl())?.url
  }

  /// The copy that is here, without asking the hub; nil when files are missing.
  public func cached(_ model: ModelReference, _ choice: FileChoice = .needed) -> PulledModel? {
    try? hub.cached(model, choice)
  }

  /// Makes sure that a model is here.
  ///
  /// - Throws: `HubError`; `Interrupted` when it was ended. What has arrived is kept.
  public func pull(_ model: ModelReference, _ choice: FileChoice = .needed) throws -> PulledModel {
    var reporter: ProgressReporter?
    defer { reporter?.clear() }
    do {
      let pulled = try hub.pullAndWait(
        model, choice, isCancelled: { control.isInterrupted }
      ) { event in
        switch event {
        case .note(let text): say("Note: \(text)", above: reporter)
        case .progress(let progress): show(progress, model, &reporter)
        }
      }
      if pulled.bytesFetched > 0 { reporter?.finish() }
      return pulled
    } catch is CancellationError {
      throw Interrupted()
    }
  }

  private func say(_ text: String, above reporter: ProgressReporter?) {
    if let reporter { reporter.say(text) } else { sink?.write(text + "\n") }
  }

  /// Shows the bytes of this pull; what was here before is no work.
  private func show(
    _ progress: PullProgress, _ model: ModelReference, _ reporter: inout ProgressReporter?
  ) {
    let total = progress.bytes - progress.bytesBefore
    guard let sink, total > 0 else { return }
    let shown =
      reporter
      ?? ProgressReporter(title: model.description, total: total, unit: .bytes, sink: sink)
    shown.total = total
    shown.update(ProgressState(step: max(0, progress.bytesDone - progress.bytesBefore)))
    reporter = shown
  }
}
