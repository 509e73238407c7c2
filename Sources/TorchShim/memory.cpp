#include "memory.hpp"

#include "support.hpp"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

#include <sys/mman.h>

namespace pleura {

namespace {

const size_t smallest_kept = size_t(1) << 20;
const size_t alignment = 64;
const size_t huge_page = size_t(2) << 20;

/// Lies before each block.
struct Header {
    size_t size;  // of header and block
};
static_assert(sizeof(Header) <= alignment, "a block begins behind its header");

class Blocks {
public:
    void *take(size_t wanted) {
        if (wanted > SIZE_MAX - 2 * huge_page) throw std::bad_alloc();
        const size_t size = wanted + alignment;
        if (size < smallest_kept) {
            auto small = started(fresh(size, alignment), size);
            in_use += size;
            return small;
        }
        std::lock_guard<std::mutex> hold(lock);
        void *start = nullptr;
        auto found = by_size.find(size);
        if (found != by_size.end()) {
            start = *found->second;
            waiting_bytes -= size;
            waiting.erase(found->second);
            by_size.erase(found);
        } else {
            const size_t most = peak / 4 * 5;
            while (!waiting.empty() && used + waiting_bytes + size > most) drop_oldest();
            start = fresh(size, size >= huge_page ? huge_page : 4096);
            if (size >= huge_page) madvise(start, size, MADV_HUGEPAGE);
        }
        used += size;
        in_use += size;
        peak = std::max(peak, used);
        return started(start, size);
    }

    void give(void *block) noexcept {
        auto start = static_cast<char *>(block) - alignment;
        const size_t size = reinterpret_cast<Header *>(start)->size;
        in_use -= size;
        if (size < smallest_kept) return std::free(start);
        std::lock_guard<std::mutex> hold(lock);
        used -= size;
        try {
            waiting.push_back(start);
            try {
                by_size.emplace(size, std::prev(waiting.end()));
                waiting_bytes += size;
            } catch (...) {
                waiting.pop_back();
                std::free(start);
            }
        } catch (...) {
            std::free(start);
        }
    }

    void release() noexcept {
        std::lock_guard<std::mutex> hold(lock);
        for (auto start : waiting) std::free(start);
        waiting.clear();
        by_size.clear();
        waiting_bytes = 0;
        peak = used;
    }

    std::atomic<size_t> in_use{0};

private:
    std::mutex lock;
    std::list<void *> waiting;  // oldest first
    std::unordered_multimap<size_t, std::list<void *>::iterator> by_size;
    size_t used = 0, waiting_bytes = 0, peak = 0;

    static void *fresh(size_t size, size_t align) {
        void *start = nullptr;
        if (posix_memalign(&start, align, size) != 0) throw std::bad_alloc();
        return start;
    }

    static void *started(void *start, size_t size) {
        static_cast<Header *>(start)->size = size;
        return static_cast<char *>(start) + alignment;
    }

    void drop_oldest() {
        auto oldest = waiting.begin();
        const size_t size = static_cast<Header *>(*oldest)->size;
        auto range = by_size.equal_range(size);
        for (auto entry = range.first; entry != range.second; ++entry) {
            if (entry->second == oldest) {
                by_size.erase(entry);
                break;
            }
        }
        std::free(*oldest);
        waiting.erase(oldest);
        waiting_bytes -= size;
    }
};

/// Never destroyed: tensors of libtorch's own may be freed after everything else.
Blocks &blocks() {
    static auto all = new Blocks();
    return *all;
}

void give_back(void *block) {
    if (block) blocks().give(block);
}

struct KeepingAllocator final : c10::Allocator {
#if TORCH_VERSION_MAJOR >= 2
    c10::DataPtr allocate(size_t size) override { return fetch(size); }
    void copy_data(void *to, const void *from, size_t count) const override { std::memcpy(to, from, count); }
#else
    c10::DataPtr allocate(size_t size) const override { return fetch(size); }
#endif
    c10::DeleterFnPtr raw_deleter() const override { return give_back; }

private:
    static c10::DataPtr fetch(size_t size) {
        void *block = size == 0 ? nullptr : blocks().take(size);
        return {block, block, give_back, c10::Device(c10::DeviceType::CPU)};
    }
};

}  // namespace

void keep_large_blocks() {
    static auto allocator = new KeepingAllocator();
    c10::SetCPUAllocator(allocator, 1);
}

void release_waiting_blocks() noexcept { blocks().release(); }

size_t bytes_in_use() noexcept { return blocks().in_use; }

}  // namespace pleura
