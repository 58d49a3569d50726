/// Ends a rendered conversation with its last message's content: a mark at the content's end shows
/// where the template puts it.
struct ChatContinuation {
  private static let mark = "CONTINUE_FINAL_MESSAGE_TAG "
  private static let trimmedMark = TemplateText("CONTINUE_FINAL_MESSAGE_TAG")

  /// The text that the model is to continue.
  private let text: TemplateText

  /// Adds the mark to the last message.
  init(of chat: inout [ChatMessage], _ template: ChatTemplate) throws(ChatTemplateError) {
    let last = chat.count - 1
    guard let content = chat[last]["content"] else {
      throw Self.failure("The last message has no content to continue.")
    }
    guard template.source.contains("content") else {
      throw Self.failure("The chat template does not look at the content of messages.")
    }
    switch content {
    case .string(let string):
      text = TemplateText(string)
      chat[last]["content"] = .string(string + Self.mark)
    case .array(var blocks):
      var found: TemplateText?
      for index in blocks.indices.reversed() {
        guard case .object(let members) = blocks[index],
          case .string(let string)? = blocks[index]["text"]
        else { continue }
        found = TemplateText(string)
        var block = ChatMessage(members: members)
        block["text"] = .string(string + Self.mark)
        blocks[index] = .object(block.members)
        break
      }
      guard let found else { throw Self.failure("The last message has no text to continue.") }
      text = found
      chat[last]["content"] = .array(blocks)
    default: throw Self.failure("The last message's content is no text to continue.")
    }
  }

  /// The rendered text up to the mark.
  func cut(
    _ rendering: ChatTemplate.Rendering
  ) throws(ChatTemplateError) -> ChatTemplate.Rendering {
    let rendered = TemplateText(rendering.text)
    guard rendered.contains(text.stripped(of: nil)),
      let found = rendered.lastRange(of: Self.trimmedMark)
    else {
      throw Self.failure("The chat template leaves the last message's content out, or changes it.")
    }
    var kept = TemplateText(rendered.scalars[..<found.lowerBound])
    // Where the template took the mark's last space away, it trims what stands before it too.
    let isWhole = found.upperBound < rendered.count && rendered.scalars[found.upperBound] == " "
    if !isWhole { kept = kept.stripped(of: nil, left: false) }
    let text = kept.string
    let length = text.utf8.count
    return ChatTemplate.Rendering(
      text: text,
      generations: rendering.generations.compactMap { range in
        range.lowerBound < length ? range.lowerBound..<min(range.upperBound, length) : nil
      })
  }

  private static func failure(_ message: String) -> ChatTemplateError {
    ChatTemplateError(.invalidInput, message)
  }
}
