// keras-unet's custom_unet on ATen: twice convolution → ReLU → batch norm a level, dropout between the two.
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

/// A convolution with its batch norm or bias; what a configuration lacks is undefined.
struct Convolution {
    Tensor weight, bias;
    Tensor scale, shift, mean, variance;
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

class UNet {
public:
    explicit UNet(const ctorch_unet &unet);

    const ctorch_unet configuration;
    std::vector<Slot> slots;
    int64_t steps = 0;
    int kept_moments = 0;

    /// The images of a batch on the device, channels last.
    Tensor images(const ctorch_batch &batch) const;
    /// A plane of a batch, as it lies in memory, on the device.
    Tensor plane(const float *values, const ctorch_batch &batch, int64_t channels) const;
    /// What comes before sigmoid or softmax.
    Tensor logits(Tensor x, const Mode &mode, at::Generator &generator);
    Tensor activated(const Tensor &logits) const;

    at::ScalarType precision() const { return configuration.double_precision ? at::kDouble : at::kFloat; }
    bool is_cuda() const { return configuration.device == 1; }

private:
    friend class Predictor;

    std::vector<Convolution> convolutions;  // two a block: down, bottom, up from the bottom
    std::vector<Convolution> enlargements;  // from the bottom up
    Convolution head;

    Tensor add(std::vector<int64_t> shape, bool learned, bool encoder);
    void add_block(int64_t in, int64_t out, bool encoder);
    Tensor block(size_t index, Tensor x, double share, const Mode &mode, at::Generator &generator);
    Tensor enlarged(const Tensor &x, size_t index) const;
    Tensor dropped(const Tensor &x, double share, at::Generator &generator) const;
};

}  // namespace pleura
