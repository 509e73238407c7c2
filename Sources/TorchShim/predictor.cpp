#include "predictor.hpp"

#include "passes.hpp"

#include <ATen/core/dispatch/Dispatcher.h>

#include <cmath>

namespace pleura {

namespace {

/// An operator of libtorch's that has no function of its own.
auto found(const char *name) { return c10::Dispatcher::singleton().findSchema({name, ""}); }

const char *const pack_name = "mkldnn_prepacked::conv2d_prepack";
const char *const run_name = "mkldnn_prepacked::conv2d_run";

/// A convolution of stride 1 that keeps the size, for images of one size.
c10::IValue packed(const Tensor &weight, int64_t rows, int64_t columns, at::ScalarType type) {
    const int64_t padding = weight.size(2) / 2;
    const std::vector<int64_t> ones{1, 1}, paddings{padding, padding}, input{1, weight.size(1), rows, columns};
    auto values = weight.detach().to(type).contiguous(at::MemoryFormat::ChannelsLast);
    std::vector<c10::IValue> stack{values, c10::IValue(), ones, paddings, ones, int64_t(1), input, "none"};
    found(pack_name)->callBoxed(stack);
    return stack.at(0);
}

Tensor convolved(const Tensor &x, const c10::IValue &kernel) {
    static const auto run = found(run_name);
    std::vector<c10::IValue> stack{x, kernel};
    run->callBoxed(stack);
    auto y = stack.at(0).toTensor();
    TORCH_CHECK(y.is_contiguous(at::MemoryFormat::ChannelsLast), "a convolution has changed the layout");
    return y;
}

std::vector<float> figures(const Tensor &t) {
    auto plain = t.detach().to(at::kFloat).contiguous();
    return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

Tensor blank(int64_t channels, int64_t rows, int64_t columns, at::ScalarType type) {
    return at::empty({1, channels, rows, columns}, at::TensorOptions().dtype(type), at::MemoryFormat::ChannelsLast);
}

}  // namespace

bool Predictor::suits(const UNet &network, int64_t rows, int64_t columns) {
    static const bool is_there = at::hasMKLDNN() && found(pack_name) && found(run_name);
    const int64_t multiple = int64_t(1) << network.configuration.levels;
    return is_there && network.axes == 2 && !network.is_cuda() && !network.configuration.double_precision && rows > 0
        && columns > 0 && rows % multiple == 0 && columns % multiple == 0;
}

Predictor::Predictor(const UNet &network, int64_t rows, int64_t columns, at::ScalarType type)
    : levels(network.configuration.levels), rows(rows), columns(columns), classes(network.configuration.classes),
      type(type) {
    for (size_t index = 0; index < network.convolutions.size(); index++) {
        auto &c = network.convolutions[index];
        const int block = static_cast<int>(index / 2);
        const int level = block <= levels ? block : 2 * levels - block;
        Layer layer;
        layer.kernel = packed(c.weight, rows >> level, columns >> level, type);
        const auto count = static_cast<size_t>(c.weight.size(0));
        layer.bias = c.bias.defined() ? figures(c.bias) : std::vector<float>(count, 0);
        layer.scale.assign(count, 1);
        layer.shift.assign(count, 0);
        if (network.configuration.batch_norm) {
            auto scale = figures(c.scale), shift = figures(c.shift);
            auto mean = figures(c.mean), variance = figures(c.variance);
            for (size_t i = 0; i < count; i++) {
                const double by = scale[i] / std::sqrt(variance[i] + network.configuration.batch_norm_epsilon);
                layer.scale[i] = static_cast<float>(by);
                layer.shift[i] = static_cast<float>(shift[i] - mean[i] * by);
            }
        }
        layers.push_back(std::move(layer));
    }
    for (size_t step = 0; step < network.enlargements.size(); step++) {
        auto &c = network.enlargements[step];
        const int64_t in = c.weight.size(0), out = c.weight.size(1);
        const int level = levels - static_cast<int>(step);
        // As in `transposed`, but with the four outputs of a pixel one behind the other.
        auto weight = c.weight.detach().permute({2, 3, 1, 0}).reshape({4 * out, in, 1, 1});
        enlargements.push_back({packed(weight, rows >> level, columns >> level, type), figures(c.bias), {}, {}});
    }
    head = figures(network.head.weight);
    head_bias = figures(network.head.bias);
}

Tensor Predictor::logits(const Tensor &image) const {
    TORCH_CHECK(image.size(0) == 1 && image.size(2) == rows && image.size(3) == columns, "an image of another size");
    return type == at::kBFloat16 ? computed<c10::BFloat16>(image) : computed<float>(image);
}

template <class Value> Tensor Predictor::computed(const Tensor &image) const {
    auto values = [](const Tensor &t) { return t.data_ptr<Value>(); };
    auto channels = [](const Layer &layer) {
        return passes::Channels{
            layer.bias.data(), layer.scale.data(), layer.shift.data(), static_cast<int64_t>(layer.bias.size())};
    };
    auto x = blank(image.size(1), rows, columns, type).copy_(image);
    /// A block up to its second convolution, whose ReLU and batch norm are the caller's.
    auto half = [&](int block, Tensor from) {
        auto &first = layers[2 * block];
        auto y = convolved(from, first.kernel);
        passes::settle(values(y), y.size(2) * y.size(3), channels(first));
        return convolved(y, layers[2 * block + 1].kernel);
    };
    std::vector<Tensor> joined;
    for (int level = 0; level < levels; level++) {
        auto y = half(level, x);
        const int64_t count = y.size(1), coming = enlargements.empty() ? 2 * count : count;
        joined.push_back(blank(coming + count, y.size(2), y.size(3), type));
        x = blank(count, y.size(2) / 2, y.size(3) / 2, type);
        passes::settle_and_pool(
            passes::Layers<Value>{values(y), values(joined[level]), y.size(2), y.size(3), coming + count}, values(x),
            channels(layers[2 * level + 1]));
    }
    auto y = half(levels, x);
    for (int level = levels - 1; level >= 0; level--) {
        const int block = 2 * levels - level;
        passes::settle(values(y), y.size(2) * y.size(3), channels(layers[2 * block - 1]));
        auto &whole = joined[level];
        const float *bias = nullptr;
        if (!enlargements.empty()) {
            auto &by = enlargements[levels - 1 - level];
            y = convolved(y, by.kernel);
            bias = by.bias.data();
        }
        passes::enlarge(
            passes::Layers<Value>{values(y), values(whole), y.size(2), y.size(3), whole.size(1)},
            bias ? y.size(1) / 4 : y.size(1), bias);
        y = half(block, whole);
        whole = Tensor();
    }
    auto result = at::empty({1, classes, rows, columns}, at::TensorOptions().dtype(at::kFloat));
    passes::weigh(
        values(y), result.data_ptr<float>(), rows * columns, channels(layers.back()),
        passes::Head{head.data(), head_bias.data(), classes});
    return result;
}

}  // namespace pleura
