#include "passes.hpp"

#include <algorithm>
#include <cstring>

// Compiled for each width of vectors that there is; the one that the processor has is taken when the library is loaded.
#if defined(__x86_64__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
// What such a function is made of has to be compiled with it.
#define INLINED inline __attribute__((always_inline))

namespace pleura::passes {

namespace any {

INLINED float wide(float x) { return x; }
INLINED float wide(c10::BFloat16 x) { return static_cast<float>(x); }

INLINED void narrow(float x, float &to) { to = x; }

/// Rounds to the nearest, ties to even, as c10 does; without its branch, which no compiler makes a vector of. A value
/// that is no number stays none.
INLINED void narrow(float x, c10::BFloat16 &to) {
    uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    to.x = static_cast<uint16_t>(x == x ? rounded : 0x7fc0u);
}

template <class Value> INLINED void settle_pixel(const Value *from, Value *to, const Channels &channels) {
    for (int64_t c = 0; c < channels.count; c++) {
        narrow(std::max(wide(from[c]) + channels.bias[c], 0.0f) * channels.scale[c] + channels.shift[c], to[c]);
    }
}

template <class Value> INLINED void settle(Value *values, int64_t pixels, const Channels &channels) {
    for (int64_t p = 0; p < pixels; p++, values += channels.count) settle_pixel(values, values, channels);
}

template <class Value>
INLINED void settle_and_pool(const Layers<Value> &layers, Value *pooled, const Channels &channels) {
    const auto [values, joined, rows, columns, stride] = layers;
    const int64_t count = channels.count;
    Value *kept = joined + stride - count;
    for (int64_t y = 0; y < rows; y++) {
        for (int64_t x = 0; x < columns; x++) {
            const int64_t pixel = y * columns + x;
            settle_pixel(values + pixel * count, kept + pixel * stride, channels);
        }
        if (y % 2 == 0) continue;
        for (int64_t x = 0; x < columns / 2; x++) {
            const Value *a = kept + ((y - 1) * columns + 2 * x) * stride, *b = a + columns * stride;
            Value *to = pooled + (y / 2 * (columns / 2) + x) * count;
            for (int64_t c = 0; c < count; c++) {
                const float upper = std::max(wide(a[c]), wide(a[c + stride]));
                narrow(std::max(upper, std::max(wide(b[c]), wide(b[c + stride]))), to[c]);
            }
        }
    }
}

template <class Value> INLINED void enlarge(const Layers<Value> &layers, int64_t count, const float *bias) {
    const auto [values, joined, rows, columns, stride] = layers;
    const int64_t step = bias ? 4 * count : count;
    for (int64_t y = 0; y < 2 * rows; y++) {
        for (int64_t x = 0; x < 2 * columns; x++) {
            const Value *from = values + (y / 2 * columns + x / 2) * step;
            Value *to = joined + (y * 2 * columns + x) * stride;
            if (!bias) {
                std::copy(from, from + count, to);
                continue;
            }
            from += (y % 2 * 2 + x % 2) * count;
            for (int64_t c = 0; c < count; c++) narrow(wide(from[c]) + bias[c], to[c]);
        }
    }
}

template <class Value>
INLINED void weigh(const Value *values, float *logits, int64_t pixels, const Channels &channels, const Head &head) {
    const int64_t count = channels.count;
    float settled[64];
    for (int64_t p = 0; p < pixels; p++) {
        for (int64_t k = 0; k < head.classes; k++) logits[k * pixels + p] = head.bias[k];
        for (int64_t first = 0; first < count; first += 64) {
            const int64_t some = std::min<int64_t>(64, count - first);
            const Channels part{channels.bias + first, channels.scale + first, channels.shift + first, some};
            for (int64_t c = 0; c < some; c++) {
                settled[c] =
                    std::max(wide(values[p * count + first + c]) + part.bias[c], 0.0f) * part.scale[c] + part.shift[c];
            }
            for (int64_t k = 0; k < head.classes; k++) {
                double sum = 0;
                for (int64_t c = 0; c < some; c++) sum += double(settled[c]) * head.weights[k * count + first + c];
                logits[k * pixels + p] += static_cast<float>(sum);
            }
        }
    }
}

}  // namespace any

using c10::BFloat16;

// One by one, since no template can be compiled for several processors.

FOR_EACH_PROCESSOR void settle(float *values, int64_t pixels, const Channels &channels) {
    any::settle(values, pixels, channels);
}

FOR_EACH_PROCESSOR void settle(BFloat16 *values, int64_t pixels, const Channels &channels) {
    any::settle(values, pixels, channels);
}

FOR_EACH_PROCESSOR void settle_and_pool(const Layers<float> &layers, float *pooled, const Channels &channels) {
    any::settle_and_pool(layers, pooled, channels);
}

FOR_EACH_PROCESSOR void settle_and_pool(const Layers<BFloat16> &layers, BFloat16 *pooled, const Channels &channels) {
    any::settle_and_pool(layers, pooled, channels);
}

FOR_EACH_PROCESSOR void enlarge(const Layers<float> &layers, int64_t count, const float *bias) {
    any::enlarge(layers, count, bias);
}

FOR_EACH_PROCESSOR void enlarge(const Layers<BFloat16> &layers, int64_t count, const float *bias) {
    any::enlarge(layers, count, bias);
}

FOR_EACH_PROCESSOR void weigh(
    const float *values, float *logits, int64_t pixels, const Channels &channels, const Head &head) {
    any::weigh(values, logits, pixels, channels, head);
}

FOR_EACH_PROCESSOR void weigh(
    const BFloat16 *values, float *logits, int64_t pixels, const Channels &channels, const Head &head) {
    any::weigh(values, logits, pixels, channels, head);
}

}  // namespace pleura::passes
