import Foundation
import TestSupport
import Testing
import Tokenizers

/// Conversations become the text, the ids and the masks that Transformers makes of them.
struct ChatConversationTests {
  private static let templates = ProjectFolder.root.appending(path: ".setup/chat-templates")

  private static var areTemplatesHere: Bool {
    FileManager.default.fileExists(atPath: templates.path)
  }

  /// Well-known models by the beginning of their templates' names.
  private static let models = [
    "Featherless-Chat-Models-llama2-13b-chat-hf", "meta-llama-Llama-3.1-8B-Instruct",
    "meta-llama-Llama-3.2-3B-Instruct", "NousResearch-Meta-Llama-3-8B-Instruct",
    "mistralai-Mistral-7B-Instruct", "mistralai-Mistral-Nemo", "Mistral-Small-3.2",
    "Qwen-Qwen2.5-7B-Instruct", "Qwen-Qwen3-0.6B.", "Qwen-Qwen3-Coder-30B", "Qwen-QwQ-32B.",
    "google-gemma-2-2b-it", "unsloth-gemma-3-270m-it", "google-gemma-4-E4B-it",
    "microsoft-Phi-3-mini", "microsoft-Phi-3.5-mini", "microsoft-phi-4",
    "HuggingFaceTB-SmolLM2-135M", "HuggingFaceTB-SmolLM3-3B.", "deepseek-ai-DeepSeek-V2.5",
    "deepseek-ai-DeepSeek-V3.1", "deepseek-ai-DeepSeek-R1-Distill-Llama-8B",
    "CohereForAI-c4ai-command-r", "NousResearch-Hermes-2-Pro", "NousResearch-Hermes-3",
    "openai-gpt-oss-120b", "ibm-granite-granite-3.3-2B", "microsoft-DialoGPT-medium",
  ]

  private static let configuration = """
    {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "[CLS]", "pad_token": "[PAD]",
     "eos_token": {"__type": "AddedToken", "content": "[SEP]", "lstrip": false, "rstrip": false,
       "normalized": false, "single_word": false}, "unk_token": "[UNK]"}
    """

  @Test(
    .enabled(
      if: areTemplatesHere, ".setup/chat-templates is missing; `make test` fetches it if it can"))
  func rendersRealTemplatesAsTransformersDoes() throws {
    let folder = try TokenizerFolder.stages(configuration: Self.configuration)
    var tokenizer = try folder.tokenizer()
    let today = Self.today
    let answers = try answers(
      [Self.templates.path, folder.url.path], models: Self.models, in: folder.folder)
    var names: Set<String> = []
    for answer in answers {
      let source = try answer["template"].requiredString()
      let name = try answer["name"].requiredString()
      tokenizer.chatTemplates["default"] = source
      let difference = difference(tokenizer, answer)
      // A template that asks for the date may have been rendered on two days.
      if source.contains("strftime_now"), Self.today != today { continue }
      #expect(difference == nil, "\(name): \(difference ?? "") for \(answer["request"] ?? nil)")
      names.insert(name)
    }
    #expect(names.count >= 20)
  }

  private static var today: DateComponents {
    Calendar.current.dateComponents([.year, .month, .day], from: Date())
  }

  private func answers(
    _ arguments: [String], models: [String] = [], input: String = "", in folder: TemporaryFolder
  ) throws -> [ChatValue] {
    let out = try folder.file("answers.json")
    let arguments = arguments + [out.path] + models
    try PythonOracle("tokenizers_chat").run(arguments, input: Data(input.utf8))
    return try ChatValue?(ChatValue(json: String(contentsOf: out, encoding: .utf8)))
      .requiredElements()
  }

  /// What an answer's request asks of a tokenizer.
  private func chat(_ tokenizer: PretrainedTokenizer, _ request: ChatValue?) throws -> ChatEncoding
  {
    func list(_ name: String) -> [ChatValue]? { try? request?[name].requiredElements() }
    return try tokenizer.encodeChat(
      messages: (list("messages") ?? []).compactMap { ChatMessage($0) }, tools: list("tools"),
      documents: list("documents"), addsGenerationPrompt: request?["prompt"] == true,
      continuesFinalMessage: request?["continues"] == true,
      variables: (try? request?["variables"].requiredMembers()) ?? [:])
  }

