#include "unet.hpp"

namespace pleura {

namespace {

/// Channels last also for one channel, where ATen takes either layout for both and would go on with the slower one.
Tensor channels_last(const Tensor &t) {
    auto result = at::empty(t.sizes(), t.options(), at::MemoryFormat::ChannelsLast);
    return result.copy_(t);
}

/// A convolution of stride 1. For one image of at most 20,480 values ATen takes its plain code with the slow reference
/// BLAS instead of oneDNN: 50 ms for a single layer of a network of 192×192 pixels.
Tensor convolved(const Tensor &x, const Tensor &weight, const Tensor &bias, int64_t padding) {
    const bool is_plain = x.device().is_cpu() && x.scalar_type() == at::kFloat && weight.scalar_type() == at::kFloat;
    if (is_plain && at::hasMKLDNN() && !at::GradMode::is_enabled() && !is_mixed_on_processor()) {
        return at::mkldnn_convolution(x, weight, bias, {padding, padding}, {1, 1}, {1, 1}, 1);
    }
    return at::conv2d(x, weight, bias, 1, padding);
}

}  // namespace

UNet::UNet(const ctorch_unet &unet) : configuration(unet) {
    TORCH_CHECK(unet.levels >= 1 && unet.levels <= CTORCH_MOST_LEVELS, "levels outside 1…6");
    TORCH_CHECK(unet.input_channels >= 1 && unet.classes >= 1 && unet.filters >= 1, "a size below 1");
    at::NoGradGuard no_gradients;
    int64_t channels = unet.input_channels, filters = unet.filters;
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
            Convolution c;
            c.weight = add({channels, filters, 2, 2}, true, false);
            c.bias = add({filters}, true, false);
            enlargements.push_back(c);
            enlarged_channels = filters;
        }
        add_block(enlarged_channels + filters, filters, false);
        channels = filters;
    }
    head.weight = add({unet.classes, channels, 1, 1}, true, false);
    head.bias = add({unet.classes}, true, false);
}

Tensor UNet::add(std::vector<int64_t> shape, bool learned, bool encoder) {
    auto device = is_cuda() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    auto tensor = at::zeros(shape, at::TensorOptions().dtype(precision()).device(device));
    if (tensor.dim() == 4) tensor = channels_last(tensor);
    if (learned) tensor.set_requires_grad(true);
    slots.push_back({tensor, learned, encoder, {}});
    return tensor;
}

void UNet::add_block(int64_t in, int64_t out, bool encoder) {
    for (int64_t from : {in, out}) {
        Convolution c;
        c.weight = add({out, from, 3, 3}, true, encoder);
        if (configuration.batch_norm) {
            c.scale = add({out}, true, encoder);
            c.shift = add({out}, true, encoder);
            c.mean = add({out}, false, encoder);
            c.variance = add({out}, false, encoder);
        } else {
            c.bias = add({out}, true, encoder);
        }
        convolutions.push_back(c);
    }
}

Tensor UNet::plane(const float *values, const ctorch_batch &batch, int64_t channels) const {
    // libtorch takes no const memory; nothing below writes to it.
    auto tensor = at::from_blob(
        const_cast<float *>(values), {batch.count, channels, batch.rows, batch.columns},
        at::TensorOptions().dtype(at::kFloat));
    return is_cuda() ? tensor.to(at::kCUDA, precision()) : tensor.to(precision());
}

Tensor UNet::images(const ctorch_batch &batch) const {
    return channels_last(plane(batch.images, batch, configuration.input_channels));
}

Tensor UNet::dropped(const Tensor &x, double share, at::Generator &generator) const {
    // Drawn on the CPU, from a generator of this network's own: the same seed drops the same on every device.
    std::vector<int64_t> shape = x.sizes().vec();
    if (configuration.spatial_dropout) shape[2] = shape[3] = 1;
    auto kept = at::empty(shape, at::TensorOptions().dtype(at::kFloat)).bernoulli_(1 - share, generator);
    return x * kept.div_(1 - share).to(x.device(), x.scalar_type());
}

Tensor UNet::block(size_t index, Tensor x, double share, const Mode &mode, at::Generator &generator) {
    for (int half = 0; half < 2; half++) {
        auto &c = convolutions[2 * index + half];
        x = convolved(x, c.weight, c.bias, 1).relu_();
        if (configuration.batch_norm) {
            // ATen's momentum is the new figures' share, Keras's the old ones'.
            x = at::batch_norm(
                x, c.scale, c.shift, c.mean, c.variance, mode.training, 1 - configuration.batch_norm_momentum,
                configuration.batch_norm_epsilon, at::globalContext().userEnabledCuDNN());
        }
        if (half == 0 && mode.dropout && share > 0) x = dropped(x, share, generator);
    }
    return x;
}

Tensor UNet::enlarged(const Tensor &x, size_t index) const {
    if (!configuration.deconvolution) {
        return at::upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 2});
    }
    // The 2×2 transposed convolution of stride 2 touches each output pixel once: it is a 1×1 convolution to four
    // times the channels, then a shuffle. It is faster, and libtorch 1.13 computes the other wrongly in bfloat16.
    auto &c = enlargements[index];
    int64_t in = c.weight.size(0), out = c.weight.size(1);
    auto weight = c.weight.reshape({in, out * 4}).t().reshape({out * 4, in, 1, 1});
    return at::pixel_shuffle(at::conv2d(x, weight, c.bias.repeat_interleave(4)), 2);
}

Tensor UNet::logits(Tensor x, const Mode &mode, at::Generator &generator) {
    const int levels = configuration.levels;
    std::vector<Tensor> skips;
    {
        at::AutoGradMode gradients(at::GradMode::is_enabled() && !mode.freeze_encoder);
        auto encoder = mode;
        if (mode.freeze_encoder) encoder.training = false;
        for (int level = 0; level < levels; level++) {
            x = block(level, x, configuration.dropout_down[level], encoder, generator);
            skips.push_back(x);
            x = at::max_pool2d(x, 2, 2);
        }
    }
    x = block(levels, x, configuration.dropout_down[levels], mode, generator);
    for (int step = 0; step < levels; step++) {
        int level = levels - 1 - step;
        x = at::cat({enlarged(x, step), skips[level]}, 1);
        skips[level] = Tensor();
        x = block(levels + 1 + step, x, configuration.dropout_up[level], mode, generator);
    }
    return at::conv2d(x, head.weight, head.bias);
}

Tensor UNet::activated(const Tensor &logits) const {
    return configuration.softmax ? at::softmax(logits, 1) : at::sigmoid(logits);
}

}  // namespace pleura
