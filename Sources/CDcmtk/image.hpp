// An opened image and what decoding its pixels takes.
#pragma once
#include "support.hpp"

struct cd_file {
    DcmFileFormat format;
    cd_header header;
    bool has_pixels = false;
};

namespace cd {

/// How the stored values of an image lie in their 16 bits.
struct PixelLayout {
    size_t count = 0;
    uint32_t rows = 0, columns = 0;
    int bits_stored = 16;
    bool is_signed = false;
};

/// Decodes a JPEG 2000 codestream of one component with OpenJPEG; DCMTK has no codec for it. Writes `count` stored
/// values as 16-bit patterns of `layout.bits_stored` significant bits.
cd_status decode_jpeg2000(
    const std::vector<uint8_t> &code, const PixelLayout &layout, uint16_t *stored, char *message);

}  // namespace cd
