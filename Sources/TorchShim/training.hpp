// Losses, gradients and optimisers.
#pragma once

#include "network.hpp"

namespace pleura {

/// One step; the batch's loss before it.
double train_step(Network &network, const ctorch_batch &batch, const ctorch_step &step);
/// The loss alone.
double loss_alone(Network &network, const ctorch_batch &batch, const ctorch_step &step, bool training);
/// The gradient by one tensor.
Tensor gradient(Network &network, const ctorch_batch &batch, const ctorch_step &step, int64_t tensor);

}  // namespace pleura
