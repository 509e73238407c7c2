#include "training.hpp"

#include <cmath>
#include <limits>

namespace pleura {

namespace {

const double dice_smooth = 1e-6;

/// What a batch's slices or volumes are measured by, and how much of it counts.
struct Truth {
    Tensor targets;
    Tensor weights;  // by pixel; undefined where all count alike
    Tensor known;    // by slice, or volume, and class; undefined where all are known

    Truth(const Network &network, const ctorch_batch &batch) {
        auto classes = network.configuration.classes;
        targets = network.plane(batch.targets, batch, classes);
        if (batch.weights) weights = network.plane(batch.weights, batch, 1);
        if (batch.known) {
            std::vector<int64_t> shape(static_cast<size_t>(targets.dim()), 1);
            shape[0] = batch.count;
            shape[1] = classes;
            auto flags = at::from_blob(const_cast<float *>(batch.known), shape, at::TensorOptions().dtype(at::kFloat));
            known = flags.to(targets.device(), targets.scalar_type());
        }
    }

    /// Values by class, without what does not count.
    Tensor counted(Tensor t) const {
        if (weights.defined()) t = t * weights;
        return known.defined() ? t * known : t;
    }
};

/// After a softmax, what the truth says nothing of may lie in what it calls background: their probabilities are one.
/// `log_p` are logarithms of probabilities, [count][classes] and the axes in space, the background first.
Tensor with_unknown_as_background(const Tensor &log_p, const Tensor &known) {
    auto merged = known == 0;
    merged.select(1, 0).fill_(true);
    auto never = at::full({}, -std::numeric_limits<double>::infinity(), log_p.options());
    auto background = at::where(merged, log_p, never).logsumexp({1}, true);
    return at::cat({background, log_p.slice(1, 1)}, 1);
}

/// All axes but that of the classes.
std::vector<int64_t> but_classes(const Tensor &t) {
    std::vector<int64_t> axes{0};
    for (int64_t axis = 2; axis < t.dim(); axis++) axes.push_back(axis);
    return axes;
}

/// One minus soft Dice, averaged over the structures that the batch has; 0 where it has none.
Tensor structure_dice_loss(const Tensor &p, const Truth &truth, int64_t first) {
    const auto axes = but_classes(p);
    auto there = truth.counted(truth.targets).sum(axes).slice(0, first);
    auto both = truth.counted(p * truth.targets).sum(axes).slice(0, first);
    auto all = truth.counted(p + truth.targets).sum(axes).slice(0, first);
    auto has = (there > 0).to(p.scalar_type());
    auto losses = 1 - (2 * both + dice_smooth) / (all + dice_smooth);
    return (losses * has).sum() / has.sum().clamp_min(1);
}

/// How much a pixel of each class counts, [1][classes], then 1 for each axis in space: by one over the root of how many
/// pixels the class has in the batch, so that a small structure is not drowned by the background; a pixel counts 1 in
/// the mean.
Tensor balanced_by_class(const Truth &truth) {
    auto pixels = truth.counted(truth.targets).sum(but_classes(truth.targets), true);
    auto roots = at::where(pixels > 0, pixels.clamp_min(1).rsqrt(), at::zeros_like(pixels));
    return roots * (pixels.sum() / (roots * pixels).sum().clamp_min(dice_smooth));
}

/// The loss of logits, in float32 or better. A pixel's weight multiplies all that it adds to a sum.
Tensor loss_of(const Network &network, const Tensor &logits, const ctorch_batch &batch, int32_t kind) {
    bool softmax = network.configuration.softmax;
    auto z = logits.to(network.precision());
    Truth truth(network, batch);
    auto p = network.activated(z);
    Tensor log_p;
    if (softmax) {
        log_p = at::log_softmax(z, 1);
        if (truth.known.defined()) {
            log_p = with_unknown_as_background(log_p, truth.known);
            p = log_p.exp();
        }
    }

    Tensor loss;
    if (kind == CTORCH_STRUCTURE_DICE_AND_CROSS_ENTROPY) {
        loss = structure_dice_loss(p, truth, softmax ? 1 : 0);
    } else {
        auto both = truth.counted(p * truth.targets).sum();
        auto all = truth.counted(p + truth.targets).sum();
        loss = 1 - (2 * both + dice_smooth) / (all + dice_smooth);
    }
    if (kind == CTORCH_SOFT_DICE) return loss;

    Tensor entropy;  // by pixel and class; the logits keep it exact where p is nearly 0 or 1
    Tensor terms;    // how many values the mean is of
    auto ones = at::ones(network.shape(batch, 1), z.options());
    if (softmax) {
        entropy = truth.counted(-(truth.targets * log_p));
        if (kind == CTORCH_STRUCTURE_DICE_AND_CROSS_ENTROPY) entropy = entropy * balanced_by_class(truth);
        terms = (truth.weights.defined() ? ones * truth.weights : ones).sum();
    } else {
        entropy = truth.counted(at::binary_cross_entropy_with_logits(z, truth.targets, {}, {}, at::Reduction::None));
        terms = truth.counted(ones.expand_as(z)).sum();
    }
    if (terms.item<double>() <= 0) return loss;  // nothing is looked at
    return loss + entropy.sum() / terms;
}

Tensor training_loss(Network &network, const ctorch_batch &batch, const ctorch_step &step) {
    auto generator = seeded(step.seed);
    Mode mode{true, true, step.freeze_encoder != 0};
    Tensor logits;
    {
        MixedPrecision mixed(step.mixed_precision, network.is_cuda());
        logits = network.logits(network.images(batch), mode, generator);
    }
    return loss_of(network, logits, batch, step.loss);
}

void clear_gradients(Network &network) {
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
    if (step.optimiser == CTORCH_ADAMW && w.dim() > 1) w.mul_(1 - step.learning_rate * step.weight_decay);
    auto &v = slot.moments[1];
    m.mul_(step.beta1).add_(g, 1 - step.beta1);
    v.mul_(step.beta2).addcmul_(g, g, 1 - step.beta2);
    double first = 1 - std::pow(step.beta1, static_cast<double>(steps));
    double second = 1 - std::pow(step.beta2, static_cast<double>(steps));
    w.addcdiv_(m, v.div(second).sqrt_().add_(step.epsilon), -step.learning_rate / first);
}

}  // namespace

double train_step(Network &network, const ctorch_batch &batch, const ctorch_step &step) {
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

double loss_alone(Network &network, const ctorch_batch &batch, const ctorch_step &step, bool training) {
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

Tensor gradient(Network &network, const ctorch_batch &batch, const ctorch_step &step, int64_t tensor) {
    training_loss(network, batch, step).backward();
    auto &slot = network.slots.at(static_cast<size_t>(tensor));
    auto g = slot.tensor.grad();
    auto result = g.defined() ? g.detach().clone() : at::zeros_like(slot.tensor.detach());
    clear_gradients(network);
    return result;
}

}  // namespace pleura
