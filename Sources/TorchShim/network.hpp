// What every network is made of: tensors in a fixed order, and a forward pass over slices or volumes.
#pragma once

#include "support.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <vector>

namespace pleura {

/// How a forward pass computes.
struct Mode {
    bool training;        // batch norm by the batch, and its running figures move
    bool dropout;         // drop, from the generator
    bool freeze_encoder;  // the way down: no gradient, batch norm by its running figures
};

/// A convolution with its batch norm or bias, and with the slopes of a PReLU; what a configuration lacks is undefined.
struct Convolution {
    Tensor weight, bias;
    Tensor scale, shift, mean, variance;
    Tensor slope;
};

/// One tensor that is read, written and, unless it is a running figure, learned.
struct Slot {
    Tensor tensor;
    bool learned;
    bool encoder;
    Tensor moments[2];
};

/// A generator of numbers that begins with a seed.
inline at::Generator seeded(uint64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(seed); }

class Network {
public:
    virtual ~Network() = default;
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    const ctorch_unet configuration;
    /// Axes in space: 2 for slices, 3 for volumes.
    const int64_t axes;
    /// Whether blocks of two voxels along each axis become channels first, and voxels again at the end.
    const bool folds;
    std::vector<Slot> slots;
    int64_t steps = 0;
    int kept_moments = 0;

    /// [count][channels], and what a batch's images measure.
    std::vector<int64_t> shape(const ctorch_batch &batch, int64_t channels) const;
    /// The images of a batch on the device, as convolutions like them to lie.
    Tensor images(const ctorch_batch &batch) const;
    /// What a batch has for each pixel, as it lies in memory, on the device.
    Tensor plane(const float *values, const ctorch_batch &batch, int64_t channels) const;
    /// What comes before sigmoid or softmax.
    Tensor logits(const Tensor &x, const Mode &mode, at::Generator &generator);
    Tensor activated(const Tensor &logits) const;

    at::ScalarType precision() const { return configuration.double_precision ? at::kDouble : at::kFloat; }
    bool is_cuda() const { return configuration.device == 1; }

protected:
    Network(const ctorch_unet &unet, int64_t axes, bool folds);

    /// The forward pass between the foldings.
    virtual Tensor computed(Tensor x, const Mode &mode, at::Generator &generator) = 0;

    /// Channels of what `computed` takes, and of what it gives.
    int64_t channels_in() const { return configuration.input_channels * block_size(); }
    int64_t channels_out() const { return configuration.classes * block_size(); }

    Tensor add(std::vector<int64_t> shape, bool learned, bool encoder);
    /// [out][in], and a kernel of one width along all axes.
    std::vector<int64_t> kernel(int64_t out, int64_t in, int64_t width) const;
    /// With batch norm, or with a bias where there is none.
    Convolution add_convolution(std::vector<int64_t> kernel, int64_t channels, bool encoder);
    /// With a bias, whatever follows.
    Convolution add_plain(std::vector<int64_t> kernel, int64_t channels);
    Tensor normed(const Tensor &x, const Convolution &c, const Mode &mode) const;
    Tensor dropped(const Tensor &x, double share, at::Generator &generator) const;

private:
    int64_t block_size() const { return folds ? int64_t(1) << axes : 1; }
};

}  // namespace pleura
