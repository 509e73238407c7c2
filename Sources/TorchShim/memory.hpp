// Memory of large tensors, kept between steps.
#pragma once

#include <cstddef>

namespace pleura {

/// Makes libtorch take its large blocks from here; once a process.
///
/// The same sizes come back in every step, and a fresh block costs the system a zeroed page each 4 KiB: a fifth of a
/// training step. Freed blocks wait for the next request of their size; what is held, in use or waiting, stays below
/// 1.25 times the most that was ever in use at once, the oldest going first.
void keep_large_blocks();

/// Gives all waiting blocks back to the system.
void release_waiting_blocks() noexcept;

/// What tensors hold, small ones as well.
size_t bytes_in_use() noexcept;

}  // namespace pleura
