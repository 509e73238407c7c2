#include "layers.hpp"

#if TORCH_VERSION_MAJOR < 2
#include <torch/csrc/autograd/custom_function.h>
#endif

#include <array>
#include <vector>

namespace pleura {

namespace {

#if TORCH_VERSION_MAJOR < 2
/// A convolution of volumes in float32 by oneDNN, backwards as well. ATen 1.13 takes its plain code with the slow
/// reference BLAS wherever count · channels · slices · rows is at most 20,480, however many columns there are: on the
/// lower levels of any network, and more than ten times slower.
struct VolumeConvolution : torch::autograd::Function<VolumeConvolution> {
    static Tensor forward(
        torch::autograd::AutogradContext *context, const Tensor &x, const Tensor &weight,
        const c10::optional<Tensor> &bias, int64_t padding, int64_t stride) {
        context->save_for_backward({x, weight});
        context->saved_data["padding"] = padding;
        context->saved_data["stride"] = stride;
        context->saved_data["has bias"] = bias.has_value();
        const std::vector<int64_t> paddings(3, padding), strides(3, stride), ones(3, 1);
        return at::mkldnn_convolution(x, weight, bias, paddings, strides, ones, 1);
    }

    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext *context, torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const std::vector<int64_t> ones(3, 1), paddings(3, context->saved_data["padding"].toInt()),
            strides(3, context->saved_data["stride"].toInt());
        const std::array<bool, 3> wanted{
            context->needs_input_grad(0), context->needs_input_grad(1), context->saved_data["has bias"].toBool()};
        // An input in oneDNN's own layout is left to oneDNN.
        auto found = at::convolution_backward(
            gradients[0].contiguous(), saved[0].to_mkldnn(), saved[1], at::IntArrayRef{saved[1].size(0)}, strides,
            paddings, ones, false, std::vector<int64_t>(3, 0), 1, wanted);
        return {std::get<0>(found), std::get<1>(found), std::get<2>(found), Tensor(), Tensor()};
    }
};
#endif

/// A convolution of volumes.
Tensor volume_convolution(const Tensor &x, const Tensor &weight, const Tensor &bias, int64_t padding, int64_t stride) {
#if TORCH_VERSION_MAJOR < 2
    const bool is_plain = x.device().is_cpu() && x.scalar_type() == at::kFloat && weight.scalar_type() == at::kFloat;
    if (is_plain && at::hasMKLDNN() && !is_mixed_on_processor()) {
        const auto some = bias.defined() ? c10::optional<Tensor>(bias) : c10::nullopt;
        return VolumeConvolution::apply(x.contiguous(), weight.contiguous(), some, padding, stride);
    }
#endif
    return at::conv3d(x, weight, bias, stride, padding);
}

}  // namespace

Tensor laid_out(const Tensor &t) {
    // Volumes lie plainly: libtorch 1.13 gives oneDNN no others, and would copy them at each convolution.
    if (t.dim() != 4) return t.clone(at::MemoryFormat::Contiguous);
    // Channels last also for one channel, where ATen takes either layout for both and would go on with the slower one.
    auto result = at::empty(t.sizes(), t.options(), at::MemoryFormat::ChannelsLast);
    return result.copy_(t);
}

Tensor convolved(const Tensor &x, const Tensor &weight, const Tensor &bias, int64_t padding) {
    if (x.dim() == 5) return volume_convolution(x, weight, bias, padding, 1);
    // For one image of at most 20,480 values ATen takes its plain code with the slow reference BLAS instead of oneDNN:
    // 50 ms for a single layer of a network of 192×192 pixels.
    const bool is_plain = x.device().is_cpu() && x.scalar_type() == at::kFloat && weight.scalar_type() == at::kFloat;
    if (is_plain && at::hasMKLDNN() && !at::GradMode::is_enabled() && !is_mixed_on_processor()) {
        return at::mkldnn_convolution(x, weight, bias, {padding, padding}, {1, 1}, {1, 1}, 1);
    }
    return at::conv2d(x, weight, bias, 1, padding);
}

Tensor pointwise(const Tensor &x, const Tensor &weight, const Tensor &bias) {
    return x.dim() == 5 ? volume_convolution(x, weight, bias, 0, 1) : at::conv2d(x, weight, bias);
}

Tensor strided(const Tensor &x, const Tensor &weight, const Tensor &bias) {
    return x.dim() == 5 ? volume_convolution(x, weight, bias, 0, 2) : at::conv2d(x, weight, bias, 2);
}

Tensor transposed(const Tensor &x, const Tensor &weight, const Tensor &bias) {
    // It touches each output pixel once: it is a convolution of width 1 to four or eight times the channels, then a
    // shuffle. That is faster, and libtorch 1.13 computes the other wrongly in bfloat16.
    const int64_t in = weight.size(0), out = weight.size(1), block = weight.numel() / (in * out);
    std::vector<int64_t> shape(static_cast<size_t>(weight.dim()), 1);
    shape[0] = out * block;
    shape[1] = in;
    auto kernel = weight.reshape({in, out * block}).t().reshape(shape);
    auto biases = bias.defined() ? bias.repeat_interleave(block) : bias;
    auto y = pointwise(x, kernel, biases);
    return x.dim() == 5 ? unfolded(y) : at::pixel_shuffle(y, 2);
}

Tensor halved(const Tensor &x) { return x.dim() == 5 ? at::max_pool3d(x, 2, 2) : at::max_pool2d(x, 2, 2); }

Tensor doubled(const Tensor &x) {
    if (x.dim() == 5) return at::upsample_nearest3d(x, {x.size(2) * 2, x.size(3) * 2, x.size(4) * 2});
    return at::upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 2});
}

Tensor folded(const Tensor &x) {
    const int64_t axes = x.dim() - 2;
    std::vector<int64_t> split{x.size(0), x.size(1)}, order{0, 1}, shape{x.size(0), x.size(1) << axes};
    for (int64_t axis = 0; axis < axes; axis++) {
        const int64_t length = x.size(2 + axis);
        TORCH_CHECK(length % 2 == 0, "an axis of ", length, " values cannot be folded");
        split.insert(split.end(), {length / 2, 2});
        shape.push_back(length / 2);
        order.push_back(3 + 2 * axis);
    }
    for (int64_t axis = 0; axis < axes; axis++) order.push_back(2 + 2 * axis);
    return x.reshape(split).permute(order).reshape(shape);
}

Tensor unfolded(const Tensor &x) {
    const int64_t axes = x.dim() - 2, channels = x.size(1) >> axes;
    std::vector<int64_t> split{x.size(0), channels}, order{0, 1}, shape{x.size(0), channels};
    for (int64_t axis = 0; axis < axes; axis++) split.push_back(2);
    for (int64_t axis = 0; axis < axes; axis++) {
        split.push_back(x.size(2 + axis));
        shape.push_back(2 * x.size(2 + axis));
        order.insert(order.end(), {2 + axes + axis, 2 + axis});
    }
    return x.reshape(split).permute(order).reshape(shape);
}

}  // namespace pleura
