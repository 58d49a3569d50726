#include "optimizer_reference.h"

#include <cmath>

namespace ctorch::reference {

void adamStep(OptimizerTensors &parameter, const ct_adam_options &options) {
  at::Tensor &master = parameter.master;
  at::Tensor gradient = parameter.gradient.to(at::kFloat) * options.gradient_scale;
  if (parameter.weightDecay != 0) {
    if (options.decoupled) {
      master.mul_(1 - options.learning_rate * parameter.weightDecay);
    } else {
      gradient = gradient.add(master, parameter.weightDecay);
    }
  }
  parameter.firstMoment.lerp_(gradient, 1 - options.beta1);
  parameter.secondMoment.mul_(options.beta2).addcmul_(gradient, gradient, 1 - options.beta2);
  const double correction1 = 1 - std::pow(options.beta1, double(options.step));
  const double correction2 = std::sqrt(1 - std::pow(options.beta2, double(options.step)));
  const at::Tensor denominator = (parameter.secondMoment.sqrt() / correction2).add_(options.epsilon);
  master.addcdiv_(parameter.firstMoment, denominator, -options.learning_rate / correction1);
  if (parameter.copy.defined()) parameter.copy.copy_(master);
}

void sgdStep(OptimizerTensors &parameter, const ct_sgd_options &options) {
  at::Tensor &master = parameter.master, &buffer = parameter.momentumBuffer;
  at::Tensor gradient = parameter.gradient.to(at::kFloat) * options.gradient_scale;
  if (parameter.weightDecay != 0) gradient = gradient.add(master, parameter.weightDecay);
  if (options.momentum != 0) {
    if (options.first_step) {
      buffer.copy_(gradient);
    } else {
      buffer.mul_(options.momentum).add_(gradient, 1 - options.dampening);
    }
    gradient = options.nesterov ? gradient.add(buffer, options.momentum) : buffer;
  }
  master.add_(gradient, -options.learning_rate);
  if (parameter.copy.defined()) parameter.copy.copy_(master);
}

}  // namespace ctorch::reference
