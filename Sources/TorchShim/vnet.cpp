#include "vnet.hpp"

#include "layers.hpp"
#include "unet.hpp"

namespace pleura {

namespace {

/// Negative values by a learned slope for each channel.
Tensor activated_by(const Tensor &x, const Convolution &c) { return at::prelu(x, c.slope.to(x.scalar_type())); }

/// The channels over and over, until there are `channels`; one channel is left to broadcasting.
Tensor widened(const Tensor &x, int64_t channels) {
    const int64_t from = x.size(1);
    if (from == channels || from == 1) return x;
    return x.repeat({1, (channels + from - 1) / from, 1, 1, 1}).narrow(1, 0, channels);
}

}  // namespace

VNet::VNet(const ctorch_volume &volume) : Network(volume.common, 3, volume.folds != 0), width(volume.kernel) {
    TORCH_CHECK(width >= 1 && width % 2 == 1, "a kernel of ", width, " values has no middle");
    for (int level = 0; level <= configuration.levels; level++) {
        TORCH_CHECK(volume.convolutions[level] >= 1, "a stage without a convolution");
    }
    TORCH_CHECK(channels_in() <= configuration.filters, "more channels than the first stage has filters");
    at::NoGradGuard no_gradients;
    const int levels = configuration.levels;
    int64_t channels = channels_in(), filters = configuration.filters;
    for (int level = 0; level < levels; level++) {
        add_stage(channels, filters, volume.convolutions[level], true);
        channels = 2 * filters;
        reductions.push_back(add_activated(kernel(channels, filters, 2), channels, true));
        filters = channels;
    }
    add_stage(channels, channels, volume.convolutions[levels], false);
    for (int level = levels - 1; level >= 0; level--) {
        filters = configuration.filters << level;
        enlargements.push_back(add_activated(kernel(channels, filters, 2), filters, false));
        channels = 2 * filters;
        add_stage(channels, channels, volume.convolutions[level], false);
    }
    head = add_plain(kernel(channels_out(), channels, 1), channels_out());
}

Convolution VNet::add_activated(std::vector<int64_t> kernel, int64_t channels, bool encoder) {
    auto c = add_convolution(kernel, channels, encoder);
    c.slope = add({channels}, true, encoder);
    return c;
}

void VNet::add_stage(int64_t in, int64_t out, int64_t count, bool encoder) {
    Stage stage;
    for (int64_t index = 0; index < count; index++) {
        stage.push_back(add_activated(kernel(out, index == 0 ? in : out, width), out, encoder));
    }
    stages.push_back(stage);
}

Tensor VNet::staged(
    const Stage &stage, const Tensor &x, double share, const Mode &mode, at::Generator &generator) const {
    auto y = x;
    for (auto &c : stage) {
        y = normed(convolved(y, c.weight, c.bias, width / 2), c, mode);
        if (&c == &stage.back()) {
            if (mode.dropout && share > 0) y = dropped(y, share, generator);
            y = y.add_(widened(x, y.size(1)));
        }
        y = activated_by(y, c);
    }
    return y;
}

Tensor VNet::computed(Tensor x, const Mode &mode, at::Generator &generator) {
    const int levels = configuration.levels;
    std::vector<Tensor> skips;
    {
        at::AutoGradMode gradients(at::GradMode::is_enabled() && !mode.freeze_encoder);
        auto encoder = mode;
        if (mode.freeze_encoder) encoder.training = false;
        for (int level = 0; level < levels; level++) {
            x = staged(stages[level], x, configuration.dropout_down[level], encoder, generator);
            skips.push_back(x);
            auto &c = reductions[level];
            x = activated_by(normed(strided(x, c.weight, c.bias), c, encoder), c);
        }
    }
    x = staged(stages[levels], x, configuration.dropout_down[levels], mode, generator);
    for (int step = 0; step < levels; step++) {
        int level = levels - 1 - step;
        auto &c = enlargements[step];
        x = activated_by(normed(transposed(x, c.weight, c.bias), c, mode), c);
        x = at::cat({x, skips[level]}, 1);
        skips[level] = Tensor();
        x = staged(stages[levels + 1 + step], x, configuration.dropout_up[level], mode, generator);
    }
    return pointwise(x, head.weight, head.bias);
}

std::unique_ptr<Network> volume_network(const ctorch_volume &volume) {
    switch (volume.kind) {
    case CTORCH_VNET: return std::make_unique<VNet>(volume);
    case CTORCH_UNET_3D: return std::make_unique<UNet>(volume.common, 3, volume.kernel, volume.folds != 0);
    default: TORCH_CHECK(false, "a network of an unknown kind, ", volume.kind);
    }
}

}  // namespace pleura
