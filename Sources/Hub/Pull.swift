import Foundation

/// One pull of a model, from the question for its files to the links that make them visible.
struct Pull: Sendable {
  let model: ModelReference
  let choice: FileChoice
  let settings: HubSettings
  let transport: HubTransport
  let monitor: PullMonitor

  func run() async throws -> PulledModel {
    if settings.isOffline { return try cached.found() }
    let copy = try? cached.found()
    // A commit never changes: what is here of it needs no question.
    if model.commit != nil, let copy { return copy }
    let answer: HubQuestions.Answer
    do {
      answer = try await questions.listing(attempts: copy == nil ? settings.retries.attempts : 1)
    } catch let error as HubError {
      guard let copy, Self.isNoAnswer(error) else { throw error }
      monitor.note(
        "\(error.description) The copy of an earlier pull is taken, of the commit \(copy.commit).")
      return copy
    }
    return try await fetch(answer)
  }

  private var cached: CachedModel {
    CachedModel(model: model, choice: choice, settings: settings)
  }

  private var cache: ModelCache { cached.cache }

  private var questions: HubQuestions {
    HubQuestions(model: model, settings: settings, transport: transport, tell: monitor.note)
  }

  /// Whether the hub could not be asked, which a copy makes up for.
  private static func isNoAnswer(_ error: HubError) -> Bool {
    [.unreachable, .server, .tooManyRequests].contains(error.code)
  }

  /// Fetches what is wanted and makes it visible.
  private func fetch(_ answer: HubQuestions.Answer) async throws -> PulledModel {
    let listing = answer.listing
    var wanted = choice.files(in: listing.paths)
    if let name = wanted.missing.first {
      cache.rememberAbsence(of: name, commit: listing.commit)
      throw noFile(name, listing)
    }
    try check(wanted, listing)
    // The index of sharded weights tells which files they are, so it comes first.
    var arrivals = try await arrivals(wanted.indices, of: listing)
    for index in wanted.indices {
      let shards = try shards(index, arrivals, listing)
      wanted.paths += shards.filter { !wanted.paths.contains($0) }
    }
    let known = Set(arrivals.map(\.file.path))
    arrivals += try await self.arrivals(wanted.paths.filter { !known.contains($0) }, of: listing)
    try publish(arrivals, answer)
    return cached.pulled(
      commit: listing.commit, paths: wanted.paths,
      fetched: Set(arrivals.filter { !$0.wasHere }.map(\.file.path)))
  }

  /// A file whose content is in the cache, and that no snapshot shows yet.
  private struct Arrival {
    let file: ModelFile
    let tag: String
    /// Whether the content was here before, as a file of another revision.
    let wasHere: Bool
  }

  /// Fetches files, several at a time; those that the snapshot shows already are left alone.
  private func arrivals(_ paths: [String], of listing: ModelListing) async throws -> [Arrival] {
    let files = paths.compactMap(listing.file)
    let left = files.filter { !cache.holds($0, commit: listing.commit) }
    let here = files.count - left.count
    let bytesHere = files.reduce(0) { $0 + ($1.size ?? 0) } - left.reduce(0) { $0 + ($1.size ?? 0) }
    monitor.update { progress in
      progress.files += files.count
      progress.filesDone += here
      progress.bytes += bytesHere
      progress.bytesDone += bytesHere
      progress.bytesBefore += bytesHere
    }
    guard !left.isEmpty else { return [] }
    try cache.prepare()
    let questions = questions
    let known = try await inParallel(left) { file in
      file.tag == nil ? try await questions.metadata(file.path, commit: listing.commit) : file
    }
    // Large files first: the others fit beside them.
    let plans = known.sorted { ($0.size ?? 0, $1.path) > ($1.size ?? 0, $0.path) }.map(Plan.init)
    return try await download(plans.map { $0.counted(in: cache) }, of: listing)
  }

  /// A file that is to be fetched, and what is there of it.
  private struct Plan: Sendable {
    let file: ModelFile
    var wasHere = false
    var counted = 0

    init(file: ModelFile) { self.file = file }

    func counted(in cache: ModelCache) -> Plan {
      var plan = self
      let size = file.size ?? 0
      plan.wasHere = cache.holdsBlob(file.tag ?? "", size: file.size)
      plan.counted = plan.wasHere ? size : min(size, cache.partialLength(file.tag ?? ""))
      return plan
    }
  }

