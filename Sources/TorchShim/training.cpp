#include "training.hpp"

#include <cmath>

namespace pleura {

namespace {

const double dice_smooth = 1e-6;

/// The loss of logits, in float32 or better. A pixel's weight multiplies all that it adds to a sum.
Tensor loss_of(const UNet &network, const Tensor &logits, const ctorch_batch &batch, int32_t kind) {
    auto z = logits.to(network.precision());
    auto targets = network.plane(batch.targets, batch, network.configuration.classes);
    auto p = network.activated(z);
    Tensor weights;
    if (batch.weights) weights = network.plane(batch.weights, batch, 1);
    auto counted = [&](const Tensor &t) { return weights.defined() ? t * weights : t; };

    auto both = counted(p * targets).sum();
    auto all = counted(p + targets).sum();
    auto loss = 1 - (2 * both + dice_smooth) / (all + dice_smooth);
    if (kind == CTORCH_SOFT_DICE) return loss;

    Tensor entropy;  // by pixel and class; the logits keep it exact where p is nearly 0 or 1
    double classes = 1;
    if (network.configuration.softmax) {
        entropy = -(targets * at::log_softmax(z, 1)).sum(1, true);
    } else {
        entropy = at::binary_cross_entropy_with_logits(z, targets, {}, {}, at::Reduction::None);
        classes = static_cast<double>(z.size(1));
    }
    double pixels = weights.defined() ? weights.sum().item<double>()
                                      : static_cast<double>(batch.count * batch.rows * batch.columns);
    if (pixels <= 0) return loss;  // nothing is looked at
    return loss + counted(entropy).sum() / (pixels * classes);
}

Tensor training_loss(UNet &network, const ctorch_batch &batch, const ctorch_step &step) {
    auto generator = seeded(step.seed);
    Mode mode{true, true, step.freeze_encoder != 0};
    Tensor logits;
    {
        MixedPrecision mixed(step.mixed_precision, network.is_cuda());
        logits = network.logits(network.images(batch), mode, generator);
    }
    return loss_of(network, logits, batch, step.loss);
}

void clear_gradients(UNet &network) {
    for (auto &slot : network.slots) {
        if (slot.learned) slot.tensor.mutable_grad() = Tensor();
    }
}

void update(Slot &slot, const Tensor &g, const ctorch_step &step, int64_t steps) {
    auto &w = slot.tensor;
    for (auto &moment : slot.moments) {
        if (!moment.defined() && (&moment == &slot.moments[0] || step.optimiser != CTORCH_SGD)) {
            moment = at::zeros_like(w, w.options().requires_grad(false));
        }
    }
    auto &m = slot.moments[0];
    if (step.optimiser == CTORCH_SGD) {
        m.mul_(step.momentum).add_(g);
        w.add_(step.nesterov ? g.add(m, step.momentum) : m, -step.learning_rate);
        return;
    }
    // Decay pulls at kernels only; biases and batch norm have nothing to overfit with.
    if (step.optimiser == CTORCH_ADAMW && w.dim() == 4) w.mul_(1 - step.learning_rate * step.weight_decay);
    auto &v = slot.moments[1];
    m.mul_(step.beta1).add_(g, 1 - step.beta1);
    v.mul_(step.beta2).addcmul_(g, g, 1 - step.beta2);
    double first = 1 - std::pow(step.beta1, static_cast<double>(steps));
    double second = 1 - std::pow(step.beta2, static_cast<double>(steps));
    w.addcdiv_(m, v.div(second).sqrt_().add_(step.epsilon), -step.learning_rate / first);
}

}  // namespace

double train_step(UNet &network, const ctorch_batch &batch, const ctorch_step &step) {
    // The running figures move during the forward pass; a step that fails must leave them as they were.
    std::vector<Tensor> before;
    for (auto &slot : network.slots) {
        if (!slot.learned) before.push_back(slot.tensor.clone());
    }
    auto take_back = [&] {
        at::NoGradGuard no_gradients;
        clear_gradients(network);
        size_t index = 0;
        for (auto &slot : network.slots) {
            if (!slot.learned) slot.tensor.copy_(before[index++]);
        }
    };
    double value = 0;
    try {
        auto loss = training_loss(network, batch, step);
        value = loss.item<double>();
        if (!std::isfinite(value)) throw NotFinite();
        loss.backward();
    } catch (...) {
        take_back();
        throw;
    }
    at::NoGradGuard no_gradients;
    network.steps += 1;
    network.kept_moments = step.optimiser == CTORCH_SGD ? 1 : 2;
    for (auto &slot : network.slots) {
        if (!slot.learned) continue;
        auto &g = slot.tensor.mutable_grad();
        if (g.defined()) update(slot, g, step, network.steps);
        g = Tensor();
    }
    return value;
}

double loss_alone(UNet &network, const ctorch_batch &batch, const ctorch_step &step, bool training) {
    at::NoGradGuard no_gradients;
    if (training) return training_loss(network, batch, step).item<double>();
    auto generator = seeded(step.seed);
    Tensor logits;
    {
        MixedPrecision mixed(step.mixed_precision, network.is_cuda());
        logits = network.logits(network.images(batch), Mode{false, false, false}, generator);
    }
    return loss_of(network, logits, batch, step.loss).item<double>();
}

Tensor gradient(UNet &network, const ctorch_batch &batch, const ctorch_step &step, int64_t tensor) {
    training_loss(network, batch, step).backward();
    auto &slot = network.slots.at(static_cast<size_t>(tensor));
    auto g = slot.tensor.grad();
    auto result = g.defined() ? g.detach().clone() : at::zeros_like(slot.tensor.detach());
    clear_gradients(network);
    return result;
}

}  // namespace pleura
