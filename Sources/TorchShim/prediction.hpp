// Class probabilities of a batch, the fastest way that there is.
#pragma once

#include "unet.hpp"

namespace pleura {

/// The probabilities of a batch, [count][classes][rows][columns].
void predict(UNet &network, const ctorch_batch &batch, const ctorch_prediction &how, float *probabilities);

}  // namespace pleura
