// Class probabilities of a batch, the fastest way that there is.
#pragma once

#include "network.hpp"

namespace pleura {

/// The probabilities of a batch, [count][classes][rows][columns], or of volumes.
void predict(Network &network, const ctorch_batch &batch, const ctorch_prediction &how, float *probabilities);

}  // namespace pleura
