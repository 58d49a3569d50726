import Foundation
import Hub
import TestSupport
import Testing

/// What goes wrong between here and a hub, and what becomes of it.
@Suite struct FaultTests {
  private func weights(_ bench: Bench) throws -> [HubServer.Request] {
    try bench.hub.requests("GET /\(bench.name)/.*signature")
  }

  /// The byte that a request wants first.
  private func start(_ range: String?) throws -> Int {
    guard let range else { return 0 }
    return try #require(Int(range.dropFirst("bytes=".count).dropLast()))
  }

  private func isWhole(_ bench: Bench) throws -> Bool {
    let scan = try bench.python([["call": "scan"]])[0].scan
    let tag = scan?.models[bench.name]?.revisions[bench.main]?.files["model.safetensors"]?.last
    var hash = BlockHash<SHA256>()
    hash.update(try bench.content("model.safetensors"))
    return tag == .text(hash.hexadecimal)
  }

  @Test func `a cut connection is taken up where it ended`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: "\(bench.name)/.*signature", times: 2, cut: 70_000))
    try await bench.pull()
    // What arrives right before the cut may be lost, nothing else.
    let starts = try weights(bench).map { try start($0.range) }
    #expect(starts.count == 3 && starts[0] == 0)
    #expect(starts[1] <= 70_000 && starts[2] <= starts[1] + 70_000)
    #expect(try isWhole(bench))
  }

  @Test func `a server that ignores ranges sends everything again`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: "\(bench.name)/.*signature", cut: 70_000))
    try bench.hub.fault(.init(match: "\(bench.name)/.*signature", noRange: true))
    let events = Events()
    try await bench.pull(receive: events.receive)
    #expect(try isWhole(bench))
    #expect(events.progress.last?.bytesDone == events.progress.last?.bytes)
  }

  @Test
  func `a cut connection is given up after some attempts without progress, and what came is kept`()
    async throws
  {
    let bench = try Bench()
    try bench.hub.fault(.init(match: "\(bench.name)/.*signature", cut: 50_000))
    try bench.hub.fault(.init(match: "\(bench.name)/.*signature", times: -1, cut: 0))
    let error = try await bench.refusal()
    #expect(error.code == .unreachable)
    #expect(
      error.description.contains("model.safetensors") && error.description.contains("tried 6"))
    let partial = try Bench.tree(bench.folder).filter { $0.contains("incomplete") }
    #expect(partial.count == 1)
    let last = try start(weights(bench).last?.range)
    #expect(partial[0].hasSuffix(" \(last)"))
    // Nothing is visible, not even the files that came whole.
    #expect(!FileManager.default.fileExists(atPath: bench.folder.appending(path: "snapshots").path))
  }

  @Test func `what an earlier pull left is gone on with`() async throws {
    let bench = try Bench()
    let whole = try Bench(["main": ["model.safetensors": .large(200_000)]])
    try await whole.pull()
    let blob = try whole.content("model.safetensors")
    var hash = BlockHash<SHA256>()
    hash.update(blob)
    let partial = bench.folder.appending(path: "blobs/\(hash.hexadecimal).incomplete")
    try FileManager.default.createDirectory(
      at: partial.deletingLastPathComponent(), withIntermediateDirectories: true)
    try blob.prefix(123_456).write(to: partial)
    let events = Events()
    try await bench.pull(receive: events.receive)
    #expect(try weights(bench).map(\.range) == ["bytes=123456-"])
    #expect(events.progress.last?.bytesBefore == 123_456)
    #expect(try isWhole(bench))
  }

  @Test(arguments: [100, 200_000, 300_000])
  func `damaged remains of an earlier pull are fetched anew`(length: Int) async throws {
    let bench = try Bench()
    let whole = try Bench(["main": ["model.safetensors": .large(200_000)]])
    try await whole.pull()
    var hash = BlockHash<SHA256>()
    hash.update(try whole.content("model.safetensors"))
    let partial = bench.folder.appending(path: "blobs/\(hash.hexadecimal).incomplete")
    try FileManager.default.createDirectory(
      at: partial.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(count: length).write(to: partial)
    try await bench.pull()
    #expect(try isWhole(bench))
  }

  @Test(arguments: ["model.safetensors", "config.json"])
  func `a wrong checksum is told with both sums, and nothing becomes visible`(file: String)
    async throws
  {
    let bench = try Bench()
    let match =
      file == "config.json"
      ? "GET /\(bench.name)/resolve/.*config.json" : "\(bench.name)/.*signature"
    try bench.hub.fault(.init(match: match, times: -1, flip: true))
    let error = try await bench.refusal()
    #expect(error.code == .checksum)
    let sums = error.description.matches(of: #/[0-9a-f]{40,64}/#).map { String($0.output) }
    #expect(sums.count == 2 && sums[0] != sums[1])
    #expect(!FileManager.default.fileExists(atPath: bench.folder.appending(path: "snapshots").path))
    #expect(try Bench.tree(bench.folder).allSatisfy { !$0.contains(sums.last ?? "") })
  }

  @Test func `a file that is longer than announced is refused`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: "\(bench.name)/.*signature", times: -1, add: 10))
    #expect(try await bench.refusal().code == .checksum)
  }

  @Test func `a server in trouble is asked again`() async throws {
    let bench = try Bench()
    for status in [500, 502, 503, 504, 408] {
      try bench.hub.fault(.init(match: bench.name, status: status))
    }
    let model = try await bench.pull()
    #expect(model.commit == bench.main)
  }

  @Test func `a server that stays in trouble is told`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: bench.name, times: -1, status: 503))
    let error = try await bench.refusal()
    #expect(error.code == .server && error.description.contains("status 503"))
    #expect(try bench.hub.requests(bench.name).count == 6)
  }

  @Test func `too many requests are waited out as long as the server asks`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: bench.name, status: 429, headers: ["Retry-After": "7"]))
    try bench.hub.fault(
      .init(match: bench.name, status: 429, headers: ["RateLimit": "\"api\";r=0;t=55"]))
    let waits = Waits()
    var settings = try bench.settings()
    settings.retries.sleep = waits.sleep
    let events = Events()
    _ = try await ModelHub(settings).pull(bench.reference(), receive: events.receive)
    #expect(waits.all == [.seconds(7), .seconds(55)])
    #expect(events.notes.count == 2 && events.notes[0].contains("trying again in 7 s"))
  }

  @Test func `a wait that is too long is told instead`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: bench.name, status: 429, headers: ["Retry-After": "4000"]))
    let error = try await bench.refusal()
    #expect(error.code == .tooManyRequests && error.description.contains("4000 seconds"))
  }

  @Test func `compression that nobody asked for is understood`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: bench.name, times: -1, gzip: true))
    try await bench.pull()
    #expect(try isWhole(bench))
  }

  @Test func `a hub that cannot be reached leaves the copy of an earlier pull`() async throws {
    let bench = try Bench()
    let model = try await bench.pull()
    let events = Events()
    // Port 1 is nobody's.
    let nowhere = ["HF_ENDPOINT": "http://127.0.0.1:1"]
    let copy = try await bench.pull(nil, .needed, nowhere, receive: events.receive)
    #expect(copy.folder == model.folder)
    #expect(events.notes.count == 1 && events.notes[0].contains(model.commit))
    let error = try await Bench().refusal(nil, .needed, nowhere)
    #expect(error.code == .unreachable && error.description.contains("127.0.0.1"))
  }

  @Test func `a place that is no hub is told from one`() async throws {
    let bench = try Bench()
    try bench.hub.fault(.init(match: bench.name, times: -1, status: 200))
    let error = try await bench.refusal()
    #expect(error.code == .invalidAnswer && error.description.contains("HF_ENDPOINT"))
  }

  @Test func `without network the missing parts are named`() async throws {
    let bench = try Bench()
    let offline = ["HF_HUB_OFFLINE": "1"]
    let nothing = try await bench.refusal(nil, .needed, offline)
    #expect(nothing.code == .offline && nothing.description.contains("finetune pull"))
    try await bench.pull(nil, FileChoice(excluding: [FilePattern("*.safetensors")]))
    let part = try await bench.refusal(nil, .needed, offline)
    #expect(part.code == .offline && part.description.contains("model.safetensors"))
    #expect(try bench.hub.requests(bench.name).count > 0)
  }

  @Test func `a full disk is told, and so is a cache that cannot be made`() async throws {
    let full = SystemFailure.error(ENOSPC, writing: "blobs/x")
    #expect(full.code == .diskFull && full.description.contains("the disk is full"))
    let bench = try Bench()
    let file = try bench.cache.file("file", containing: "x")
    let error = try await bench.refusal(nil, .needed, ["HF_HUB_CACHE": file.path + "/hub"])
    #expect(error.code == .cache && error.description.contains(file.path))
  }

  @Test func `names that lead out of the folder are refused`() async throws {
    for path in ["../evil.json", "/etc/evil", "a/../../b.json", "a\\b", ""] {
      let bench = try Bench(["main": [path: .text("x"), "config.json": .text("{}")]])
      #expect(try await bench.refusal(nil, FileChoice(base: .all)).code == .invalidAnswer)
    }
  }
}
