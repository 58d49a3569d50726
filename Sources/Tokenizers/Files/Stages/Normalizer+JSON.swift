#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension Normalizer {
  private static let known = [
    "BertNormalizer", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "StripAccents", "Strip", "Replace",
    "Prepend", "Nmt", "ByteLevel", "Precompiled", "Sequence",
  ]

  /// Reads a stage; nil for null.
  init?(_ stage: JSONStage) throws(TokenizersError) {
    if stage.value.isNull { return nil }
    switch try stage.type() {
    case "BertNormalizer":
      let keys = ["clean_text", "handle_chinese_chars", "strip_accents", "lowercase"]
      try stage.allowOnly(keys + ["type"])
      self = .bert(
        BertNormalization(
          cleansText: try stage.boolean("clean_text"),
          splitsChinese: try stage.boolean("handle_chinese_chars"),
          stripsAccents: try stage.optionalBoolean("strip_accents"),
          lowercases: try stage.boolean("lowercase")))
    case "Lowercase": self = try Self.plain(.lowercase, stage)
    case "NFC": self = try Self.plain(.form(.nfc), stage)
    case "NFD": self = try Self.plain(.form(.nfd), stage)
    case "NFKC": self = try Self.plain(.form(.nfkc), stage)
    case "NFKD": self = try Self.plain(.form(.nfkd), stage)
    case "StripAccents": self = try Self.plain(.stripAccents, stage)
    case "Nmt": self = try Self.plain(.translation, stage)
    case "ByteLevel": self = try Self.plain(.byteLevel, stage)
    case "Strip":
      try stage.allowOnly(["type", "strip_left", "strip_right"])
      self = .strip(
        left: try stage.boolean("strip_left"), right: try stage.boolean("strip_right"))
    case "Replace":
      try stage.allowOnly(["type", "pattern", "content"])
      self = .replace(try stage.pattern("pattern"), with: try stage.string("content"))
    case "Prepend":
      try stage.allowOnly(["type", "prepend"])
      self = .prepend(try stage.string("prepend"))
    case "Precompiled":
      try stage.allowOnly(["type", "precompiled_charsmap"])
      let text = try stage.string("precompiled_charsmap")
      guard let bytes = Data(base64Encoded: text), let map = CharacterMap([UInt8](bytes)) else {
        throw TokenizersError(
          .invalidKey,
          "\(stage.file): \"\(stage.path).precompiled_charsmap\" is no map of characters.")
      }
      self = .characterMap(map)
    case "Sequence":
      try stage.allowOnly(["type", "normalizers"])
      var stages: [Normalizer] = []
      for stage in try stage.stages("normalizers") {
        if let normalizer = try Normalizer(stage) { stages.append(normalizer) }
      }
      self = .sequence(stages)
    case let kind:
      throw stage.unsupported(kind, "normaliser", known: Self.known)
    }
  }

  private static func plain(
    _ normalizer: Normalizer, _ stage: JSONStage
  ) throws(TokenizersError) -> Normalizer {
    try stage.allowOnly(["type"])
    return normalizer
  }
}

extension BertNormalization {
  var json: JSONValue {
    .object([
      .init(key: "type", value: .string("BertNormalizer")),
      .init(key: "clean_text", value: .boolean(cleansText)),
      .init(key: "handle_chinese_chars", value: .boolean(splitsChinese)),
      .init(key: "strip_accents", value: stripsAccents.map(JSONValue.boolean) ?? .null),
      .init(key: "lowercase", value: .boolean(lowercases)),
    ])
  }
}
