#include "threads.hpp"

#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <exception>

namespace pleura {

namespace {

/// A function of the OpenMP that libtorch brings, whichever that is; null if it has none.
template <class Function> Function openmp(const char *name) {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

std::atomic<int> wanted{0};

/// Indices that threads take one after another.
struct Shared {
    const int64_t count;
    const std::function<void(int64_t)> &body;
    std::atomic<int64_t> next{0};
    std::atomic<bool> has_failed{false};
    std::exception_ptr error;

    void work() noexcept {
        try {
            for (int64_t index = next++; index < count && !has_failed; index = next++) body(index);
        } catch (...) {
            if (!has_failed.exchange(true)) error = std::current_exception();
        }
    }
};

}  // namespace

void set_threads(int count, bool only_first) {
    int none = 0;
    if (only_first && !wanted.compare_exchange_strong(none, count)) return;
    wanted = count;
    at::set_num_threads(count);
}

int threads() { return at::get_num_threads(); }

void keep_threads() {
    // libtorch's own way, at::init_num_threads, begins a pool of threads anew each time, which then keep a core busy with
    // waiting for a few hundredths of a second.
    static const auto set = openmp<void (*)(int)>("omp_set_num_threads");
    at::get_num_threads();  // a thread's first call overrides what was set before it
    if (const int count = wanted; set && count > 0) set(count);
}

void on_all_threads(int64_t count, const std::function<void(int64_t)> &body) {
    Shared shared{count, body, {0}, {false}, nullptr};
    // Within a parallel region libtorch and oneDNN begin no other. This is the call that compilers make of one: GCC's
    // OpenMP has it, and LLVM's and Intel's for GCC's sake.
    static const auto region = openmp<void (*)(void (*)(void *), void *, unsigned, unsigned)>("GOMP_parallel");
    const auto most = static_cast<unsigned>(std::clamp<int64_t>(count, 1, threads()));
    if (region && most > 1) {
        region([](void *all) { static_cast<Shared *>(all)->work(); }, &shared, most, 0);
    } else {
        shared.work();
    }
    if (shared.error) std::rethrow_exception(shared.error);
}

}  // namespace pleura
