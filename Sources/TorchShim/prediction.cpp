#include "prediction.hpp"

#include "predictor.hpp"
#include "threads.hpp"

namespace pleura {

void predict(Network &network, const ctorch_batch &batch, const ctorch_prediction &how, float *probabilities) {
    c10::InferenceMode inference;
    auto x = network.images(batch);
    auto out = at::from_blob(
        probabilities, network.shape(batch, network.configuration.classes), at::TensorOptions().dtype(at::kFloat));
    auto give = [&](int64_t first, int64_t count, const Tensor &z) {
        out.narrow(0, first, count).copy_(network.activated(z.to(network.precision())));
    };
    const auto unet = dynamic_cast<const UNet *>(&network);
    if (unet && !how.uses_dropout && Predictor::suits(*unet, batch.rows, batch.columns)) {
        const Predictor predictor(*unet, batch.rows, batch.columns, how.mixed_precision ? at::kBFloat16 : at::kFloat);
        on_all_threads(batch.count, [&](int64_t index) {
            c10::InferenceMode also_in_this_thread;
            give(index, 1, predictor.logits(x.narrow(0, index, 1)));
        });
        return;
    }
    auto generator = seeded(how.seed);
    // One by one on a CPU: what one needs stays in the cache.
    const int64_t together = network.is_cuda() ? batch.count : 1;
    MixedPrecision mixed(how.mixed_precision, network.is_cuda());
    for (int64_t first = 0; first < batch.count; first += together) {
        auto some = x.narrow(0, first, together);
        give(first, together, network.logits(some, Mode{false, how.uses_dropout != 0, false}, generator));
    }
}

}  // namespace pleura
