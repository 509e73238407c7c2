// Prediction on the processor: what a U-Net on slices computes without dropout, in fewer passes over memory.
#pragma once

#include "unet.hpp"

#include <ATen/core/ivalue.h>

namespace pleura {

/// A network made ready for images of one size. Kernels are packed for oneDNN once, instead of for each image; ReLU and
/// batch norm are one pass; what comes up and what skips are written into the tensor that takes both.
class Predictor {
public:
    /// Whether the network computes what, where and as this does, and libtorch has what it takes.
    static bool suits(const UNet &network, int64_t rows, int64_t columns);

    /// - type: float32 or bfloat16, of what lies between the layers.
    Predictor(const UNet &network, int64_t rows, int64_t columns, at::ScalarType type);

    /// The logits, [1][classes][rows][columns] in float32, of one image, [1][channels][rows][columns]. May be called by
    /// several threads at once.
    Tensor logits(const Tensor &image) const;

private:
    /// A packed convolution, and for each of its channels what is added before ReLU, and multiplied and added after.
    struct Layer {
        c10::IValue kernel;
        std::vector<float> bias, scale, shift;
    };

    int levels;
    int64_t rows, columns, classes;
    at::ScalarType type;
    std::vector<Layer> layers;        // as UNet's convolutions
    std::vector<Layer> enlargements;  // none for nearest neighbour
    std::vector<float> head, head_bias;

    template <class Value> Tensor computed(const Tensor &image) const;
};

}  // namespace pleura
