// Layers without a state of their own, over slices, [count][channels][rows][columns], and volumes,
// [count][channels][slices][rows][columns], alike.
#pragma once

#include "support.hpp"

namespace pleura {

/// A copy that lies in memory as convolutions compute fastest.
Tensor laid_out(const Tensor &t);

/// A convolution of stride 1; `bias` may be undefined.
Tensor convolved(const Tensor &x, const Tensor &weight, const Tensor &bias, int64_t padding);
/// A convolution of width 1.
Tensor pointwise(const Tensor &x, const Tensor &weight, const Tensor &bias);
/// A convolution of stride 2 without padding.
Tensor strided(const Tensor &x, const Tensor &weight, const Tensor &bias);
/// A transposed convolution of width and stride 2; its weight is [in][out][2][2], or with one axis more.
Tensor transposed(const Tensor &x, const Tensor &weight, const Tensor &bias);

/// The greatest of each block of two along each axis.
Tensor halved(const Tensor &x);
/// Each value twice along each axis.
Tensor doubled(const Tensor &x);

/// Blocks of two along each axis as channels: a channel's values come one behind the other, the last axis fastest.
Tensor folded(const Tensor &x);
/// The reverse.
Tensor unfolded(const Tensor &x);

}  // namespace pleura
