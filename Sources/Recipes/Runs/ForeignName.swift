extension Recipe {
  /// Whether a name is one of Hugging Face's for a setting, and none of ours.
  public static func isForeignName(_ name: String) -> Bool {
    HuggingFaceName.named(name)?.isForeign ?? false
  }
}
