// The kernels of one instruction set, as plain functions over plain memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "attention_call.h"
#include "layer_calls.h"
#include "matrix_calls.h"
#include "optimizer_calls.h"
#include "philox.h"

namespace ctorch {

/// The element types that the kernels have.
enum class Element : int32_t { float32 = 0, bfloat16 = 1 };

/// layer_norm(dropout(x + xBias) + residual): matrices [rows, columns], vectors in float32.
/// A tensor [tokens, heads, size] in memory; strides in elements, `size` is contiguous.
struct HeadsView {
  void *data = nullptr;
  int64_t tokenStride = 0;
  int64_t headStride = 0;
};
/// What every task of one attention shares.
struct AttentionCall {
  HeadsView query, key, value, output;
  // Backward only.
  HeadsView outputGradient, queryGradient, keyGradient, valueGradient;
  /// Of each query's scores, in base 2, [heads, tokens]; null when the backward pass will not need it.
  float *logSumExp = nullptr;
  const int32_t *queryStarts = nullptr, *keyStarts = nullptr;
  int64_t tokens = 0, heads = 0, keyHeads = 0, size = 0;
  float scale = 1;
  bool causal = false;
  DropoutMask mask;
};
/// Forward: `head` is a query head, over some of the sequence's queries, a multiple of 8 first.
/// Backward: `head` is a key head, over all of the sequence.
struct AttentionTask {
  int32_t sequence = 0, head = 0, firstQuery = 0, queries = 0;
};
/// norm(dropout(x + xBias) + residual): matrices [rows, columns], vectors in float32.
struct NormCall {
  const void *x = nullptr, *residual = nullptr;
  const float *xBias = nullptr, *weight = nullptr, *bias = nullptr;
  /// Null unless it is wanted: what is normalised.
  void *sum = nullptr;
  void *y = nullptr;
  /// What the backward pass reads: the normalised rows and their inverse deviations; null when there is none.
  void *normalised = nullptr;
  float *inverseDeviation = nullptr;
  // Backward only; the vectors' gradients are [columns] of one block of rows, added to.
  const void *yGradient = nullptr, *sumGradient = nullptr;
  void *xGradient = nullptr, *residualGradient = nullptr;
  float *weightGradient = nullptr, *biasGradient = nullptr, *xBiasGradient = nullptr;
  int64_t columns = 0;
  float epsilon = 0;
  /// Whether rows are divided by their root mean square, without taking the mean off.
  bool rootMeanSquare = false;
  DropoutMask mask;
};

/// dropout(layer_norm(word + position + segment)).
struct EmbeddingCall {
  const int64_t *tokens = nullptr, *positions = nullptr, *segments = nullptr;
  const void *words = nullptr, *positionTable = nullptr, *segmentTable = nullptr;
  const float *weight = nullptr, *bias = nullptr;
  void *y = nullptr, *normalised = nullptr;
  float *inverseDeviation = nullptr;
  const void *yGradient = nullptr;
  /// The sums' gradient [rows, columns].
  float *sumGradient = nullptr;
  float *weightGradient = nullptr, *biasGradient = nullptr;
  int64_t columns = 0;
  float epsilon = 0;
  DropoutMask mask;
};

/// The derivative is what is kept for the backward pass in the place of x: it costs little beside the value.
struct GeluCall {
  const void *x = nullptr;
  const float *bias = nullptr;
  void *y = nullptr;
  /// Null when there is no backward pass.
  void *derivative = nullptr;
  // Backward only.
  const void *yGradient = nullptr;
  void *xGradient = nullptr;
  float *biasGradient = nullptr;
  int64_t columns = 0;
  bool tanhForm = false;
struct AdamCall {
  float *master, *first, *second;
  const void *gradient;
  void *copy;
  float learningRateTimesDecay, decay;
  float oneMinusBeta1, beta2, oneMinusBeta2;
  float inverseCorrection2, epsilon, stepSize, gradientScale;
  bool decoupled;
};
struct SgdCall {
  float *master, *buffer;
  const void *gradient;
  void *copy;
  float learningRate, momentum, oneMinusDampening, decay, gradientScale;
  bool nesterov, firstStep;
};

/// `[2]`: by Element. Rows and elements are given as a first and a last, so that a caller can share them out.
struct KernelTable {
  const char *name;
  void (*attentionForward[2])(const AttentionCall &, const AttentionTask &);
  void (*attentionBackward[2])(const AttentionCall &, const AttentionTask &);
  void (*normForward[2])(const NormCall &, int64_t first, int64_t last);
  void (*normBackward[2])(const NormCall &, int64_t first, int64_t last);
  void (*embeddingForward[2])(const EmbeddingCall &, int64_t first, int64_t last);
  void (*embeddingBackward[2])(const EmbeddingCall &, int64_t first, int64_t last);
  void (*activationForward[2])(const ActivationCall &, int64_t first, int64_t last);
  void (*activationBackward[2])(const ActivationCall &, int64_t first, int64_t last);
  void (*gatedForward[2])(const GatedCall &, int64_t first, int64_t last);
  void (*gatedBackward[2])(const GatedCall &, int64_t first, int64_t last);
  void (*rotary[2])(const RotaryCall &, int64_t first, int64_t last);
  void (*crossEntropyForward[2])(const CrossEntropyCall &, int64_t first, int64_t last);
  void (*crossEntropyBackward[2])(const CrossEntropyCall &, int64_t first, int64_t last);
  /// sums [columns] += the rows of a matrix [rows, columns], from column `first` to `last`.
  void (*sumColumns[2])(
      const void *matrix, int64_t rows, int64_t columns, float *sums, int64_t first, int64_t last);
  void (*dropout[2])(
      const void *x, void *y, int64_t columns, const DropoutMask &, int64_t first, int64_t last);
  /// destination [columns] = the sum of `count` rows of a source with so many elements a row, rounded once.
  void (*sumRows[2])(
      const float *source, int64_t stride, const int64_t *rows, int64_t count, int64_t columns,
      void *destination);
  /// Elements first..<last; the gradient is theirs alone, and null when it is all zeros.
  /// Adam by Moments too; with codes, whole blocks of momentBlock elements.
  void (*adam[2][3])(const AdamCall &, const void *gradient, int64_t first, int64_t last);
  void (*sgd[2])(const SgdCall &, const void *gradient, int64_t first, int64_t last);
  /// Only the decay of a step of Adam.
  void (*decay)(const AdamCall &, int64_t first, int64_t last);
  /// Adds squares to 16 sums, the first to sum number `lane`.
  void (*addSquares[2])(const void *values, int64_t count, int64_t lane, double *sums);
  void (*accumulate[2])(float *sum, const void *values, float scale, int64_t count);
  /// Products of large matrices; null where libtorch's are no slower.
  const MatrixKernels *matrix[2];
  void (*widen)(const void *bfloat16, float *values, int64_t count);
  void (*narrow)(const float *values, void *bfloat16, int64_t count);
};

/// The table in use on the calling thread; work that is shared out takes its functions before.
const KernelTable &kernels();

extern const KernelTable portableKernels;
#if defined(__x86_64__)
extern const KernelTable avx2Kernels;
extern const KernelTable avx512Kernels;
extern const KernelTable avx512Bfloat16Kernels;
#endif

}  // namespace ctorch
