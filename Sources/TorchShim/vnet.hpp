// The V-Net of Milletari, Navab and Ahmadi 2016 on ATen: stages of convolutions that learn what to add to their input,
// strided convolutions down, transposed ones up, PReLU after each.
#pragma once

#include "network.hpp"

#include <memory>

namespace pleura {

class VNet final : public Network {
public:
    explicit VNet(const ctorch_volume &volume);

protected:
    Tensor computed(Tensor x, const Mode &mode, at::Generator &generator) override;

private:
    using Stage = std::vector<Convolution>;

    const int64_t width;
    std::vector<Stage> stages;              // down, bottom, up from the bottom
    std::vector<Convolution> reductions;    // from the top down
    std::vector<Convolution> enlargements;  // from the bottom up
    Convolution head;

    Convolution add_activated(std::vector<int64_t> kernel, int64_t channels, bool encoder);
    void add_stage(int64_t in, int64_t out, int64_t count, bool encoder);
    Tensor staged(const Stage &stage, const Tensor &x, double share, const Mode &mode, at::Generator &generator) const;
};

/// A network on volumes, of whichever kind.
std::unique_ptr<Network> volume_network(const ctorch_volume &volume);

}  // namespace pleura
