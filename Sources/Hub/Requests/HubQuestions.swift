import Foundation

/// The questions of the hub's protocol about one model.
struct HubQuestions: Sendable {
  let model: ModelReference
  let settings: HubSettings
  let transport: HubTransport
  /// Is told what a person waits for.
  let tell: @Sendable (String) -> Void

  /// What the hub tells of a model at a revision.
  struct Answer: Sendable {
    let listing: ModelListing
    /// What git calls each file by, which for large files is the hash of a pointer.
    let identifiers: [String: String]
  }

  /// Asks for the commit of the revision and for its files, so many times at most.
  func listing(attempts: Int) async throws -> Answer {
    let path =
      "api/models/\(model.name)/revision/\(Self.quoted(model.wantedRevision, keeping: ""))?blobs=true"
    let data = try await retrying("The model \(model.name)", attempts) {
      let response = try await transport.send(
        .init(url: address(path), seconds: settings.metadataTimeout))
      guard response.isSuccess else { throw refusal.error(response) }
      return try await response.data()
    }
    return try parsed(data)
  }

  /// Asks for size and hash of a file.
  func metadata(_ path: String, commit: String) async throws -> ModelFile {
    let response = try await retrying(path, settings.retries.attempts) {
      try await transport.send(
        .init(
          url: fileAddress(path, commit: commit), isForHeaders: true, followsToOtherHosts: false,
          seconds: settings.metadataTimeout))
    }
    guard response.isSuccess || response.isRedirect else {
      throw refusal.error(response, file: path)
    }
    guard let tag = response.entityTag, ModelFile.isSafe(tag: tag) else {
      throw HubError(
        .invalidAnswer, "\(settings.endpoint.absoluteString) tells no hash of \(path).")
    }
    return ModelFile(path: path, size: response.size, tag: tag)
  }

  /// Where the content of a file is asked for.
  func fileAddress(_ path: String, commit: String) throws(HubError) -> URL {
    try address("\(model.name)/resolve/\(commit)/\(Self.quoted(path, keeping: "/"))")
  }

  /// What a user is told when the hub refuses.
  var refusal: HubRefusal { HubRefusal(model: model, settings: settings) }

  private func address(_ path: String) throws(HubError) -> URL {
    guard let url = URL(string: "\(settings.endpoint.absoluteString)/\(path)") else {
      throw HubError(.invalidName, "\(path.asQuotation) cannot be asked for.")
    }
    return url
  }

  private func retrying<Value>(
    _ what: String, _ most: Int, _ body: () async throws -> Value
  ) async throws -> Value {
    var policy = settings.retries
    policy.attempts = most
    var attempts = Attempts(policy, what)
    while true {
      do {
        return try await body()
      } catch let failure as PassingFailure {
        try await attempts.wait(after: failure, tell: tell)
      }
    }
  }

  private func parsed(_ data: Data) throws(HubError) -> Answer {
    struct Model: Decodable {
      let sha: String
      let siblings: [Sibling]?
    }
    struct Sibling: Decodable {
      struct LargeFile: Decodable {
        let sha256: String
        let size: Int
      }
      let rfilename: String
      let size: Int?
      let blobId: String?
      let lfs: LargeFile?
    }
    guard let answer = try? JSONDecoder().decode(Model.self, from: data),
      CommitHash.isOne(answer.sha)
    else {
      throw HubError(
        .invalidAnswer,
        "\(settings.endpoint.absoluteString) does not answer as a hub of models does. Check "
          + "HF_ENDPOINT, and whether a proxy or a login page stands in the way.")
    }
    var files: [ModelFile] = []
    var identifiers: [String: String] = [:]
    for sibling in answer.siblings ?? [] {
      let tag = sibling.lfs?.sha256 ?? sibling.blobId
      guard ModelFile.isSafe(path: sibling.rfilename), tag.map(ModelFile.isSafe(tag:)) != false
      else {
        throw HubError(
          .invalidAnswer,
          "\(settings.endpoint.absoluteString) lists a file with an impossible name: "
            + "\(sibling.rfilename.asQuotation).")
      }
      files.append(
        ModelFile(path: sibling.rfilename, size: sibling.lfs?.size ?? sibling.size, tag: tag))
      identifiers[sibling.rfilename] = sibling.blobId
    }
    return Answer(
      listing: ModelListing(commit: answer.sha, files: files), identifiers: identifiers)
  }

  /// A text as a part of an address; characters that are not reserved and those given stay.
  static func quoted(_ text: String, keeping kept: String) -> String {
    var allowed = CharacterSet(charactersIn: kept)
    allowed.insert(charactersIn: "a"..."z")
    allowed.insert(charactersIn: "A"..."Z")
    allowed.insert(charactersIn: "0"..."9")
    allowed.insert(charactersIn: "-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
  }
}
