// The table of one instruction set; included by the `isa_*.cpp` files alone.

#if CTORCH_HAS_BF16
using BrainProducts = Pairs;
#else
using BrainProducts = Singles;
#endif

constexpr KernelTable makeTable(const char *name) {
  return {
      .name = name,
      .attentionForward = {attentionForward<float, Singles>, attentionForward<Brain, BrainProducts>},
      .attentionBackward = {attentionBackward<float, Singles>, attentionBackward<Brain, BrainProducts>},
      .normForward = {normForward<float>, normForward<Brain>},
      .normBackward = {normBackward<float>, normBackward<Brain>},
      .embeddingForward = {embeddingForward<float>, embeddingForward<Brain>},
      .embeddingBackward = {embeddingBackward<float>, embeddingBackward<Brain>},
      .activationForward = {activationForward<float>, activationForward<Brain>},
      .activationBackward = {activationBackward<float>, activationBackward<Brain>},
      .gatedForward = {gatedForward<float>, gatedForward<Brain>},
      .gatedBackward = {gatedBackward<float>, gatedBackward<Brain>},
      .rotary = {rotary<float>, rotary<Brain>},
      .crossEntropyForward = {crossEntropyForward<float>, crossEntropyForward<Brain>},
      .crossEntropyBackward = {crossEntropyBackward<float>, crossEntropyBackward<Brain>},
      .sumColumns = {sumColumns<float>, sumColumns<Brain>},
      .dropout = {dropoutRows<float>, dropoutRows<Brain>},
      .sumRows = {sumRows<float>, sumRows<Brain>},
      .adam = {{adam<float, float>, adam<float, Brain>, adamInBlocks<float>},
               {adam<Brain, float>, adam<Brain, Brain>, adamInBlocks<Brain>}},
      .sgd = {sgd<float>, sgd<Brain>},
      .decay = decayWeights,
      .addSquares = {addSquares<float>, addSquares<Brain>},
      .accumulate = {accumulate<float>, accumulate<Brain>},
#if CTORCH_HAS_BF16
      .matrix = {&matrixKernels<FloatMatrix>, &matrixKernels<BrainMatrix>},
#elif CTORCH_HAS_AVX512
      .matrix = {&matrixKernels<FloatMatrix>, nullptr},
#else
      .matrix = {nullptr, nullptr},
#endif
      .widen = widen,
      .narrow = narrow,
      .addLowRank = {addLowRank<float>, addLowRank<Brain>},
      .decodeNormalFloats = {decodeNormalFloats<float>, decodeNormalFloats<Brain>},
      .decodeBytes = {decodeBytes<float>, decodeBytes<Brain>},
  };
}
