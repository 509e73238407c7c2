// An opened image and what decoding its pixels takes.
#pragma once
#include "readable.hpp"

#include "dcmtk/dcmdata/dcfcache.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <limits>

struct cd_file {
    /// What the format's values are read from when they are asked for.
    cd::Readable source;
    DcmFileFormat format;
    cd_header header = {};
    bool has_pixels = false;
    /// Where the frames of a multi-frame image are read from, kept open between frames.
    DcmFileCache cache;
    /// The frame that follows the last one read, and the fragment it begins with.
    Uint32 next_frame = 0, next_fragment = 0;
};

namespace cd {

/// How the stored values of an image lie in their 16 bits.
struct PixelLayout {
    size_t count = 0;
    uint32_t rows = 0, columns = 0;
    int bits_stored = 16;
    bool is_signed = false;
};

/// Which stored values are padding (PS3.3 C.7.5.1.1.2): one value, or a range if a limit is given too.
struct Padding {
    bool exists = false;
    int32_t low = 0, high = 0;
};

/// Slope and intercept as the file states them, and its padding.
struct Rescale {
    double slope = 1, intercept = 0;
    Padding padding;
};

/// Slope and intercept as one place of a file states them; NaN where it does not.
struct StatedRescale {
    bool has_slope = false, has_intercept = false;
    double slope = std::numeric_limits<double>::quiet_NaN(), intercept = std::numeric_limits<double>::quiet_NaN();
    std::string type;

    bool is_there() const { return has_slope || has_intercept; }
    bool is_half() const { return has_slope != has_intercept; }
    bool differs(const StatedRescale &other) const;
};

/// What a data set or an item of a functional group states.
StatedRescale stated_rescale(DcmItem &item);
/// What the one image of a file is rescaled by: its functional groups, where it has some, before the data set.
StatedRescale image_rescale(DcmDataset &data, bool &differs);

/// Checks everything that says how large the image is and how its bits lie, before anything is allocated for it.
cd_status read_layout(DcmDataset &data, const cd_header &header, PixelLayout &layout, char *message);
/// The pixel data element, or NULL.
DcmPixelData *pixel_data(DcmDataset &data);
/// The pieces of compressed pixel data, the offset table first, or NULL.
DcmPixelSequence *fragments(DcmDataset &data);
/// Appends the bytes of pieces `first..<end`. False if one is broken.
bool join_fragments(DcmPixelSequence &sequence, size_t first, size_t end, std::vector<uint8_t> &code);
/// Whether compressed pixel data can hold what the header states.
cd_status check_compressed_size(DcmDataset &data, const PixelLayout &layout, size_t frames, char *message);
/// The padding a file states.
Padding read_padding(DcmDataset &data, const PixelLayout &layout);
/// Turns stored bit patterns into HU in place.
cd_status rescale_in_place(
    uint16_t *values, const PixelLayout &layout, const Rescale &rescale, int16_t padding_hu, cd_pixel_notes &notes,
    char *message);

/// How a file's pixels are decoded.
enum class Codec { native, jpeg2000, dcmtk, none };
/// By the transfer syntax; `none` where nothing reads it.
Codec codec_of(cd_file &file);
/// Says which transfer syntax is not read.
cd_status fail_on_syntax(cd_file &file, char *message);

/// Decodes a JPEG 2000 or High-Throughput JPEG 2000 codestream of one component with OpenJPEG; DCMTK has no codec for
/// it. Writes `count` stored values as 16-bit patterns of `layout.bits_stored` significant bits.
cd_status decode_jpeg2000(const std::vector<uint8_t> &code, const PixelLayout &layout, uint16_t *stored, char *message);

}  // namespace cd
