#include "reference.h"

#include <cmath>
#include <tuple>
#include <vector>

#include "philox.h"
#include "reference_dropout.h"

namespace ctorch::reference {

at::ScalarType computing(const at::Tensor &tensor) {
  const auto type = tensor.scalar_type();
  return type == at::kBFloat16 || type == at::kHalf ? at::kFloat : type;
}

namespace {

/// The upper and lower 32 bits of an unsigned product; int64 wraps, so the bits are right.
std::pair<at::Tensor, at::Tensor> multiply(const at::Tensor &words, uint32_t factor) {
  const at::Tensor product = words * int64_t(factor);
  return {
      product.bitwise_right_shift(32).bitwise_and(0xFFFFFFFFll), product.bitwise_and(0xFFFFFFFFll)};
}

}  // namespace

at::Tensor decisions(
    at::Tensor c0, at::Tensor c1, at::Tensor c2, at::Tensor c3, const DropoutMask &mask) {
  uint32_t key0 = mask.key0, key1 = mask.key1;
  for (int round = 0; round < philoxRounds; ++round) {
    const auto [high0, low0] = multiply(c0, philoxMultiplier0);
    const auto [high1, low1] = multiply(c2, philoxMultiplier1);
    c0 = high1.bitwise_xor(c1).bitwise_xor(at::Scalar(int64_t(key0)));
    c2 = high0.bitwise_xor(c3).bitwise_xor(at::Scalar(int64_t(key1)));
    c1 = low1;
    c3 = low0;
    key0 += philoxWeyl0;
    key1 += philoxWeyl1;
  }
  std::vector<at::Tensor> parts;
  for (const at::Tensor &word : at::broadcast_tensors({c0, c1, c2, c3})) {
    parts.push_back(word.bitwise_and(0xFFFF));
    parts.push_back(word.bitwise_right_shift(16));
  }
  return at::stack(parts, -1);
}

at::Tensor range(int64_t count, const at::Tensor &like) {
  return at::arange(count, like.options().dtype(at::kLong).requires_grad(false));
}

at::Tensor word(int64_t value, const at::Tensor &like) {
  return at::full({}, value, like.options().dtype(at::kLong).requires_grad(false));
}

at::Tensor factors(const at::Tensor &decided, const DropoutMask &mask, const at::Tensor &like) {
  return decided.ge(int64_t(mask.threshold)).to(computing(like)) * double(mask.keptFactor);
}

namespace {

}  // namespace

at::Tensor dropoutFactors(
    int64_t rows, int64_t columns, const ct_dropout_key &key, const at::Tensor &like) {
  const DropoutMask mask(key);
  const int64_t blocks = (columns + 127) / 128;
  const at::Tensor row = range(rows, like).view({rows, 1});
  at::Tensor decided = decisions(
      range(blocks * 16, like).view({1, blocks * 16}), row.bitwise_and(0xFFFFFFFFll),
      row.bitwise_right_shift(32), word(mask.tweak, like), mask);  // [rows, blocks * 16, 8]
  decided = decided.view({rows, blocks, 16, 8}).transpose(2, 3).reshape({rows, blocks * 128});
  return factors(decided.narrow(1, 0, columns), mask, like);
}

at::Tensor dropout(const at::Tensor &x, const ct_dropout_key &key) {
  if (!DropoutMask(key).removesAny() || x.numel() == 0) return x.alias();
  const int64_t columns = x.size(-1);
  const at::Tensor factor = dropoutFactors(x.numel() / columns, columns, key, x).view(x.sizes());
  return (x.to(computing(x)) * factor).to(x.scalar_type());
}

at::Tensor dropoutResidualLayerNorm(
    const at::Tensor &x, const at::Tensor &xBias, const at::Tensor &residual,
    const at::Tensor &weight, const at::Tensor &bias, double epsilon, const ct_dropout_key &key) {
  const auto type = computing(x);
  at::Tensor sum = x.to(type);
  if (xBias.defined()) sum = sum + xBias.to(type);
  sum = dropout(sum, key);
  if (residual.defined()) sum = sum + residual.to(type);
  return at::layer_norm(sum, {x.size(-1)}, weight.to(type), bias.to(type), epsilon)
      .to(x.scalar_type());
at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const ct_attention_options &options) {
  const DropoutMask mask(options.dropout);
  const auto type = computing(query);
  const int64_t heads = query.size(1), groups = heads / key.size(1);
  const auto *queryStarts = queryBoundaries.const_data_ptr<int32_t>();
  const auto *keyStarts = keyBoundaries.const_data_ptr<int32_t>();
  std::vector<at::Tensor> outputs;
  for (int64_t sequence = 0; sequence + 1 < queryBoundaries.numel(); ++sequence) {
    const int64_t start = queryStarts[sequence], queries = queryStarts[sequence + 1] - start;
    const int64_t keyStart = keyStarts[sequence], keys = keyStarts[sequence + 1] - keyStart;
    if (queries == 0) continue;
    const auto rows = [&](const at::Tensor &tensor, int64_t first, int64_t count) {
      return tensor.narrow(0, first, count).to(type).transpose(0, 1);  // [heads, count, D]
    };
    const at::Tensor q = rows(query, start, queries);
    const at::Tensor k = rows(key, keyStart, keys).repeat_interleave(groups, 0);
    const at::Tensor v = rows(value, keyStart, keys).repeat_interleave(groups, 0);
    at::Tensor scores = at::matmul(q, k.transpose(1, 2)) * options.scale;
    if (options.causal) {
      const at::Tensor hidden = range(keys, query).view({1, keys}) >
                                range(queries, query).view({queries, 1}) + (keys - queries);
      scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
      // Queries that see no key: no probability anywhere.
      scores = at::softmax(scores, -1).masked_fill(hidden, 0);
    } else {
      scores = at::softmax(scores, -1);
    }
    if (mask.removesAny() && keys > 0)
      scores = scores * scoreFactors(heads, queries, keys, start, mask, query);
    outputs.push_back(at::matmul(scores, v).transpose(0, 1));
  }
  if (outputs.empty()) return at::zeros_like(query);
  return at::cat(outputs).to(query.scalar_type()).contiguous();
}

at::Tensor embeddingLayerNorm(
    const at::Tensor &tokens, const at::Tensor &positions, const at::Tensor &segments,
    const at::Tensor &words, const at::Tensor &positionTable, const at::Tensor &segmentTable,
    const at::Tensor &weight, const at::Tensor &bias, double epsilon, const ct_dropout_key &key) {
  const auto type = computing(words);
  at::Tensor sum = at::embedding(words, tokens).to(type);
  if (positionTable.defined()) sum = sum + at::embedding(positionTable, positions).to(type);
  if (segmentTable.defined())
    sum = sum + (segments.defined() ? at::embedding(segmentTable, segments).to(type)
                                    : segmentTable[0].to(type));
  const at::Tensor normalised =
      at::layer_norm(sum, {words.size(1)}, weight.to(type), bias.to(type), epsilon);
  return dropout(normalised, key).to(words.scalar_type());
}

at::Tensor biasGelu(const at::Tensor &x, const at::Tensor &bias, bool tanhForm) {
  const auto type = computing(x);
  at::Tensor sum = x.to(type);
  if (bias.defined()) sum = sum + bias.to(type);
  return at::gelu(sum, tanhForm ? "tanh" : "none").to(x.scalar_type());
void adamStep(
    at::Tensor master, at::Tensor first, at::Tensor second, const at::Tensor &gradient,
    at::Tensor copy, const ct_adam_options &options) {
  at::Tensor g = gradient.to(at::kFloat) * options.gradient_scale;
  if (options.weight_decay != 0) {
    if (options.decoupled) {
      master.mul_(1 - options.learning_rate * options.weight_decay);
    } else {
      g = g.add(master, options.weight_decay);
    }
  }
  first.lerp_(g, 1 - options.beta1);
  second.mul_(options.beta2).addcmul_(g, g, 1 - options.beta2);
  const double correction1 = 1 - std::pow(options.beta1, double(options.step));
  const double correction2 = std::sqrt(1 - std::pow(options.beta2, double(options.step)));
  const at::Tensor denominator = (second.sqrt() / correction2).add_(options.epsilon);
  master.addcdiv_(first, denominator, -options.learning_rate / correction1);
  writeCopy(master, copy);
}
void sgdStep(
    at::Tensor master, at::Tensor buffer, const at::Tensor &gradient, at::Tensor copy,
    const ct_sgd_options &options) {
  at::Tensor g = gradient.to(at::kFloat) * options.gradient_scale;
  if (options.weight_decay != 0) g = g.add(master, options.weight_decay);
  if (options.momentum != 0) {
    if (options.first_step) {
      buffer.copy_(g);
    } else {
      buffer.mul_(options.momentum).add_(g, 1 - options.dampening);
    }
    g = options.nesterov ? g.add(buffer, options.momentum) : buffer;
  }
  master.add_(g, -options.learning_rate);
  writeCopy(master, copy);
}

}  // namespace ctorch::reference
