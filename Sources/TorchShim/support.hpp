// What every part of the shim needs: no exception gets out, and mixed precision is on for a scope.
#pragma once

#include "../CTorch/include/CTorch.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/api/include/torch/version.h>

#include <exception>
#include <new>
#include <string>

namespace pleura {

using at::Tensor;

/// What the last failed call of this thread has to say.
std::string &last_error();
/// Tells running out of memory from other troubles.
ctorch_status failure(const std::string &what);

/// Thrown where the loss is no number.
struct NotFinite : std::exception {
    const char *what() const noexcept override { return "the loss is not a finite number"; }
};

/// Runs a body and makes a status of whatever it throws.
template <class Body> ctorch_status guarded(Body &&body) noexcept {
    try {
        try {
            body();
            return CTORCH_OK;
        } catch (const NotFinite &error) {
            last_error() = error.what();
            return CTORCH_NOT_FINITE;
        } catch (const c10::Error &error) {
            return failure(error.what_without_backtrace());
        } catch (const std::bad_alloc &) {
            last_error() = "out of memory";
            return CTORCH_OUT_OF_MEMORY;
        } catch (const std::exception &error) {
            return failure(error.what());
        } catch (...) {
            return failure("an exception of unknown type");
        }
    } catch (...) {
        return CTORCH_OUT_OF_MEMORY;  // no memory even for the message
    }
}

/// Whether MixedPrecision is on for the processor now.
inline bool is_mixed_on_processor() {
#if TORCH_VERSION_MAJOR >= 2
    return at::autocast::is_autocast_enabled(at::kCPU);
#else
    return at::autocast::is_cpu_enabled();
#endif
}

/// bfloat16 for what profits from it, within a scope.
class MixedPrecision {
public:
    MixedPrecision(bool is_on, bool is_cuda) : on(is_on), cuda(is_cuda) {
        if (!on) return;
        set(true);
        at::autocast::increment_nesting();
    }
    ~MixedPrecision() {
        if (!on) return;
        at::autocast::decrement_nesting();
        at::autocast::clear_cache();
        set(false);
    }
    MixedPrecision(const MixedPrecision &) = delete;
    MixedPrecision &operator=(const MixedPrecision &) = delete;

private:
    bool on, cuda;
    void set(bool enabled) {
#if TORCH_VERSION_MAJOR >= 2
        auto type = cuda ? at::kCUDA : at::kCPU;
        at::autocast::set_autocast_dtype(type, at::kBFloat16);
        at::autocast::set_autocast_enabled(type, enabled);
#else
        if (cuda) {
            at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
            at::autocast::set_enabled(enabled);
        } else {
            at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
            at::autocast::set_cpu_enabled(enabled);
        }
#endif
    }
};

}  // namespace pleura
