// The Gaussian error linear unit and its derivative; included by the `isa_*.cpp` files alone.

/// A gate g(x) with gelu(x) = x * g(x), and the derivative of gelu.
struct Gelu {
  Floats gate, derivative;
};

/// The normal distribution's integral. erfc(z) = exp(-z^2) * t * poly(t) with t = 1 / (1 + 0.33 z); the polynomial is
/// our own minimax fit over z in 0...10, relative error 1e-7 before rounding.
CTORCH_INLINE Gelu exactGelu(Floats x) {
  constexpr float inverseRoot2 = 0.70710678118654752f;
  constexpr float inverseRoot2Pi = 0.3989422804014327f;
  const Floats magnitude = choose(x < 0.0f, -x, x);
  const Floats t = reciprocal(multiplyAdd(magnitude, broadcast(0.33f * inverseRoot2), broadcast(1)));
  Floats p = broadcast(-0.13534575700759888f);
  p = multiplyAdd(p, t, broadcast(0.46023765206336975f));
  p = multiplyAdd(p, t, broadcast(-0.3511510491371155f));
  p = multiplyAdd(p, t, broadcast(0.40850168466567993f));
  p = multiplyAdd(p, t, broadcast(0.04721948876976967f));
  p = multiplyAdd(p, t, broadcast(0.20122432708740234f));
  p = multiplyAdd(p, t, broadcast(0.18295586109161377f));
  p = multiplyAdd(p, t, broadcast(0.18635781109333038f));
  const Floats density = exp2(x * x * (-0.5f * 1.4426950408889634f));  // exp(-x^2 / 2)
  const Floats tail = p * t * density * 0.5f;                          // integral beyond |x|
  const Floats gate = choose(x < 0.0f, tail, 1.0f - tail);
  return {gate, multiplyAdd(x * inverseRoot2Pi, density, gate)};
}

/// x * sigmoid(2 u) with u = sqrt(2 / pi) * (x + 0.044715 x^3), the tanh form rewritten with one exponential.
CTORCH_INLINE Gelu tanhGelu(Floats x) {
  constexpr float root = 0.7978845608028654f, cubic = 0.044715f;
  const Floats squared = x * x;
  const Floats inner = x * multiplyAdd(squared, broadcast(root * cubic), broadcast(root));
  // Limited, so that 1 + exp stays finite; the gate is 0 or 1 in float32 long before.
  Floats exponent = inner * (-2.0f * 1.4426950408889634f);
  exponent = choose(exponent > 126.0f, broadcast(126), exponent);
  const Floats gate = reciprocal(1.0f + exp2(exponent));
  const Floats slope = multiplyAdd(squared, broadcast(3 * root * cubic), broadcast(root));
  return {gate, multiplyAdd(x * gate * (1.0f - gate) * 2.0f, slope, gate)};
}
