// Whether a file holds all of its data set, without reading its pixels.
#include "readable.hpp"

namespace {

/// The bytes of a file around its pixel data.
class Ends {
public:
    Ends(int file, off_t size, bool is_little) : file_(file), size_(size), is_little_(is_little) {}

    /// Whether the pixel data's value begins at `at`, as its head says, which is there in one of two forms.
    bool begin(off_t at) const {
        const bool is_long = at >= 12 && is_tag(at - 12, 0x7fe0, 0x0010);
        return is_long || (at >= 8 && is_tag(at - 8, 0x7fe0, 0x0010));
    }

    /// Where the value ends that begins at `at`; negative if the file ends before it does.
    off_t end(off_t at) const {
        const uint32_t length = long_word(at - 4);
        if (length != 0xffffffff) return at + off_t(length) <= size_ ? at + off_t(length) : -1;
        // Fragments, up to their delimiter (PS3.5 A.4).
        while (at + 8 <= size_) {
            if (is_tag(at, 0xfffe, 0xe0dd)) return at + 8;
            if (!is_tag(at, 0xfffe, 0xe000)) return -1;
            at += 8 + off_t(long_word(at + 4));
        }
        return -1;
    }

private:
    const int file_;
    const off_t size_;
    const bool is_little_;

    uint32_t word(off_t at) const {
        uint8_t bytes[2] = {0, 0};
        if (pread(file_, bytes, 2, at) != 2) return 0;
        return is_little_ ? uint32_t(bytes[0] | bytes[1] << 8) : uint32_t(bytes[1] | bytes[0] << 8);
    }
    uint32_t long_word(off_t at) const {
        return is_little_ ? word(at) | word(at + 2) << 16 : word(at) << 16 | word(at + 2);
    }
    bool is_tag(off_t at, uint16_t group, uint16_t element) const {
        return word(at) == group && word(at + 2) == element;
    }
};

}  // namespace

cd_status cd::Readable::load_checked(DcmFileFormat &format, bool &has_pixels, char *message) const {
    off_t at = 0;
    const OFCondition loaded = load(format, 4096, DCM_PixelData, &at);
    if (loaded.bad()) return explain(loaded, message);
    const OpenedFile opened(name.c_str());
    if (opened.file < 0) return fail(message, CD_NOT_FOUND, "it cannot be opened");
    const Ends ends(opened.file, count, is_little);
    has_pixels = ends.begin(at);
    if (!has_pixels) return CD_OK;
    const off_t end = ends.end(at);
    if (end < 0) return fail(message, CD_DAMAGED, "its pixel data is cut off");
    if (end == count) return CD_OK;
    if (cd_status status = check_nesting(opened.file, is_little, message, end)) return status;
    DcmFileFormat whole;
    const OFCondition rest = load(whole, 4096);
    return rest.good() ? CD_OK : explain(rest, message);
}
