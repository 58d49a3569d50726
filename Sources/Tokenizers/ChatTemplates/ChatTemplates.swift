#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import Synchronization

/// The chat templates of a tokenizer by their names, as its files hold them.
///
/// Most models have one, named `default`; some have another for conversations with tools,
/// `tool_use`.
public struct ChatTemplates: Sendable, Equatable {
  /// The sources of the templates by name.
  public var sources: [String: String]

  private let parsed = ParsedTemplates()

  /// Collects templates.
  public init(sources: [String: String] = [:]) {
    self.sources = sources
  }

  /// Whether two tokenizers have the same templates.
  public static func == (left: ChatTemplates, right: ChatTemplates) -> Bool {
    left.sources == right.sources
  }

  /// Whether there is no template.
  public var isEmpty: Bool { sources.isEmpty }

  /// The source of a template; setting nil removes it.
  public subscript(name: String) -> String? {
    get { sources[name] }
    set { sources[name] = newValue }
  }

  /// The template of a name, which is read once and kept.
  ///
  /// Without a name it is `tool_use` for a conversation with tools where there is such, else
  /// `default`.
  ///
  /// - Throws: ``ChatTemplateError`` of code `missingTemplate`, or what is wrong with the template.
  public func template(
    named name: String? = nil, forTools: Bool = false
  ) throws(ChatTemplateError) -> ChatTemplate {
    let chosen = name ?? (forTools && sources["tool_use"] != nil ? "tool_use" : "default")
    guard let source = sources[chosen] else {
      let names = sources.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
      let message =
        sources.isEmpty
        ? "The tokenizer has no chat template."
        : "The tokenizer has no chat template \"\(chosen)\"; it has \(names)."
      throw ChatTemplateError(.missingTemplate, message)
    }
    return try parsed.template(of: source)
  }

  // MARK: Files

  private static let defaultFile = "chat_template.jinja"
  private static let folderOfOthers = "additional_chat_templates"

  /// Reads `chat_template.jinja` and `additional_chat_templates/*.jinja`; where there is none of
  /// them, the `chat_template` of `tokenizer_config.json`: a text, or a list of named ones.
  init(folder: URL, settings: [JSONValue.Member]) throws(TokenizersError) {
    var sources: [String: String] = [:]
    if let bytes = try TextFile.bytes(of: folder.appending(path: Self.defaultFile)) {
      sources["default"] = String(decoding: bytes, as: UTF8.self)
    }
    let others = folder.appending(path: Self.folderOfOthers)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: others.path)) ?? []
    for name in names where name.hasSuffix(".jinja") {
      guard let bytes = try TextFile.bytes(of: others.appending(path: name)) else { continue }
      sources[String(name.dropLast(6))] = String(decoding: bytes, as: UTF8.self)
    }
    if sources.isEmpty, let value = settings.first(where: { $0.key == "chat_template" })?.value {
      sources = try Self.sources(in: value, folder.appending(path: "tokenizer_config.json").path)
    }
    self.init(sources: sources)
  }

  private static func sources(
    in value: JSONValue, _ file: String
  ) throws(TokenizersError) -> [String: String] {
    if value.isNull { return [:] }
    if let source = value.stringValue { return ["default": source] }
    let path = "tokenizer_config.chat_template"
    let stage = JSONStage(value: value, path: path, file: file)
    guard let entries = value.arrayValue else {
      throw stage.wrongType(path, value, "a text, or a list of named ones")
    }
    var sources: [String: String] = [:]
    for (index, entry) in entries.enumerated() {
      let entry = JSONStage(value: entry, path: "\(path)[\(index)]", file: file)
      sources[try entry.string("name")] = try entry.string("template")
    }
    return sources
  }

  /// Writes the files that Transformers 5 writes.
  func save(to folder: URL) throws(TokenizersError) {
    for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
      var url = folder.appending(path: Self.defaultFile)
      if name != "default" {
        let others = folder.appending(path: Self.folderOfOthers)
        guard !name.isEmpty, !name.contains("/"), !name.contains("\0"), !name.hasPrefix(".") else {
          throw TokenizersError(
            .unwritableFile, "A chat template's name must do for a file's, unlike \"\(name)\".")
        }
        do {
          try FileManager.default.createDirectory(at: others, withIntermediateDirectories: true)
        } catch {
          throw TokenizersError(.unwritableFile, "\(others.path) cannot be made: \(error).")
        }
        url = others.appending(path: "\(name).jinja")
      }
      try TextFile.write(Array(source.utf8), to: url)
    }
  }
}

/// Templates that were read before, by their source.
private final class ParsedTemplates: Sendable {
  private let templates = Mutex<[String: ChatTemplate]>([:])

  func template(of source: String) throws(ChatTemplateError) -> ChatTemplate {
    if let template = templates.withLock({ $0[source] }) { return template }
    let template = try ChatTemplate(source)
    templates.withLock { $0[source] = template }
    return template
  }
}
