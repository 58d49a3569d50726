/// How a GGUF file's names of tensors become those of Hugging Face's checkpoints, for one
/// architecture.
struct GGUFNames {
  /// Whole names.
  let single: [String: String]
  /// Names within a layer.
  let layered: [String: String]
  /// What names within a layer begin with there.
  let layerPrefix: String

  /// The names of an architecture; nil for those that are not known.
  init?(architecture: String) {
    switch architecture {
    case "llama", "qwen2", "qwen3": self = .llama
    case "gpt2": self = .gpt2
    default: return nil
    }
  }

  private init(single: [String: String], layered: [String: String], layerPrefix: String) {
    self.single = single
    self.layered = layered
    self.layerPrefix = layerPrefix
  }

  /// The name in Hugging Face's checkpoint; nil for one that has none there.
  func translated(_ name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let ending = parts.last, ending == "weight" || ending == "bias" else { return nil }
    if parts.count == 2 { return single[parts[0]].map { "\($0).\(ending)" } }
    guard parts.count == 4, parts[0] == "blk", Int(parts[1]) != nil else { return nil }
    return layered[parts[2]].map { "\(layerPrefix).\(parts[1]).\($0).\(ending)" }
  }

  private static let llama = GGUFNames(
    single: [
      "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head",
    ],
    layered: [
      "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
      "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
      "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
      "attn_k_norm": "self_attn.k_norm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
      "ffn_down": "mlp.down_proj",
    ],
    layerPrefix: "model.layers")

  private static let gpt2 = GGUFNames(
    single: [
      "token_embd": "transformer.wte", "position_embd": "transformer.wpe",
      "output_norm": "transformer.ln_f", "output": "lm_head",
    ],
    layered: [
      "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj",
      "ffn_norm": "ln_2", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
    ],
    layerPrefix: "transformer.h")
}
