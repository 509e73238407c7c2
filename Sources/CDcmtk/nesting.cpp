#include "support.hpp"

#include <cstring>
#include <unistd.h>

namespace {

/// DCMTK descends into sequences by recursion, about 1 KiB of stack a level. Reports nest half a dozen deep.
const size_t deepest_nesting = 64;

/// Follows the items of sequences by their tags alone, in one byte order, piece by piece.
class NestingScanner {
public:
    enum Verdict { goes_on, fine, too_deep };

    NestingScanner(bool is_little, bool ends_at_pixels) : is_little(is_little), ends_at_pixels(ends_at_pixels) {}

    /// Looks at what has been read of the file so far, from where it stopped the last time.
    Verdict look(const std::vector<uint8_t> &bytes) {
        for (; at + 8 <= bytes.size(); at++) {
            const uint8_t *here = bytes.data() + at;
            while (!ends.empty() && ends.back() <= at) ends.pop_back();
            if (is_tag(here, 0xfffe, 0xe000)) {
                const uint32_t length =
                    uint32_t(word(here + (is_little ? 6 : 4))) << 16 | word(here + (is_little ? 4 : 6));
                ends.push_back(length == 0xffffffff ? SIZE_MAX : at + 8 + length);
                if (ends.size() > deepest_nesting) return too_deep;
            } else if (is_tag(here, 0xfffe, 0xe00d) && !ends.empty()) {
                ends.pop_back();
            } else if (ends_at_pixels && is_tag(here, 0x7fe0, 0x0010) && ends.empty()) {
                return fine;
            }
        }
        return goes_on;
    }

private:
    const bool is_little, ends_at_pixels;
    size_t at = 0;
    std::vector<size_t> ends;

    uint16_t word(const uint8_t *here) const {
        return is_little ? uint16_t(here[0] | here[1] << 8) : uint16_t(here[1] | here[0] << 8);
    }

    bool is_tag(const uint8_t *here, uint16_t group, uint16_t element) const {
        return word(here) == group && word(here + 2) == element;
    }
};

}  // namespace

cd_status cd::check_nesting(int file, bool is_little, char *message, off_t start) {
    NestingScanner scanner(is_little, start == 0);
    std::vector<uint8_t> bytes;
    for (;;) {
        // The attributes before the pixels are a few KiB; structure sets are read to their end.
        const size_t piece = bytes.empty() ? 16384 : bytes.size(), known = bytes.size();
        bytes.resize(known + piece);
        const ssize_t got = pread(file, bytes.data() + known, piece, start + off_t(known));
        bytes.resize(known + (got > 0 ? size_t(got) : 0));
        switch (scanner.look(bytes)) {
        case NestingScanner::too_deep: return fail(message, CD_DAMAGED, "its sequences are nested too deeply");
        case NestingScanner::fine: return CD_OK;
        case NestingScanner::goes_on:
            if (got <= 0) return CD_OK;
        }
    }
}

cd::MetaGroup cd::read_meta_group(int file) {
    MetaGroup meta;
    std::vector<uint8_t> bytes(65536);
    const ssize_t got = pread(file, bytes.data(), bytes.size(), 0);
    const size_t count = got > 0 ? size_t(got) : 0;
    size_t at = 132;
    while (at + 12 <= count && bytes[at] == 2 && bytes[at + 1] == 0) {
        const uint8_t *here = bytes.data() + at;
        const bool is_long = std::memcmp(here + 4, "OB", 2) == 0 || std::memcmp(here + 4, "UN", 2) == 0;
        const size_t header = is_long ? 12 : 8;
        const size_t length = is_long
            ? size_t(here[8]) | size_t(here[9]) << 8 | size_t(here[10]) << 16 | size_t(here[11]) << 24
            : size_t(here[6]) | size_t(here[7]) << 8;
        if (length > count || at + header + length > count) break;
        if (here[2] == 0x10 && here[3] == 0) {
            meta.syntax.assign(reinterpret_cast<const char *>(here + header), length);
            meta.syntax_at = at + header;
            meta.syntax_length = length;
            while (!meta.syntax.empty() && (meta.syntax.back() == 0 || meta.syntax.back() == ' ')) {
                meta.syntax.pop_back();
            }
        }
        at += header + length;
    }
    meta.size = at;
    return meta;
}
