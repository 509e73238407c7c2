#include "support.hpp"

#include <cstring>
#include <memory>
#include <unistd.h>
#include <zlib.h>

namespace {

/// The largest deflated data set that is read: 500 slices of 512 × 512 in one file.
const size_t largest_inflated = size_t(1) << 28;

/// DCMTK descends into sequences by recursion, about 1 KiB of stack a level. Reports nest half a dozen deep.
const size_t deepest_nesting = 64;

/// Follows the items of sequences by their tags alone, in one byte order, piece by piece.
class NestingScanner {
public:
    enum Verdict { goes_on, fine, too_deep };

    explicit NestingScanner(bool is_little) : is_little(is_little) {}

    /// Looks at what has been read of the file so far, from where it stopped the last time.
    Verdict look(const std::vector<uint8_t> &bytes) {
        for (; at + 8 <= bytes.size(); at++) {
            const uint8_t *here = bytes.data() + at;
            while (!ends.empty() && ends.back() <= at) ends.pop_back();
            if (is_tag(here, 0xfffe, 0xe000)) {
                const uint32_t length = uint32_t(word(here + (is_little ? 6 : 4))) << 16 | word(here + (is_little ? 4 : 6));
                ends.push_back(length == 0xffffffff ? SIZE_MAX : at + 8 + length);
                if (ends.size() > deepest_nesting) return too_deep;
            } else if (is_tag(here, 0xfffe, 0xe00d) && !ends.empty()) {
                ends.pop_back();
            } else if (is_tag(here, 0x7fe0, 0x0010) && ends.empty()) {
                return fine;
            }
        }
        return goes_on;
    }

private:
    const bool is_little;
    size_t at = 0;
    std::vector<size_t> ends;

    uint16_t word(const uint8_t *here) const {
        return is_little ? uint16_t(here[0] | here[1] << 8) : uint16_t(here[1] | here[0] << 8);
    }

    bool is_tag(const uint8_t *here, uint16_t group, uint16_t element) const {
        return word(here) == group && word(here + 2) == element;
    }
};

/// Follows the elements of an explicit little endian data set as DCMTK does, to see how long it says it is. Of a stream that
/// cannot be rewound, as an inflated one, DCMTK has the memory of a whole value before it looks whether there is one.
class LengthScanner {
public:
    /// Where the furthest value ends.
    size_t end = 0;

    void look(const std::vector<uint8_t> &bytes) {
        while (!is_done && at + 12 <= bytes.size()) {
            const uint8_t *here = bytes.data() + at;
            const unsigned group = here[0] | here[1] << 8, element = here[2] | here[3] << 8;
            const bool is_item = group == 0xfffe;
            const bool is_long = is_item || has_long_length(here + 4);
            const uint8_t *place = here + (is_item ? 4 : is_long ? 8 : 6);
            const uint32_t length = is_long ? uint32_t(place[0]) | uint32_t(place[1]) << 8 | uint32_t(place[2]) << 16 |
                                                  uint32_t(place[3]) << 24
                                            : uint32_t(place[0]) | uint32_t(place[1]) << 8;
            at += is_item || !is_long ? 8 : 12;
            is_done = group == 0x7fe0 && element == 0x0010;
            const bool is_sequence = !is_item && std::memcmp(here + 4, "SQ", 2) == 0;
            if (length == 0xffffffff) continue;
            if (at + length > end) end = at + length;
            // What is in items and sequences is looked at as well.
            if (!is_item && !is_sequence) at += length;
        }
    }

private:
    size_t at = 0;
    bool is_done = false;

    static bool has_long_length(const uint8_t *vr) {
        static const char *const short_ones[] = {
            "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM",
            "UI", "UL", "US"};
        for (const char *one : short_ones) {
            if (std::memcmp(vr, one, 2) == 0) return false;
        }
        return vr[0] >= 'A' && vr[0] <= 'Z' && vr[1] >= 'A' && vr[1] <= 'Z';
    }
};

}  // namespace

cd_status cd::check_nesting(int file, bool is_little, char *message) {
    NestingScanner scanner(is_little);
    std::vector<uint8_t> bytes;
    for (;;) {
        // The attributes before the pixels are a few KiB; structure sets are read to their end.
        const size_t piece = bytes.empty() ? 16384 : bytes.size(), start = bytes.size();
        bytes.resize(start + piece);
        const ssize_t got = pread(file, bytes.data() + start, piece, off_t(start));
        bytes.resize(start + (got > 0 ? size_t(got) : 0));
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
        const size_t length =
            is_long ? size_t(here[8]) | size_t(here[9]) << 8 | size_t(here[10]) << 16 | size_t(here[11]) << 24
                    : size_t(here[6]) | size_t(here[7]) << 8;
        if (length > count || at + header + length > count) break;
        if (here[2] == 0x10 && here[3] == 0) {
            meta.syntax.assign(reinterpret_cast<const char *>(here + header), length);
            while (!meta.syntax.empty() && (meta.syntax.back() == 0 || meta.syntax.back() == ' ')) {
                meta.syntax.pop_back();
            }
        }
        at += header + length;
    }
    meta.size = at;
    return meta;
}

cd_status cd::check_deflated(int file, size_t start, char *message) {
    z_stream stream = {};
    // Deflate alone, without zlib's header (PS3.5 A.5).
    if (inflateInit2(&stream, -15) != Z_OK) return fail(message, CD_NO_MEMORY, "memory ran out");
    const std::unique_ptr<z_stream, int (*)(z_stream *)> end(&stream, inflateEnd);
    NestingScanner scanner(true);
    LengthScanner lengths;
    // What the scanner has to see; once it is content, only the length counts.
    std::vector<uint8_t> seen, piece(65536), in(65536);
    bool is_scanned = false;
    size_t total = 0;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        if (stream.avail_in == 0) {
            const ssize_t got = pread(file, in.data(), in.size(), off_t(start));
            if (got <= 0) break;
            start += size_t(got);
            stream.next_in = in.data();
            stream.avail_in = uInt(got);
        }
        stream.next_out = piece.data();
        stream.avail_out = uInt(piece.size());
        result = inflate(&stream, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return fail(message, CD_DAMAGED, "its deflated data set is damaged");
        }
        const size_t count = piece.size() - stream.avail_out;
        total += count;
        if (total > largest_inflated) {
            return fail(message, CD_UNSUPPORTED, "its deflated data set is larger than 256 MiB");
        }
        if (is_scanned) continue;
        seen.insert(seen.end(), piece.begin(), piece.begin() + std::ptrdiff_t(count));
        lengths.look(seen);
        switch (scanner.look(seen)) {
        case NestingScanner::too_deep: return fail(message, CD_DAMAGED, "its sequences are nested too deeply");
        case NestingScanner::fine:
            is_scanned = true;
            seen = {};
            break;
        case NestingScanner::goes_on: break;
        }
    }
    if (lengths.end > total) return fail(message, CD_DAMAGED, "its deflated data set is cut off");
    return CD_OK;
}
