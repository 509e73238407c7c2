#include "unet.hpp"

#include "layers.hpp"

namespace pleura {

UNet::UNet(const ctorch_unet &unet, int64_t axes, int64_t width, bool folds)
    : Network(unet, axes, folds), width(width) {
    at::NoGradGuard no_gradients;
    int64_t channels = channels_in(), filters = unet.filters;
    for (int level = 0; level < unet.levels; level++) {
        add_block(channels, filters, true);
        channels = filters;
        filters *= 2;
    }
    add_block(channels, filters, false);
    channels = filters;
    for (int level = 0; level < unet.levels; level++) {
        filters = channels / 2;
        int64_t enlarged_channels = channels;
        if (unet.deconvolution) {
            enlargements.push_back(add_plain(kernel(channels, filters, 2), filters));
            enlarged_channels = filters;
        }
        add_block(enlarged_channels + filters, filters, false);
        channels = filters;
    }
    head = add_plain(kernel(channels_out(), channels, 1), channels_out());
}

void UNet::add_block(int64_t in, int64_t out, bool encoder) {
    for (int64_t from : {in, out}) convolutions.push_back(add_convolution(kernel(out, from, width), out, encoder));
}

Tensor UNet::block(size_t index, Tensor x, double share, const Mode &mode, at::Generator &generator) {
    for (int half = 0; half < 2; half++) {
        auto &c = convolutions[2 * index + half];
        x = normed(convolved(x, c.weight, c.bias, width / 2).relu_(), c, mode);
        if (half == 0 && mode.dropout && share > 0) x = dropped(x, share, generator);
    }
    return x;
}

Tensor UNet::enlarged(const Tensor &x, size_t index) const {
    if (!configuration.deconvolution) return doubled(x);
    return transposed(x, enlargements[index].weight, enlargements[index].bias);
}

Tensor UNet::computed(Tensor x, const Mode &mode, at::Generator &generator) {
    const int levels = configuration.levels;
    std::vector<Tensor> skips;
    {
        at::AutoGradMode gradients(at::GradMode::is_enabled() && !mode.freeze_encoder);
        auto encoder = mode;
        if (mode.freeze_encoder) encoder.training = false;
        for (int level = 0; level < levels; level++) {
            x = block(level, x, configuration.dropout_down[level], encoder, generator);
            skips.push_back(x);
            x = halved(x);
        }
    }
    x = block(levels, x, configuration.dropout_down[levels], mode, generator);
    for (int step = 0; step < levels; step++) {
        int level = levels - 1 - step;
        x = at::cat({enlarged(x, step), skips[level]}, 1);
        skips[level] = Tensor();
        x = block(levels + 1 + step, x, configuration.dropout_up[level], mode, generator);
    }
    return pointwise(x, head.weight, head.bias);
}

}  // namespace pleura
