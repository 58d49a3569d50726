/// A message of a conversation: a role, a content, and whatever else a template may look at.
///
/// ```swift
/// let question = ChatMessage(role: "user", content: "How warm is it in Paris?")
/// let call: ChatMessage = [
///   "role": "assistant",
///   "tool_calls": [
///     ["type": "function", "function": ["name": "weather", "arguments": ["city": "Paris"]]]
///   ],
/// ]
/// ```
public struct ChatMessage: Sendable, Equatable {
  /// The message's members, in order.
  public var members: [ChatValue.Member]

  /// A message with a text.
  public init(role: String, content: String) {
    members = [.init("role", .string(role)), .init("content", .string(content))]
  }

  /// A message with any members.
  public init(members: [ChatValue.Member]) {
    self.members = members
  }

  /// A message from an object, such as one read from JSON; nil if the value is no object.
  public init?(_ value: ChatValue) {
    guard case .object(let members) = value else { return nil }
    self.members = members
  }

  /// A member's value; setting nil removes the member.
  public subscript(name: String) -> ChatValue? {
    get { members.last { $0.name == name }?.value }
    set {
      guard let newValue else { return members.removeAll { $0.name == name } }
      if let place = members.lastIndex(where: { $0.name == name }) {
        members[place].value = newValue
      } else {
        members.append(.init(name, newValue))
      }
    }
  }
}

extension ChatMessage: ExpressibleByDictionaryLiteral {
  /// A message with its members in the order written.
  public init(dictionaryLiteral elements: (String, ChatValue)...) {
    members = elements.map { ChatValue.Member($0.0, $0.1) }
  }
}
