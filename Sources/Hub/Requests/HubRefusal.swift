import Foundation

/// What a user is told when the hub refuses a request.
struct HubRefusal {
  let model: ModelReference
  let settings: HubSettings

  /// The error for an answer that is no success.
  ///
  /// - Parameters:
  ///   - response: The hub's answer.
  ///   - file: The file that was asked for; nil when it was the model.
  /// - Returns: The error that tells it.
  func error(_ response: HubResponse, file: String? = nil) -> HubError {
    let code = response.header("X-Error-Code") ?? ""
    let message = response.header("X-Error-Message") ?? ""
    switch (response.status, code) {
    case (_, "GatedRepo"): return gated
    case (_, "RevisionNotFound"): return noRevision
    case (_, "EntryNotFound"): return noFile(file)
    case (401, _) where message.hasPrefix("Invalid credentials"): return notAuthorized
    case (401, "") where settings.token != nil: return notAuthorized
    case (_, "RepoNotFound"), (401, _): return noRepository
    case (403, _): return forbidden(message)
    case (404, _): return file == nil ? noRepository : noFile(file)
    default:
      let words = message.isEmpty ? "" : " (\(message.asQuotation))"
      return HubError(
        .server,
        "\(place) refuses \(file.map { "\($0) of " } ?? "")\(model) with status "
          + "\(response.status)\(words).")
    }
  }

  private var place: String { settings.endpoint.absoluteString }
  private var page: String { "\(place)/\(model.name)" }

  private var noRepository: HubError {
    let more =
      settings.token.map {
        "it was asked for with \($0), whose owner may have no access to it"
      } ?? "for a private model, \(Self.giveToken)"
    return HubError(
      .noRepository,
      "There is no model \(model.name) at \(place), or it is private. Check the spelling; \(more).")
  }

  private var noRevision: HubError {
    HubError(
      .noRevision,
      "The model \(model.name) has no branch, tag or commit '\(model.wantedRevision)'. Its "
        + "revisions are listed at \(page)/tree/main.")
  }

  private func noFile(_ file: String?) -> HubError {
    HubError(
      .noFile,
      "The model \(model.name) has no file \((file ?? "of that name").asQuotation) at the revision "
        + "\(model.wantedRevision.asQuotation). Its files are listed at \(page)/tree/"
        + "\(model.wantedRevision).")
  }

  private var gated: HubError {
    let how =
      settings.token.map {
        "The hub was asked with \($0): its owner has to accept the terms at \(page), and wait "
          + "where access is granted by hand"
      } ?? "Accept its terms at \(page), then \(Self.giveToken)"
    return HubError(.notPermitted, "The model \(model.name) is gated. \(how).")
  }

  private var notAuthorized: HubError {
    let token = settings.token?.description ?? "no token"
    return HubError(
      .notPermitted,
      "The hub does not accept \(token). Make a new one at \(place)/settings/tokens and set "
        + "HF_TOKEN, or unset it: public models need none.")
  }

  private func forbidden(_ message: String) -> HubError {
    let words = message.isEmpty ? "" : ": \(message.asQuotation)"
    let how =
      settings.token.map { "It was asked for with \($0); that token needs the right to read it" }
      ?? "To get access, \(Self.giveToken)"
    return HubError(.notPermitted, "\(place) does not let you read \(model.name)\(words). \(how).")
  }

  private static let giveToken =
    "make a token at \(HubSettings.usualEndpoint)/settings/tokens and set HF_TOKEN to it (or run "
    + "hf auth login)"
}
