// The passes between a prediction's convolutions, over channels-last values of one image.
#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace pleura::passes {

/// What a pass does with each channel: max(x + bias, 0) · scale + shift.
struct Channels {
    const float *bias, *scale, *shift;
    int64_t count;
};

/// In place.
void settle(float *values, int64_t pixels, const Channels &channels);
void settle(c10::BFloat16 *values, int64_t pixels, const Channels &channels);

/// An image of one layer, [rows][columns][channels], and what it is written into: the joined tensor's pixels are `stride`
/// values apart.
template <class Value> struct Layers {
    const Value *values;
    Value *joined;
    int64_t rows, columns, stride;
};

/// Into the last channels of `joined`, and the greatest of each 2×2 into `pooled`.
void settle_and_pool(const Layers<float> &layers, float *pooled, const Channels &channels);
void settle_and_pool(const Layers<c10::BFloat16> &layers, c10::BFloat16 *pooled, const Channels &channels);

/// Each pixel of `values` becomes 2×2 pixels of the first `count` channels of `joined`. The four differ where `values`
/// has them one behind the other, which a bias says; else they are alike.
void enlarge(const Layers<float> &layers, int64_t count, const float *bias);
void enlarge(const Layers<c10::BFloat16> &layers, int64_t count, const float *bias);

/// The last layer: for each class a weighed sum of the channels.
struct Head {
    const float *weights, *bias;
    int64_t classes;
};

/// Logits, plane by plane.
void weigh(const float *values, float *logits, int64_t pixels, const Channels &channels, const Head &head);
void weigh(const c10::BFloat16 *values, float *logits, int64_t pixels, const Channels &channels, const Head &head);

}  // namespace pleura::passes
