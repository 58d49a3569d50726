// Activations and gated activations, row by row; included by the `isa_*.cpp` files alone.

/// An activation's value and derivative.
struct Activated {
  Floats value, derivative;
};

/// x * sigmoid(slope * x).
CTORCH_INLINE Activated sigmoidUnit(Floats x, float slope) {
  // Limited, so that 1 + exp stays finite; the gate is 0 in float32 long before.
  Floats exponent = x * (-slope * 1.4426950408889634f);
  exponent = choose(exponent > 126.0f, broadcast(126), exponent);
  const Floats gate = reciprocal(1.0f + exp2(exponent));
  return {x * gate, multiplyAdd(x * gate * (1.0f - gate), broadcast(slope), gate)};
}

/// Near 0 an odd polynomial, our own minimax fit over |x| up to 0.65 (relative error 1e-7 with rounding); beyond it
/// (1 - e) / (1 + e) with e = exp(-2 |x|), which there loses nothing.
CTORCH_INLINE Floats hyperbolicTangent(Floats x) {
  const Floats squared = x * x;
  Floats p = broadcast(-0.0055151545f);
  p = multiplyAdd(p, squared, broadcast(0.02046941f));
  p = multiplyAdd(p, squared, broadcast(-0.05368802f));
  p = multiplyAdd(p, squared, broadcast(0.1333083f));
  p = multiplyAdd(p, squared, broadcast(-0.3333326f));
  const Floats small = multiplyAdd(x * squared, p, x);
  const Floats magnitude = choose(x < 0.0f, -x, x);
  const Floats power = exp2(magnitude * (-2 * 1.4426950408889634f));
  const Floats ratio = (1.0f - power) * reciprocal(1.0f + power);
  return choose(magnitude < 0.65f, small, choose(x < 0.0f, -ratio, ratio));
}

template <ct_activation activation>
CTORCH_INLINE Activated activated(Floats x) {
  if constexpr (activation == ct_activation_gelu || activation == ct_activation_gelu_tanh) {
    const Gelu result = activation == ct_activation_gelu ? exactGelu(x) : tanhGelu(x);
    return {x * result.gate, result.derivative};
  } else if constexpr (activation == ct_activation_quick_gelu) {
    return sigmoidUnit(x, 1.702f);
  } else if constexpr (activation == ct_activation_silu) {
    return sigmoidUnit(x, 1);
  } else if constexpr (activation == ct_activation_tanh) {
    const Floats value = hyperbolicTangent(x);
    return {value, 1.0f - value * value};
  } else {
    // Compared so that NaN stays NaN.
    const Floats positive = choose(x < 0.0f, Floats{}, x);
    if constexpr (activation == ct_activation_relu)
      return {positive, choose(x <= 0.0f, Floats{}, broadcast(1))};
    return {positive * positive, 2.0f * positive};
  }
}

template <typename Value, ct_activation activation>
void activationForwardOf(const ActivationCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  for (int64_t r = first; r < last; ++r) {
    const Value *x = static_cast<const Value *>(call.x) + r * columns;
    Value *y = static_cast<Value *>(call.y) + r * columns;
    Value *derivative = call.derivative ? static_cast<Value *>(call.derivative) + r * columns : nullptr;
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      Floats value = load(x + c, count);
      if (call.bias) value += load(call.bias + c, count);
      const Activated result = activated<activation>(value);
      store(y + c, result.value, count);
      if (derivative) store(derivative + c, result.derivative, count);
    }
  }
}

/// The derivative out of what was kept.
template <ct_activation activation>
CTORCH_INLINE Floats keptDerivative(Floats kept) {
  if constexpr (activation == ct_activation_relu)
    return choose(kept <= 0.0f, Floats{}, broadcast(1));
  if constexpr (activation == ct_activation_tanh) return 1.0f - kept * kept;
  return kept;
}

template <typename Value, ct_activation activation>
void activationBackwardOf(const ActivationCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  for (int64_t r = first; r < last; ++r) {
    const Value *kept = static_cast<const Value *>(call.kept) + r * columns;
    const Value *yGradient = static_cast<const Value *>(call.yGradient) + r * columns;
    Value *xGradient = static_cast<Value *>(call.xGradient) + r * columns;
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      const Floats derivative = keptDerivative<activation>(load(kept + c, count));
      const Floats gradient = load(yGradient + c, count) * derivative;
      store(xGradient + c, gradient, count);
      if (call.biasGradient)
        store(call.biasGradient + c, load(call.biasGradient + c, count) + gradient, count);
    }
  }
}

template <typename Value, ct_activation activation>
void gatedForwardOf(const GatedCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  for (int64_t r = first; r < last; ++r) {
    const Value *gate = static_cast<const Value *>(call.gate) + r * call.stride;
    const Value *up = static_cast<const Value *>(call.up) + r * call.stride;
    Value *y = static_cast<Value *>(call.y) + r * columns;
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      store(y + c, activated<activation>(load(gate + c, count)).value * load(up + c, count), count);
    }
  }
}

template <typename Value, ct_activation activation>
void gatedBackwardOf(const GatedCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  for (int64_t r = first; r < last; ++r) {
    const Value *gate = static_cast<const Value *>(call.gate) + r * call.stride;
    const Value *up = static_cast<const Value *>(call.up) + r * call.stride;
    const Value *yGradient = static_cast<const Value *>(call.yGradient) + r * columns;
    Value *gateGradient = static_cast<Value *>(call.gateGradient) + r * call.stride;
    Value *upGradient = static_cast<Value *>(call.upGradient) + r * call.stride;
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      const Activated result = activated<activation>(load(gate + c, count));
      const Floats gradient = load(yGradient + c, count);
      store(gateGradient + c, gradient * load(up + c, count) * result.derivative, count);
      store(upGradient + c, gradient * result.value, count);
    }
  }
}

/// One function for all activations out of one for each: `of<activation>(call, first, last)`.
#define CTORCH_FOR_EVERY_ACTIVATION(name, Call)                                                                  \
  template <typename Value>                                                                                      \
  void name(const Call &call, int64_t first, int64_t last) {                                                     \
    switch (call.activation) {                                                                                   \
      case ct_activation_gelu: return name##Of<Value, ct_activation_gelu>(call, first, last);                    \
      case ct_activation_gelu_tanh: return name##Of<Value, ct_activation_gelu_tanh>(call, first, last);          \
      case ct_activation_quick_gelu: return name##Of<Value, ct_activation_quick_gelu>(call, first, last);        \
      case ct_activation_relu: return name##Of<Value, ct_activation_relu>(call, first, last);                    \
      case ct_activation_relu_squared: return name##Of<Value, ct_activation_relu_squared>(call, first, last);    \
      case ct_activation_silu: return name##Of<Value, ct_activation_silu>(call, first, last);                    \
      case ct_activation_tanh: return name##Of<Value, ct_activation_tanh>(call, first, last);                    \
    }                                                                                                            \
  }

CTORCH_FOR_EVERY_ACTIVATION(activationForward, ActivationCall)
CTORCH_FOR_EVERY_ACTIVATION(activationBackward, ActivationCall)
CTORCH_FOR_EVERY_ACTIVATION(gatedForward, GatedCall)
CTORCH_FOR_EVERY_ACTIVATION(gatedBackward, GatedCall)

#undef CTORCH_FOR_EVERY_ACTIVATION
