// keras-unet's custom_unet on ATen: twice convolution → ReLU → batch norm a level, dropout between the two. The same
// with one axis more for volumes.
#pragma once

#include "network.hpp"

namespace pleura {

class UNet final : public Network {
public:
    /// On slices.
    explicit UNet(const ctorch_unet &unet) : UNet(unet, 2, 3, false) {}
    /// On images of any number of axes, with kernels of one width along all of them.
    UNet(const ctorch_unet &unet, int64_t axes, int64_t width, bool folds);

protected:
    Tensor computed(Tensor x, const Mode &mode, at::Generator &generator) override;

private:
    friend class Predictor;

    const int64_t width;
    std::vector<Convolution> convolutions;  // two a block: down, bottom, up from the bottom
    std::vector<Convolution> enlargements;  // from the bottom up
    Convolution head;

    void add_block(int64_t in, int64_t out, bool encoder);
    Tensor block(size_t index, Tensor x, double share, const Mode &mode, at::Generator &generator);
    Tensor enlarged(const Tensor &x, size_t index) const;
};

}  // namespace pleura
