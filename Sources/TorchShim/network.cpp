#include "network.hpp"

#include "layers.hpp"

namespace pleura {

Network::Network(const ctorch_unet &unet, int64_t axes, bool folds) : configuration(unet), axes(axes), folds(folds) {
    TORCH_CHECK(unet.levels >= 1 && unet.levels <= CTORCH_MOST_LEVELS, "levels outside 1…6");
    TORCH_CHECK(unet.input_channels >= 1 && unet.classes >= 1 && unet.filters >= 1, "a size below 1");
}

Tensor Network::add(std::vector<int64_t> shape, bool learned, bool encoder) {
    auto device = is_cuda() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    auto tensor = at::zeros(shape, at::TensorOptions().dtype(precision()).device(device));
    if (tensor.dim() > 1) tensor = laid_out(tensor);
    if (learned) tensor.set_requires_grad(true);
    slots.push_back({tensor, learned, encoder, {}});
    return tensor;
}

std::vector<int64_t> Network::kernel(int64_t out, int64_t in, int64_t width) const {
    std::vector<int64_t> shape(static_cast<size_t>(2 + axes), width);
    shape[0] = out;
    shape[1] = in;
    return shape;
}

Convolution Network::add_convolution(std::vector<int64_t> kernel, int64_t channels, bool encoder) {
    Convolution c;
    c.weight = add(kernel, true, encoder);
    if (configuration.batch_norm) {
        c.scale = add({channels}, true, encoder);
        c.shift = add({channels}, true, encoder);
        c.mean = add({channels}, false, encoder);
        c.variance = add({channels}, false, encoder);
    } else {
        c.bias = add({channels}, true, encoder);
    }
    return c;
}

Convolution Network::add_plain(std::vector<int64_t> kernel, int64_t channels) {
    Convolution c;
    c.weight = add(kernel, true, false);
    c.bias = add({channels}, true, false);
    return c;
}

std::vector<int64_t> Network::shape(const ctorch_batch &batch, int64_t channels) const {
    if (axes == 3) return {batch.count, channels, batch.slices, batch.rows, batch.columns};
    return {batch.count, channels, batch.rows, batch.columns};
}

Tensor Network::plane(const float *values, const ctorch_batch &batch, int64_t channels) const {
    // libtorch takes no const memory; nothing below writes to it.
    auto tensor =
        at::from_blob(const_cast<float *>(values), shape(batch, channels), at::TensorOptions().dtype(at::kFloat));
    return is_cuda() ? tensor.to(at::kCUDA, precision()) : tensor.to(precision());
}

Tensor Network::images(const ctorch_batch &batch) const {
    return laid_out(plane(batch.images, batch, configuration.input_channels));
}

Tensor Network::normed(const Tensor &x, const Convolution &c, const Mode &mode) const {
    if (!configuration.batch_norm) return x;
    // ATen's momentum is the new figures' share, Keras's the old ones'.
    return at::batch_norm(
        x, c.scale, c.shift, c.mean, c.variance, mode.training, 1 - configuration.batch_norm_momentum,
        configuration.batch_norm_epsilon, at::globalContext().userEnabledCuDNN());
}

Tensor Network::dropped(const Tensor &x, double share, at::Generator &generator) const {
    // Drawn on the CPU, from a generator of this network's own: the same seed drops the same on every device.
    std::vector<int64_t> shape = x.sizes().vec();
    if (configuration.spatial_dropout) std::fill(shape.begin() + 2, shape.end(), 1);
    auto kept = at::empty(shape, at::TensorOptions().dtype(at::kFloat)).bernoulli_(1 - share, generator);
    return x * kept.div_(1 - share).to(x.device(), x.scalar_type());
}

Tensor Network::logits(const Tensor &x, const Mode &mode, at::Generator &generator) {
    if (!folds) return computed(x, mode, generator);
    return unfolded(computed(folded(x), mode, generator));
}

Tensor Network::activated(const Tensor &logits) const {
    return configuration.softmax ? at::softmax(logits, 1) : at::sigmoid(logits);
}

}  // namespace pleura
