import Foundation
import Hub
import TestSupport
import Testing

/// Who may read what, and who gets to see the token.
@Suite struct AccessTests {
  static let token = "hf_0123456789abcdefSECRET"

  @Test func `the token goes to the hub and never to the storage`() async throws {
    let bench = try Bench(token: Self.token)
    try await bench.pull(nil, .needed, ["HF_TOKEN": Self.token])
    let requests = try bench.hub.requests(bench.name)
    for request in requests {
      #expect(request.authorization == (request.place == "hub" ? "Bearer \(Self.token)" : nil))
    }
    #expect(Set(requests.map(\.place)) == ["hub", "cdn"])
  }

  @Test func `the token of the file that a login writes is used`() async throws {
    let bench = try Bench(token: Self.token)
    let home = try TemporaryFolder()
    _ = try home.file("token", containing: Self.token + "\n")
    #expect(try await bench.pull(nil, .needed, ["HF_HOME": home.url.path]).commit == bench.main)
    let refused = try await bench.refusal(
      nil, .needed, ["HF_HOME": home.url.path, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"])
    #expect(refused.code == .noRepository)
  }

  @Test func `a private model without a token is told like one that is not there`() async throws {
    let bench = try Bench(token: Self.token)
    let error = try await bench.refusal()
    #expect(error.code == .noRepository)
    #expect(error.description.contains("HF_TOKEN") && error.description.contains("spelling"))
    #expect(try bench.hub.requests(bench.name).count == 1)
  }

  @Test func `a gated model says where its terms are accepted`() async throws {
    let bench = try Bench(token: Self.token, gated: true)
    for token in [nil, "hf_other"] {
      let error = try await bench.refusal(nil, .needed, token.map { ["HF_TOKEN": $0] } ?? [:])
      #expect(error.code == .notPermitted)
      #expect(error.description.contains("\(bench.hub.address)/\(bench.name)"))
      #expect(error.description.contains("HF_TOKEN"))
      #expect(!error.description.contains("hf_other"))
    }
    #expect(try bench.hub.requests("/resolve/.*\(bench.name)").isEmpty)
  }

  @Test func `a token that the hub does not accept is told by where it came from`() async throws {
    let bench = try Bench()
    try bench.hub.fault(
      .init(
        match: bench.name, times: -1, status: 401,
        headers: ["X-Error-Message": "Invalid credentials in Authorization header"]))
    let error = try await bench.refusal(nil, .needed, ["HF_TOKEN": Self.token])
    #expect(error.code == .notPermitted && error.description.contains("the variable HF_TOKEN"))
    #expect(!error.description.contains(Self.token))
  }

  @Test func `a refusal without a reason is told`() async throws {
    let bench = try Bench()
    try bench.hub.fault(
      .init(
        match: bench.name, times: -1, status: 403,
        headers: ["X-Error-Message": "not from your country"]))
    let error = try await bench.refusal()
    #expect(error.code == .notPermitted && error.description.contains("not from your country"))
    #expect(try bench.hub.requests(bench.name).count == 1)
  }

  @Test func `model, revision and file that are not there are told apart`() async throws {
    let bench = try Bench()
    #expect(try await bench.refusal("v9").code == .noRevision)
    let file = try await bench.refusal(nil, FileChoice(names: ["model-q8.gguf"]))
    #expect(file.code == .noFile && file.description.contains("model-q8.gguf"))
    let answers = try bench.python([
      [
        "call": "cached", "repo_id": bench.name, "filename": "model-q8.gguf",
        "revision": bench.main,
      ]
    ])
    #expect(answers[0].text == "absent")
    let model = try ModelReference("nobody/nothing")
    await #expect { try await ModelHub(bench.settings()).pull(model) } throws: { error in
      (error as? HubError)?.code == .noRepository
    }
  }

  @Test func `a model with weights in other formats names them`() async throws {
    let bench = try Bench([
      "main": ["config.json": .text("{}"), "a-Q4_0.gguf": .large(10), "a-Q8_0.gguf": .large(20)]
    ])
    let error = try await bench.refusal()
    #expect(error.code == .noFile && error.description.contains("--file a-Q4_0.gguf"))
    let model = try await bench.pull(nil, FileChoice(names: ["a-Q8_0.gguf"]))
    #expect(model.files.map(\.path) == ["a-Q8_0.gguf", "config.json"])
  }

  @Test func `requests go through the proxy, but for its exceptions`() async throws {
    let bench = try Bench()
    let proxied = [
      "HF_ENDPOINT": "http://hub.invalid", "HTTP_PROXY": bench.hub.address,
      "NO_PROXY": "elsewhere.org,127.0.0.1",
    ]
    let model = try await bench.pull(nil, .needed, proxied)
    #expect(model.commit == bench.main)
    let requests = try bench.hub.requests(bench.name)
    #expect(requests.filter(\.proxied).allSatisfy { $0.place == "hub" })
    #expect(requests.contains { $0.proxied } && requests.contains { !$0.proxied })
  }

  @Test func `a token is not shown when it is printed`() throws {
    let token = try #require(AccessToken(" \(Self.token)\n", origin: "a test"))
    var dumped = ""
    dump(token, to: &dumped)
    for text in ["\(token)", String(reflecting: token), dumped] {
      #expect(!text.contains("SECRET"))
    }
  }
}