  private func difference(_ tokenizer: PretrainedTokenizer, _ answer: ChatValue) -> String? {
    do {
      let text = try chat(tokenizer, answer["request"]).text
      guard case .string(let expected)? = answer["text"] else {
        return "\(text.debugDescription) instead of \(answer["error"] ?? nil)"
      }
      let agrees = text.utf8.elementsEqual(expected.utf8)
      return agrees ? nil : "\(text.debugDescription) instead of \(expected.debugDescription)"
    } catch {
      if answer["text"] != nil { return "\(error) instead of \(answer["text"] ?? nil)" }
      let message = (error as? ChatTemplateError).map { ChatValue.string($0.message) }
      let isExpected = answer["raised"] != true || answer["error"] == message
      return isExpected ? nil : "\(String(describing: error)) instead of \(answer["error"] ?? nil)"
    }
  }

  // MARK: Ids and masks

  private static let masked = """
    {{ bos_token }}{% for m in messages %}{{ m.role }} : {% if m.role == 'assistant' %}\
    {% generation %}{{ m.content }} {{ eos_token }}{% endgeneration %}{% else %}{{ m.content }}\
    {% endif %} .{% endfor %}{% if add_generation_prompt %} the {% endif %}
    """

  private static let requests = """
    [{"messages": [{"role": "user", "content": "the cats"}]},
     {"messages": [{"role": "user", "content": "the cat sat"},
                   {"role": "assistant", "content": "mats"}, {"role": "user", "content": "un"},
                   {"role": "assistant", "content": "cat unknown sat"}], "prompt": true},
     {"messages": [{"role": "user", "content": "the cat"},
                   {"role": "assistant", "content": "sat on the  "}], "continues": true}]
    """

  @Test func idsAndMasksAreThoseOfTransformers() throws {
    let special = [(0, "[PAD]"), (1, "[UNK]"), (2, "[CLS]"), (3, "[SEP]")].map { id, content in
      #"{"id": \#(id), "content": "\#(content)", "special": true, "normalized": false, "#
        + #""single_word": false, "lstrip": false, "rstrip": false}"#
    }
    let folder = try TokenizerFolder.stages(
      addedTokens: "[\(special.joined(separator: ", "))]", configuration: Self.configuration)
    _ = try folder.folder.file("chat_template.jinja", containing: Self.masked)
    let tokenizer = try folder.tokenizer()
    let requests = try ChatValue?(ChatValue(json: Self.requests)).requiredElements()
    let input = "[" + Self.requestList().joined(separator: ",") + "]"
    let answers = try answers(["requests", folder.url.path], input: input, in: folder.folder)
    #expect(answers.count == requests.count)
    for (answer, request) in zip(answers, requests) {
      guard answer["text"] != nil else {
        #expect(throws: ChatTemplateError.self) { try chat(tokenizer, request) }
        continue
      }
      let encoding = try chat(tokenizer, request)
      #expect(.string(encoding.text) == answer["text"])
      #expect(.array(encoding.encoding.ids.map { .integer(Int($0)) }) == answer["ids"])
      guard let mask = answer["mask"], mask != .null else { continue }
      #expect(.array(encoding.assistantMask.map { .integer($0 ? 1 : 0) }) == mask)
    }
  }

