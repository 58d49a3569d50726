import Torch

/// How a GGUF file stores the elements of a tensor, by the format's number for it.
///
/// Quantised types hold blocks of elements with a scale each; see the format's description in
/// ggml's `docs/gguf.md` and `ggml-quants.h`.
enum GGUFElementType: UInt64, CaseIterable {
  case f32 = 0
  case f16 = 1
  case q4x0 = 2
  case q4x1 = 3
  case q5x0 = 6
  case q5x1 = 7
  case q8x0 = 8
  case q2k = 10
  case q3k = 11
  case q4k = 12
  case q5k = 13
  case q6k = 14
  case bf16 = 30

  /// The name that the format's tools print.
  var name: String {
    switch self {
    case .f32: "F32"
    case .f16: "F16"
    case .q4x0: "Q4_0"
    case .q4x1: "Q4_1"
    case .q5x0: "Q5_0"
    case .q5x1: "Q5_1"
    case .q8x0: "Q8_0"
    case .q2k: "Q2_K"
    case .q3k: "Q3_K"
    case .q4k: "Q4_K"
    case .q5k: "Q5_K"
    case .q6k: "Q6_K"
    case .bf16: "BF16"
    }
  }

  /// The element type of the tensor as it is stored; nil for quantised ones, which become fp32.
  var plain: DataType? {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    default: nil
    }
  }

  /// Elements of a block.
  var blockCount: Int {
    switch self {
    case .f32, .f16, .bf16: 1
    case .q4x0, .q4x1, .q5x0, .q5x1, .q8x0: 32
    case .q2k, .q3k, .q4k, .q5k, .q6k: 256
    }
  }

  /// Bytes of a block.
  var blockSize: Int {
    switch self {
    case .f32: 4
    case .f16, .bf16: 2
    case .q4x0: 2 + 16
    case .q4x1: 2 + 2 + 16
    case .q5x0: 2 + 4 + 16
    case .q5x1: 2 + 2 + 4 + 16
    case .q8x0: 2 + 32
    case .q2k: 16 + 64 + 2 + 2
    case .q3k: 32 + 64 + 12 + 2
    case .q4k: 2 + 2 + 12 + 128
    case .q5k: 2 + 2 + 12 + 32 + 128
    case .q6k: 128 + 64 + 16 + 2
    }
  }
}