  private func download(_ plans: [Plan], of listing: ModelListing) async throws -> [Arrival] {
    let bytes = plans.reduce(0) { $0 + ($1.file.size ?? 0) }
    let counted = plans.reduce(0) { $0 + $1.counted }
    try checkSpace(bytes - counted)
    monitor.update { progress in
      progress.bytes += bytes
      progress.bytesDone += counted
      progress.bytesBefore += counted
    }
    let (questions, cache, monitor) = (questions, cache, monitor)
    return try await inParallel(plans) { plan in
      let tag = plan.file.tag ?? ""
      if !plan.wasHere {
        try await FileDownload(
          file: plan.file, tag: tag, counted: plan.counted, commit: listing.commit,
          questions: questions, cache: cache, monitor: monitor
        ).run()
      }
      monitor.update { $0.filesDone += 1 }
      return Arrival(file: plan.file, tag: tag, wasHere: plan.wasHere)
    }
  }

  /// Makes all files of the pull visible, and then remembers what the revision stands for.
  private func publish(_ arrivals: [Arrival], _ answer: HubQuestions.Answer) throws {
    for arrival in arrivals {
      try cache.link(arrival.file, tag: arrival.tag, commit: answer.listing.commit)
    }
    do {
      try cache.remember(answer.listing.commit, of: model.wantedRevision)
    } catch let error where arrivals.isEmpty {
      // Everything was here; a cache that is only read, such as an image's, serves all the same.
      monitor.note("\(error)")
    }
    if choice.isEverything, !arrivals.isEmpty {
      TreeFile.store(answer.listing, answer.identifiers, in: cache)
    }
  }

  /// The files that an index names.
  private func shards(
    _ index: String, _ arrivals: [Arrival], _ listing: ModelListing
  ) throws -> [String] {
    let arrived = arrivals.first { $0.file.path == index }
    let place =
      arrived.map { cache.layout.blob($0.tag) }
      ?? cache.layout.snapshot(listing.commit).appending(path: index)
    let shards = try ShardIndex.shards(try Data(contentsOf: place), path: index)
    if let shard = shards.first(where: { listing.file($0) == nil }) {
      throw HubError(
        .noFile,
        "\(index) of \(model.name) names the file \(shard), which the model does not have. Its "
          + "owner has to put that right.")
    }
    return shards.filter { !choice.isExcluded($0) }
  }

  private func check(_ wanted: WantedFiles, _ listing: ModelListing) throws(HubError) {
    if !wanted.otherWeights.isEmpty {
      throw HubError(
        .noFile,
        "The model \(model.name) has no weights in model.safetensors or pytorch_model.bin. It has "
          + "\(wanted.otherWeights.prefix(12).joined(separator: ", ").asQuotation). Name the file "
          + "that is wanted: finetune pull \(model) --file \(wanted.otherWeights[0]).")
    }
    guard wanted.paths.isEmpty else { return }
    throw HubError(
      .noFile,
      "The model \(model.name) has no file that is wanted. It has "
        + "\(listing.paths.prefix(12).joined(separator: ", ").asQuotation); pull them with --all or "
        + "--include.")
  }

  private func noFile(_ name: String, _ listing: ModelListing) -> HubError {
    let folder = name.split(separator: "/").last.map(String.init) ?? name
    let same = listing.paths.filter { $0.hasSuffix(folder) || $0.hasSuffix(Self.ending(name)) }
    let others = same.isEmpty ? "" : " It has \(same.prefix(12).joined(separator: ", "))."
    return HubError(
      .noFile,
      "The model \(model.name) has no file \(name.asQuotation) at the revision "
        + "\(model.wantedRevision).\(others)")
  }

  private static func ending(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[$0...]) } ?? name
  }

  private func checkSpace(_ bytes: Int) throws(HubError) {
    guard let free = cache.freeBytes(), bytes > free else { return }
    let (needed, left) = (Double(bytes) / 1e9, Double(free) / 1e9)
    throw HubError(
      .diskFull,
      "\(model.name) needs \(needed.inGigabytes) more, and only \(left.inGigabytes) are free at "
        + "\(settings.cacheFolder.path). Free some space, or set HF_HOME to a folder elsewhere.")
  }

  /// Works on several things at a time, as many as the settings allow.
  private func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
      var results: [Result] = []
      for (place, item) in items.enumerated() {
        if place >= max(1, settings.parallelFiles), let result = try await group.next() {
          results.append(result)
        }
        group.addTask { try await work(item) }
      }
      for try await result in group { results.append(result) }
      return results
    }
  }
}

extension Double {
  /// Gigabytes with two digits, such as "1.25 GB".
  fileprivate var inGigabytes: String {
    let hundredths = Int((self * 100).rounded(.up))
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) GB"
  }
}
