import Foundation

/// Brings models from a hub into the cache that this program shares with Python's hub library.
///
/// ```swift
/// let hub = try ModelHub(HubSettings())
/// let model = try await hub.pull(ModelReference("google/electra-small-discriminator"))
/// print(model.folder.path)
/// ```
///
/// A file becomes visible when all of it has arrived and its hash is right; a snapshot's files
/// become visible together, and the branch or tag is remembered last. Whatever interrupts a pull,
/// what is visible is whole, and the next pull goes on from what has arrived.
public struct ModelHub: Sendable {
  /// Where models come from and go to.
  public let settings: HubSettings

  /// Makes a hub; nothing is asked yet.
  public init(_ settings: HubSettings) {
    self.settings = settings
  }

  /// Makes sure that a model is here, and fetches what is missing.
  ///
  /// The hub is asked what the revision is now, except for a commit whose files are here. When it
  /// cannot be reached, or is not to be asked (``HubSettings/isOffline``), the copy of an earlier
  /// pull is taken.
  ///
  /// - Parameters:
  ///   - model: The model and its revision.
  ///   - choice: The files that are wanted.
  ///   - receive: Is told of progress, from any thread.
  /// - Returns: The model, all of whose wanted files are visible.
  /// - Throws: ``HubError``; `CancellationError` when the task is cancelled.
  public func pull(
    _ model: ModelReference, _ choice: FileChoice = .needed,
    receive: @escaping @Sendable (PullEvent) -> Void = { _ in }
  ) async throws -> PulledModel {
    let transport = HubTransport(settings)
    let pull = Pull(
      model: model, choice: choice, settings: settings, transport: transport,
      monitor: PullMonitor(receive))
    do {
      let pulled = try await pull.run()
      await transport.shutDown()
      return pulled
    } catch {
      await transport.shutDown()
      throw Task.isCancelled ? CancellationError() : error
    }
  }

  /// The copy of an earlier pull, without asking the hub.
  ///
  /// - Throws: ``HubError`` with `offline` when files are missing, and which.
  public func cached(
    _ model: ModelReference, _ choice: FileChoice = .needed
  ) throws(HubError) -> PulledModel {
    try CachedModel(model: model, choice: choice, settings: settings).found()
  }
}
