import Foundation

/// Brings one file into the cache: taking turns with other processes, going on where an earlier
/// attempt ended, and checking the hash before the file gets its name.
struct FileDownload: Sendable {
  let file: ModelFile
  /// What the file is called by.
  let tag: String
  /// The bytes of it that the progress has counted before.
  let counted: Int
  let commit: String
  let questions: HubQuestions
  let cache: ModelCache
  let monitor: PullMonitor

  /// Fetches the file, unless it is there by now.
  func run() async throws {
    let lock = try await FileLock.take(cache.layout.lock(tag)) {
      monitor.note("\(file.path) is being fetched by another program; waiting for it.")
    }
    defer { withExtendedLifetime(lock) {} }
    if cache.holdsBlob(tag, size: file.size) {
      return count((file.size ?? 0) - counted)
    }
    let partial = try PartialFile(cache.layout.partial(tag), tag: tag, size: file.size)
    try await fill(partial)
    try partial.publish(as: cache.layout.blob(tag))
  }

  /// Makes the file whole and right.
  private func fill(_ partial: PartialFile) async throws {
    var isContinued = partial.length > 0
    count(partial.length - counted)
    while true {
      if !partial.isWhole { try await transfer(partial) }
      guard let wrong = partial.wrongHash else { return }
      count(-partial.length)
      guard isContinued else {
        partial.remove()
        throw HubError(
          .checksum,
          "\(file.path) of \(questions.model.name) arrived damaged: its hash is \(wrong), and the "
            + "hub announced \(tag). It was thrown away; pull again, and if it happens again, "
            + "something between the hub and this machine changes files.")
      }
      monitor.note("\(file.path): what an earlier pull left was damaged; it is fetched anew.")
      isContinued = false
      try partial.restart()
    }
  }

  /// Fetches what is missing, through as many connections as it takes.
  private func transfer(_ partial: PartialFile) async throws {
    var attempts = Attempts(questions.settings.retries, file.path)
    while true {
      let before = partial.length
      do {
        return try await receive(partial)
      } catch let failure as PassingFailure {
        if partial.length > before { attempts.gotOn() }
        try await attempts.wait(after: failure, tell: monitor.note)
      }
    }
  }

  /// Takes what one connection gives.
  private func receive(_ partial: PartialFile) async throws {
    let url = try questions.fileAddress(file.path, commit: commit)
    var request = HubTransport.Request(url: url)
    if partial.length > 0 { request.headers.append(("Range", "bytes=\(partial.length)-")) }
    let response = try await questions.transport.send(request)
    try begin(partial, response)
    try await unsafe response.read { try unsafe take($0, partial) }
    if let size = file.size, partial.length < size {
      throw PassingFailure(
        reason: "the connection ended after \(partial.length) of \(size) bytes", code: .unreachable)
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, _ partial: PartialFile) throws(HubError) {
    if let size = file.size, partial.length + bytes.count > size {
      partial.remove()
      throw HubError(
        .checksum,
        "\(file.path) of \(questions.model.name) is longer than the \(size) bytes that the hub "
          + "announced. It was thrown away.")
    }
    try unsafe partial.write(bytes)
    count(bytes.count)
  }

  /// Makes sure that what comes goes on from what is there.
  private func begin(_ partial: PartialFile, _ response: HubResponse) throws {
    if let told = response.commit, told != commit {
      throw HubError(
        .invalidAnswer,
        "The hub gives \(file.path) of the commit \(told.asQuotation) where "
          + "\(commit) was asked for.")
    }
    switch response.status {
    case 206 where Self.start(response) == partial.length: return
    case 200 where partial.length == 0: return
    case 200:
      // A server that does not go on from the middle sends everything.
      try restart(partial)
    case 206, 416:
      try restart(partial)
      throw PassingFailure(
        reason: "the server does not go on from where the file ended", code: .server)
    default: throw questions.refusal.error(response, file: file.path)
    }
  }

  private func restart(_ partial: PartialFile) throws(HubError) {
    count(-partial.length)
    try partial.restart()
  }

  private func count(_ bytes: Int) {
    if bytes != 0 { monitor.update { $0.bytesDone += bytes } }
  }

  /// The first byte of the part that a server sends, from `Content-Range: bytes 10-19/20`.
  private static func start(_ response: HubResponse) -> Int? {
    let range = response.header("Content-Range") ?? ""
    return range.firstMatch(of: #/^bytes (\d+)-/#).flatMap { Int($0.output.1) }
  }
}
