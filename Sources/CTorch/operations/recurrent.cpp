#include "ctorch/recurrent.h"

#include <memory>
#include <tuple>

#include "guarded.h"

using ctorch::succeeds;

bool ct_packed_lstm(
    const ct_tensor *input, const ct_tensor *step_sizes, const ct_tensor *const *weights, size_t weight_count,
    ct_tensor **output, ct_tensor **last) {
  return succeeds([&] {
    TORCH_CHECK(weight_count == 4 || weight_count == 8, "an LSTM layer has 4 weights a direction, not ", weight_count);
    TORCH_CHECK(input->value.dim() == 2, "the input of an LSTM is [tokens, size], not ", input->value.sizes());
    const at::Tensor &sizes = step_sizes->value;
    TORCH_CHECK(sizes.dim() == 1 && sizes.numel() > 0 && sizes.scalar_type() == at::kLong && sizes.is_cpu(),
                "an LSTM needs the number of sequences of each step, int64 on the CPU");
    std::vector<at::Tensor> parameters;
    for (size_t index = 0; index < weight_count; index += 1) parameters.push_back(weights[index]->value);
    const at::Tensor &recurrent = parameters[1];
    TORCH_CHECK(recurrent.dim() == 2, "the recurrent weight of an LSTM is [4 * hidden, hidden], not ",
                recurrent.sizes());
    const int64_t directions = static_cast<int64_t>(weight_count) / 4;
    const int64_t sequences = sizes[0].item<int64_t>();
    TORCH_CHECK(sizes.sum().item<int64_t>() == input->value.size(0), "the steps of an LSTM do not add up to its ",
                input->value.size(0), " tokens");
    const at::Tensor zeros = at::zeros({directions, sequences, recurrent.size(1)}, input->value.options());
    // Dropout between layers and what is done with states is the caller's.
    auto [sums, hidden, cell] = at::lstm(
        input->value, sizes, {zeros, zeros}, parameters, /*has_biases=*/true, /*num_layers=*/1, /*dropout=*/0.0,
        /*train=*/false, /*bidirectional=*/directions == 2);
    auto first = std::make_unique<ct_tensor>(ct_tensor{sums});
    *last = new ct_tensor{hidden};
    *output = first.release();
  });
}
