// How many threads compute, and how they share work.
#pragma once

#include <cstdint>
#include <functional>

namespace pleura {

/// Sets the count, from 1.
void set_threads(int count, bool only_first);
/// How many there are.
int threads();
/// To be called before anything heavy: OpenMP counts threads by the calling thread.
void keep_threads();

/// Calls a body for each index from 0, from as many threads as there are, where each computes alone. That is faster than
/// all of them at one image: no layer waits for the slowest, and those of few pixels hardly gain by a second thread.
/// - Throws: what a body throws; others are not called any more then.
void on_all_threads(int64_t count, const std::function<void(int64_t)> &body);

}  // namespace pleura