  /// The requests one by one, as the oracle takes them.
  private static func requestList() -> [String] {
    let values = (try? JSONSerialization.jsonObject(with: Data(requests.utf8))) as? [Any] ?? []
    return values.compactMap { value in
      (try? JSONSerialization.data(withJSONObject: ["request": value]))
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test func refusesWhatTransformersRefuses() throws {
    var tokenizer = try TokenizerFolder.stages(configuration: Self.configuration).tokenizer()
    func code(_ body: () throws(ChatTemplateError) -> Void) -> ChatTemplateError.Code? {
      do {
        try body()
        return nil
      } catch {
        return error.code
      }
    }
    let hello = ChatMessage(role: "user", content: "hello")
    #expect(
      code { () throws(ChatTemplateError) in
        _ = try tokenizer.applyChatTemplate(messages: [hello])
      } == .missingTemplate)
    tokenizer.chatTemplates["default"] = Self.masked
    #expect(
      code { () throws(ChatTemplateError) in
        _ = try tokenizer.applyChatTemplate(messages: [])
      } == .invalidInput)
    #expect(
      code { () throws(ChatTemplateError) in
        _ = try tokenizer.applyChatTemplate(
          messages: [hello], addsGenerationPrompt: true, continuesFinalMessage: true)
      } == .invalidInput)
    #expect(
      code { () throws(ChatTemplateError) in
        _ = try tokenizer.applyChatTemplate(messages: [hello], tools: ["weather"])
      } == .invalidInput)
    #expect(
      code { () throws(ChatTemplateError) in
        _ = try tokenizer.applyChatTemplate(
          messages: [["role": "user"]], continuesFinalMessage: true)
      } == .invalidInput)
    #expect(
      code { () throws(ChatTemplateError) in
        _ = try tokenizer.applyChatTemplate(messages: [hello], variables: ["messages": []])
      } == .invalidInput)
  }

  // MARK: Files

  @Test func readsTemplatesFromWhereTheyMayStand() throws {
    let text = try TokenizerFolder.stages(
      configuration: #"{"chat_template": "one {{ messages[0].content }}"}"#)
    #expect(try text.tokenizer().chatTemplates["default"] == "one {{ messages[0].content }}")
    let list = try TokenizerFolder.stages(
      configuration: """
        {"chat_template": [{"name": "default", "template": "d"},
                           {"name": "tool_use", "template": "t{{ (tools or []) | length }}"}]}
        """)
    let tokenizer = try list.tokenizer()
    let hello = [ChatMessage(role: "user", content: "hello")]
    #expect(try tokenizer.applyChatTemplate(messages: hello) == "d")
    #expect(try tokenizer.applyChatTemplate(messages: hello, tools: [[:]]) == "t1")
    #expect(try tokenizer.applyChatTemplate(messages: hello, template: "tool_use") == "t0")
    // The files win over the configuration.
    _ = try list.folder.file("chat_template.jinja", containing: "file")
    _ = try list.folder.file("additional_chat_templates/rag.jinja", containing: "rag")
    #expect(try list.tokenizer().chatTemplates.sources == ["default": "file", "rag": "rag"])
    try TokenizerFolder.stages(configuration: #"{"chat_template": 5}"#)
      .expectFailure(.invalidKey, "tokenizer_config.chat_template", "a number")
  }

  @Test func savesTemplatesWhereTransformersLooksForThem() throws {
    var tokenizer = try TokenizerFolder.stages(
      configuration: #"{"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": "old"}"#
    ).tokenizer()
    tokenizer.chatTemplates = ChatTemplates(
      sources: ["default": "d {{ messages[0].content }}", "tool_use": "t"])
    let target = try TemporaryFolder()
    try tokenizer.save(to: target.url)
    let read = { (name: String) in
      try String(contentsOf: target.url.appending(path: name), encoding: .utf8)
    }
    #expect(try read("chat_template.jinja") == "d {{ messages[0].content }}")
    #expect(try read("additional_chat_templates/tool_use.jinja") == "t")
    #expect(try !read("tokenizer_config.json").contains("chat_template"))
    #expect(try PretrainedTokenizer(folder: target.url).chatTemplates == tokenizer.chatTemplates)
    let requests = """
      [{"request": {"messages": [{"role": "user", "content": "é"}]}},
       {"request": {"messages": [{"role": "user", "content": "é"}], "tools": [{}]}}]
      """
    let answers = try answers(["requests", target.url.path], input: requests, in: target)
    #expect(answers.map { $0["text"] } == ["d é", "t"])
    tokenizer.chatTemplates["../up"] = "x"
    #expect(throws: TokenizersError.self) { try tokenizer.save(to: target.url) }
  }
}
