/// A conversation as tokens.
public struct ChatEncoding: Sendable, Equatable {
  /// The conversation as the template writes it.
  public var text: String
  /// The text's tokens, without special ones beyond those that the template writes.
  public var encoding: Encoding
  /// Whether each token is one that the model is trained to write: whether it stands for a
  /// character that one of the template's `generation` blocks wrote.
  ///
  /// All false for a template without such blocks.
  public var assistantMask: [Bool]

  /// Puts a conversation's parts together.
  public init(text: String, encoding: Encoding, assistantMask: [Bool]) {
    self.text = text
    self.encoding = encoding
    self.assistantMask = assistantMask
  }
}

extension PretrainedTokenizer {
  /// Writes a conversation as the model's chat template has it, as Transformers'
  /// `apply_chat_template` does.
  ///
  /// Members of messages that are `null` are left out, and reasoning is given under each of the
  /// names `reasoning_content` and `thinking` that templates look for.
  ///
  /// - Parameters:
  ///   - messages: The conversation; at least one message.
  ///   - tools: Schemas of the functions that the model may call, each an object.
  ///   - documents: Texts that the model may draw on, each an object.
  ///   - addsGenerationPrompt: Whether the beginning of an answer follows.
  ///   - continuesFinalMessage: Whether the text ends with the last message's content, for the
  ///     model to go on with it. It goes without a generation prompt only.
  ///   - variables: What else the template may look at, such as `enable_thinking`; they win over
  ///     the special tokens, which a template sees as `bos_token` and so on.
  ///   - template: The template's name, where the model has several; see
  ///     ``ChatTemplates/template(named:forTools:)``.
  /// - Returns: The text.
  /// - Throws: ``ChatTemplateError``; of code `raised` what the template refuses in its own words.
  public func applyChatTemplate(
    messages: [ChatMessage], tools: [ChatValue]? = nil, documents: [ChatValue]? = nil,
    addsGenerationPrompt: Bool = false, continuesFinalMessage: Bool = false,
    variables: [String: ChatValue] = [:], template: String? = nil
  ) throws(ChatTemplateError) -> String {
    try render(
      messages, tools, documents, addsGenerationPrompt, continuesFinalMessage, variables, template
    ).text
  }

  /// Writes a conversation as ``applyChatTemplate(messages:tools:documents:addsGenerationPrompt:continuesFinalMessage:variables:template:)``
  /// does, and encodes it.
  ///
  /// The mask is that of Transformers' `return_assistant_tokens_mask`, except that it covers all
  /// tokens of a range's last character where there are several.
  ///
  /// - Throws: ``ChatTemplateError``, and what encoding throws.
  public func encodeChat(
    messages: [ChatMessage], tools: [ChatValue]? = nil, documents: [ChatValue]? = nil,
    addsGenerationPrompt: Bool = false, continuesFinalMessage: Bool = false,
    variables: [String: ChatValue] = [:], template: String? = nil,
    options: EncodingOptions = EncodingOptions(addsSpecialTokens: false)
  ) throws -> ChatEncoding {
    let rendering = try render(
      messages, tools, documents, addsGenerationPrompt, continuesFinalMessage, variables, template)
    let encoding = try encode(rendering.text, options: options)
    var mask = [Bool](repeating: false, count: encoding.count)
    for range in rendering.generations where !range.isEmpty {
      for (index, offsets) in encoding.offsets.enumerated()
      where encoding.sequences[index] >= 0 && offsets.overlaps(range) {
        mask[index] = true
      }
    }
    return ChatEncoding(text: rendering.text, encoding: encoding, assistantMask: mask)
  }

  private func render(
    _ messages: [ChatMessage], _ tools: [ChatValue]?, _ documents: [ChatValue]?,
    _ addsGenerationPrompt: Bool, _ continuesFinalMessage: Bool, _ variables: [String: ChatValue],
    _ name: String?
  ) throws(ChatTemplateError) -> ChatTemplate.Rendering {
    guard !messages.isEmpty else {
      throw ChatTemplateError(.invalidInput, "A conversation needs at least one message.")
    }
    guard !(addsGenerationPrompt && continuesFinalMessage) else {
      throw ChatTemplateError(
        .invalidInput, "A conversation whose last message goes on takes no generation prompt.")
    }
    try Self.mustBeObjects(tools, "tool")
    try Self.mustBeObjects(documents, "document")
    let template = try chatTemplates.template(named: name, forTools: tools != nil)
    var chat = messages.map(\.prepared)
    let continuation =
      continuesFinalMessage ? try ChatContinuation(of: &chat, template) : nil
    var all: [String: ChatValue] = [
      "messages": .array(chat.map { .object($0.members) }),
      "tools": tools.map(ChatValue.array) ?? .null,
      "documents": documents.map(ChatValue.array) ?? .null,
      "add_generation_prompt": .boolean(addsGenerationPrompt),
    ]
    for key in all.keys where variables[key] != nil {
      throw ChatTemplateError(.invalidInput, "\"\(key)\" is an argument, not a variable.")
    }
    all.merge(templateTokens) { $1 }
    all.merge(variables) { $1 }
    let rendering = try template.render(all)
    return try continuation?.cut(rendering) ?? rendering
  }

  private static func mustBeObjects(
    _ values: [ChatValue]?, _ what: String
  ) throws(ChatTemplateError) {
    for value in values ?? [] {
      guard case .object = value else {
        throw ChatTemplateError(.invalidInput, "Each \(what) must be an object.")
      }
    }
  }

  /// The special tokens that have a role, under the names that templates know them by.
  private var templateTokens: [String: ChatValue] {
    var tokens = configuration.namedTokens.mapValues(ChatValue.string)
    let known: [(String, SpecialTokens.Token?)] = [
      ("unk_token", specialTokens.unknown), ("pad_token", specialTokens.padding),
      ("cls_token", specialTokens.classification), ("sep_token", specialTokens.separator),
      ("mask_token", specialTokens.mask),
    ]
    for (name, token) in known where tokens[name] == nil {
      if let token { tokens[name] = .string(token.content) }
    }
    return tokens
  }
}

extension ChatMessage {
  /// The message as templates get it: without nulls, and with its reasoning under each name.
  fileprivate var prepared: ChatMessage {
    var message = ChatMessage(members: members.filter { $0.value != .null })
    let names = ["reasoning_content", "thinking", "reasoning"]
    guard let reasoning = names.lazy.compactMap({ message[$0] }).first else { return message }
    if message["thinking"] == nil { message.members.insert(.init("thinking", reasoning), at: 0) }
    message["reasoning_content"] = reasoning
    return message
  }
}
