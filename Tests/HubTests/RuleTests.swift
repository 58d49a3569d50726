import Foundation
import Hub
import TestSupport
import Testing

/// The small rules that both programs have to agree on, against Python's hub library.
@Suite struct RuleTests {
  private struct Rules: Encodable {
    var hashes: [Data] = []
    var patterns: [[String]] = []
    var environments: [[String: String]] = []
    var names: [String] = []
  }

  private struct Answers: Decodable {
    struct Settings: Decodable {
      let endpoint: String
      let cache: String
      let offline: Bool
      let download: Int
      let metadata: Int
      let token: String
    }
    let hashes: [[String]]
    let matches: [Bool]
    let settings: [Settings]
    let names: [Bool]
  }

  private func ask(_ rules: Rules) throws -> Answers {
    try PythonOracle("hub_rules").run(rules)
  }

  @Test func `hashes of every length near a block's are those of Python`() throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }
    let lengths = Array(0...130) + [191, 192, 193, 255, 256, 257, 1000]
    let answers = try ask(Rules(hashes: lengths.map { Data(bytes.prefix($0)) }))
    for (length, expected) in zip(lengths, answers.hashes) {
      // In pieces of changing length, as they come from a network.
      for piece in [1, 7, 64, 100, 2000] {
        var large = try #require(ContentHash(named: expected[0], size: nil))
        var small = try #require(ContentHash(named: expected[1], size: length))
        var rest = bytes.prefix(length)
        while !rest.isEmpty {
          Array(rest.prefix(piece)).withUnsafeBytes {
            large.update($0)
            small.update($0)
          }
          rest = rest.dropFirst(piece)
        }
        #expect([large.hexadecimal, small.hexadecimal] == expected)
      }
    }
    #expect(ContentHash(named: "storage-tag", size: 3) == nil)
  }

  @Test func `patterns match as Python's do`() throws {
    let patterns = [
      "*", "*.json", "onnx/", "onnx/*", "?.txt", "[ab].txt", "[!ab].txt", "[a-c]*", "a[", "[]]x",
      "*a*b*c", "", "model-0000?-of-*.safetensors", "**", "*/*", "[!]]x", "[b-a]", "a[b-]c",
    ]
    let paths = [
      "a.json", "onnx/model.onnx", "onnx", "a.txt", "c.txt", "abc", "xaybzc", "a[", "]x", "",
      "model-00001-of-00002.safetensors", "sub/a.json", "b", "a-c", "abc/", "yx",
    ]
    let pairs = patterns.flatMap { pattern in paths.map { [pattern, $0] } }
    let answers = try ask(Rules(patterns: pairs))
    for (pair, expected) in zip(pairs, answers.matches) {
      #expect(FilePattern(pair[0]).matches(pair[1]) == expected, "\(pair)")
    }
  }

  @Test func `the environment means what it means to Python's library`() throws {
    let home = try TemporaryFolder()
    _ = try home.file("hf/token", containing: "  hf_from_file \n")
    _ = try home.file("other", containing: "hf_from_other\r\n")
    let root = home.url.path
    let environments: [[String: String]] = [
      [:], ["XDG_CACHE_HOME": "\(root)/xdg"], ["HF_HOME": "\(root)/hf"], ["HF_HOME": "~/hf"],
      ["HF_HOME": "$HOME/hf", "HF_HUB_CACHE": "${HOME}/cache"],
      ["HUGGINGFACE_HUB_CACHE": "\(root)/old"],
      ["HUGGINGFACE_HUB_CACHE": "\(root)/old", "HF_HUB_CACHE": "\(root)/new"],
      ["HF_ENDPOINT": "https://example.org/hub/"], ["HF_ENDPOINT": "http://localhost:8080"],
      ["HF_TOKEN": "hf_a", "HUGGING_FACE_HUB_TOKEN": "hf_b", "HF_HOME": "\(root)/hf"],
      ["HUGGING_FACE_HUB_TOKEN": " hf_b\n", "HF_HOME": "\(root)/hf"],
      ["HF_TOKEN_PATH": "\(root)/other", "HF_HOME": "\(root)/hf"],
      ["HF_HOME": "\(root)/hf", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "yes"],
      ["HF_HUB_OFFLINE": "1"], ["HF_HUB_OFFLINE": "true"], ["HF_HUB_OFFLINE": "0"],
      ["TRANSFORMERS_OFFLINE": "ON"], ["HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "1"],
      ["HF_HUB_OFFLINE": "", "TRANSFORMERS_OFFLINE": "1"],
      ["HF_HUB_DOWNLOAD_TIMEOUT": "33", "HF_HUB_ETAG_TIMEOUT": "44"],
    ].map { $0.merging(["HOME": root]) { first, _ in first } }
    let answers = try ask(Rules(environments: environments))
    for (environment, expected) in zip(environments, answers.settings) {
      let settings = try HubSettings(environment: environment)
      #expect(settings.endpoint.absoluteString == expected.endpoint, "\(environment)")
      #expect(settings.cacheFolder.path == expected.cache, "\(environment)")
      #expect(settings.isOffline == expected.offline, "\(environment)")
      #expect(settings.downloadTimeout == expected.download)
      #expect(settings.metadataTimeout == expected.metadata)
      let authorization = expected.token.isEmpty ? nil : "Bearer \(expected.token)"
      #expect(settings.token?.authorization == authorization, "\(environment)")
    }
  }

  @Test func `names that Python's library refuses are refused, and the others are not`() throws {
    let names = [
      "a", "bert-base-uncased", "org/name", "Org_1/na.me-2", "", "/", "a/", "/a", "a/b/c", "a--b",
      "a..b", "-a", "a-", ".a", "a.", "org/-a", "a.git", "caf\u{E9}", "a b", "a\nb", "..", "a/..",
      "datasets/a/b", String(repeating: "x", count: 96), String(repeating: "x", count: 97),
    ]
    let answers = try ask(Rules(names: names))
    for (name, expected) in zip(names, answers.names) {
      #expect(ModelReference.isName(name) == expected, "\(name)")
    }
  }

  @Test func `a revision may stand in the name or beside it`() throws {
    #expect(try ModelReference("a/b@refs/pr/1").revision == "refs/pr/1")
    #expect(try ModelReference("a/b", revision: "v1").description == "a/b@v1")
    #expect(try ModelReference("a/b@v1", revision: "v1").name == "a/b")
    #expect(throws: HubError.self) { try ModelReference("a/b@v1", revision: "v2") }
    for bad in ["", "..", "a/../b", "/a", "a b", "-\u{7}", "a~1", ".hidden", "a/.b", "x.lock"] {
      #expect(throws: HubError.self, "\(bad)") { try ModelReference("a/b", revision: bad) }
    }
  }

  @Test(arguments: [
    ["HF_ENDPOINT": "huggingface.co"], ["HF_ENDPOINT": "ftp://a"], ["HF_ENDPOINT": "https://"],
    ["HF_HUB_DOWNLOAD_TIMEOUT": "soon"], ["HF_HUB_ETAG_TIMEOUT": "0"],
    ["HTTPS_PROXY": "gopher://secret@proxy"], ["HF_TOKEN": "hf_\u{2019}"],
  ])
  func `settings that cannot be used are refused by name`(environment: [String: String]) throws {
    let name = try #require(environment.keys.first)
    do {
      _ = try HubSettings(environment: environment)
      Issue.record("nothing was refused")
    } catch {
      #expect(
        error.code == .invalidSetting && error.description.lowercased().contains(name.lowercased()))
      #expect(!error.description.contains("secret"))
    }
  }

  @Test func `waits double up to a limit, and at least half of each passes`() {
    var policy = RetryPolicy()
    policy.random = { 0 }
    #expect(
      (1...8).map(policy.wait(afterFailures:)).map(\.components.seconds) == [
        0, 1, 2, 4, 8, 15, 15, 15,
      ])
    policy.random = { 1 }
    #expect(
      (1...8).map(policy.wait(afterFailures:)).map(\.components.seconds) == [
        1, 2, 4, 8, 16, 30, 30, 30,
      ])
  }

  @Test func `a date of HTTP is read`() throws {
    let date = try #require(HubResponse.date("Sun, 06 Nov 1994 08:49:37 GMT"))
    #expect(date.timeIntervalSince1970 == 784_111_777)
    #expect(HubResponse.date("tomorrow") == nil)
    #expect(HubResponse.normalized("W/\"abc\"") == "abc")
  }

  @Test func `one file of weights is taken, the safest first`() {
    let all = [
      "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
      "pytorch_model.bin.index.json",
    ]
    for first in all.indices {
      #expect(NeededFiles.weights(in: Array(all[first...])).files == [all[first]])
    }
    let adapter = ["adapter_model.bin", "adapter_model.safetensors", "training_args.bin"]
    #expect(NeededFiles.weights(in: adapter).files == ["adapter_model.safetensors"])
    #expect(NeededFiles.weights(in: ["a.gguf", "b.txt"]).others == ["a.gguf"])
    let companions = [
      "spiece.model", "tokenizer.model", "1_Pooling/config.json",
      "additional_chat_templates/a.jinja",
    ]
    #expect(companions.allSatisfy(NeededFiles.isCompanion))
    let others = ["onnx/config.json", "README.md", "sub/vocab.txt", "sub/x.model", "a.gguf"]
    #expect(!others.contains(where: NeededFiles.isCompanion))
  }

  @Test func `proxies are chosen by scheme, and exceptions by host`() throws {
    let variables = EnvironmentVariables([
      "HTTPS_PROXY": "http://user:pa%40ss@proxy:3128", "http_proxy": "plain:80",
      "no_proxy": "internal, .example.org,other.net:8443",
    ])
    let proxies = try ProxySettings(variables)
    func host(_ address: String) -> String? {
      URL(string: address).flatMap(proxies.proxy(for:))?.host
    }
    #expect(host("https://huggingface.co") == "proxy" && host("http://huggingface.co") == "plain")
    #expect(host("https://a.example.org") == nil && host("https://internal") == nil)
    #expect(host("https://notexample.org") == "proxy")
    #expect(host("https://other.net:8443") == nil && host("https://other.net") == "proxy")
    let proxy = URL(string: "https://x.org").flatMap(proxies.proxy(for:))
    #expect(proxy?.user == "user" && proxy?.password == "pa@ss" && proxy?.port == 3128)
  }
}
