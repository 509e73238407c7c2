// Decoding single frames of multi-frame images.
#include "image.hpp"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmdata/dcvrpobw.h"

#include <climits>
#include <cstring>

namespace {

using cd::fail;
using cd::PixelLayout;

/// How a segmentation's values lie: 1, 8 or 16 bits each.
cd_status segment_layout(DcmDataset &data, const cd_header &header, PixelLayout &layout, char *message) {
    Uint16 allocated = 0, stored = 0, samples = 1, representation = 0;
    if (header.rows < 1 || header.rows > 65535 || header.columns < 1 || header.columns > 65535) {
        return fail(message, CD_DAMAGED, "Rows and Columns are not 1 to 65535");
    }
    data.findAndGetUint16(DCM_SamplesPerPixel, samples);
    data.findAndGetUint16(DCM_PixelRepresentation, representation);
    if (samples != 1 || representation != 0) return fail(message, CD_UNSUPPORTED, "its pixels are no plain numbers");
    if (data.findAndGetUint16(DCM_BitsAllocated, allocated).bad()
        || (allocated != 1 && allocated != 8 && allocated != 16)) {
        return fail(message, CD_UNSUPPORTED, "its pixels have neither 1, 8 nor 16 bits");
    }
    if (data.findAndGetUint16(DCM_BitsStored, stored).good() && stored != allocated) {
        return fail(message, CD_UNSUPPORTED, "its BitsStored is not its BitsAllocated");
    }
    layout.rows = uint32_t(header.rows);
    layout.columns = uint32_t(header.columns);
    layout.count = size_t(header.rows) * size_t(header.columns);
    layout.bits_stored = allocated;
    layout.is_signed = false;
    return CD_OK;
}

cd_status layout_of(cd_file &file, bool is_segmentation, PixelLayout &layout, char *message) {
    DcmDataset &data = *file.format.getDataset();
    return is_segmentation ? segment_layout(data, file.header, layout, message)
                           : cd::read_layout(data, file.header, layout, message);
}

/// Whether the pixel data holds all frames, before memory is had for one.
cd_status check_size(cd_file &file, const PixelLayout &layout, char *message) {
    DcmDataset &data = *file.format.getDataset();
    DcmPixelData *pixels = cd::pixel_data(data);
    const size_t frames = size_t(file.header.frames);
    if (!pixels) return fail(message, CD_DAMAGED, "it has no pixel data");
    if (file.header.frames < 1) return fail(message, CD_DAMAGED, "it states no number of frames");
    if (DcmXfer(data.getOriginalXfer()).isEncapsulated()) {
        if (layout.bits_stored == 1) return fail(message, CD_UNSUPPORTED, "its single bits are compressed");
        return cd::check_compressed_size(data, layout, frames, message);
    }
    // 65535 × 65535 × 2^31 × 16 does not overflow 128 bits, and it does 64.
    const unsigned __int128 bits = (unsigned __int128)layout.count * frames * unsigned(layout.bits_stored);
    if (bits / 8 > UINT_MAX) return fail(message, CD_DAMAGED, "it states more pixels than a file can hold");
    if (pixels->getLength(data.getOriginalXfer()) < size_t((bits + 7) / 8)) {
        return fail(message, CD_DAMAGED, "its pixel data is shorter than Rows x Columns x NumberOfFrames");
    }
    return CD_OK;
}

cd_status native_bytes(cd_file &file, size_t offset, size_t count, void *out, char *message) {
    DcmPixelData *pixels = cd::pixel_data(*file.format.getDataset());
    const OFCondition got = pixels->getPartialValue(out, Uint32(offset), Uint32(count), &file.cache, gLocalByteOrder);
    return got.good() ? CD_OK : fail(message, CD_DAMAGED, "its pixel data is cut off", got);
}

/// The pieces of one frame: one a frame, or as the offset table divides them.
bool pieces_of(cd_file &file, DcmPixelSequence &sequence, size_t frame, size_t &first, size_t &end) {
    const size_t frames = size_t(file.header.frames), pieces = sequence.card() - 1;
    if (pieces == frames) {
        first = frame + 1;
        end = frame + 2;
        return true;
    }
    DcmPixelItem *table = nullptr;
    Uint8 *bytes = nullptr;
    if (sequence.getItem(table, 0).bad() || !table || table->getLength() != frames * 4
        || table->getUint8Array(bytes).bad() || !bytes) {
        return false;
    }
    auto start = [&](size_t i) {
        return size_t(bytes[i * 4]) | size_t(bytes[i * 4 + 1]) << 8 | size_t(bytes[i * 4 + 2]) << 16
            | size_t(bytes[i * 4 + 3]) << 24;
    };
    const size_t from = start(frame), to = frame + 1 < frames ? start(frame + 1) : SIZE_MAX;
    size_t at = 0, index = 0;
    first = end = 0;
    for (DcmObject *object = nullptr; (object = sequence.nextInContainer(object)) != nullptr; index++) {
        if (index == 0) continue;
        if (at == from) first = index;
        if (at >= to) break;
        end = index + 1;
        auto *item = dynamic_cast<DcmPixelItem *>(object);
        at += 8 + (item ? item->getLength() : 0);
    }
    return first > 0 && end > first;
}

cd_status jpeg2000_frame(cd_file &file, const PixelLayout &layout, size_t frame, uint16_t *stored, char *message) {
    DcmPixelSequence *sequence = cd::fragments(*file.format.getDataset());
    size_t first = 0, end = 0;
    std::vector<uint8_t> code;
    if (!sequence || !pieces_of(file, *sequence, frame, first, end)
        || !cd::join_fragments(*sequence, first, end, code)) {
        return fail(message, CD_DAMAGED, "the pieces of a frame cannot be told apart");
    }
    return cd::decode_jpeg2000(code, layout, stored, message);
}

/// One frame by DCMTK's codecs, `bytes` of them.
cd_status codec_frame(cd_file &file, size_t frame, std::vector<uint8_t> &bytes, char *message) {
    DcmDataset &data = *file.format.getDataset();
    if (frame != file.next_frame) file.next_fragment = 0;
    OFString colours;
    const OFCondition decoded = cd::pixel_data(data)->getUncompressedFrame(
        &data, Uint32(frame), file.next_fragment, bytes.data(), Uint32(bytes.size()), colours, &file.cache);
    if (decoded.bad()) return fail(message, CD_DAMAGED, "a frame could not be decompressed", decoded);
    file.next_frame = Uint32(frame) + 1;
    return CD_OK;
}

/// The stored values of a frame as 16-bit patterns.
cd_status stored_values(cd_file &file, const PixelLayout &layout, size_t frame, uint16_t *stored, char *message) {
    const cd::Codec codec = cd::codec_of(file);
    if (codec == cd::Codec::none) return cd::fail_on_syntax(file, message);
    if (codec == cd::Codec::jpeg2000) return jpeg2000_frame(file, layout, frame, stored, message);
    const bool is_encapsulated = codec == cd::Codec::dcmtk;
    const size_t width = layout.bits_stored > 8 ? 2 : 1;
    if (layout.bits_stored == 1) {
        // Frames follow one another without a gap, also within a byte (PS3.5 8.2).
        const size_t start = frame * layout.count, skip = start % 8;
        std::vector<uint8_t> bytes((skip + layout.count + 7) / 8);
        if (cd_status status = native_bytes(file, start / 8, bytes.size(), bytes.data(), message)) return status;
        for (size_t i = 0; i < layout.count; i++) stored[i] = bytes[(skip + i) / 8] >> ((skip + i) % 8) & 1;
        return CD_OK;
    }
    if (!is_encapsulated && width == 2) {
        return native_bytes(file, frame * layout.count * 2, layout.count * 2, stored, message);
    }
    std::vector<uint8_t> bytes(layout.count * width + layout.count * width % 2);
    if (is_encapsulated) {
        if (cd_status status = codec_frame(file, frame, bytes, message)) return status;
    } else if (cd_status status = native_bytes(file, frame * layout.count, layout.count, bytes.data(), message)) {
        return status;
    }
    if (width == 2) {
        std::memcpy(stored, bytes.data(), layout.count * 2);
    } else {
        for (size_t i = 0; i < layout.count; i++) stored[i] = bytes[i];
    }
    return CD_OK;
}

/// Checks a request for one frame; memory of `count` values is the caller's.
cd_status checked(
    cd_file *file, bool is_segmentation, int32_t frame, size_t count, PixelLayout &layout, char *message) {
    if (!file || !file->has_pixels) return fail(message, CD_DAMAGED, "the file was opened without its pixels");
    if (cd_status status = layout_of(*file, is_segmentation, layout, message)) return status;
    if (count != layout.count) return fail(message, CD_DAMAGED, "Rows x Columns is not what was asked for");
    if (frame < 0 || frame >= file->header.frames) return fail(message, CD_DAMAGED, "it has no such frame");
    return CD_OK;
}

}  // namespace

extern "C" cd_status cd_check_frames(cd_file *file, bool is_segmentation, size_t *count, char *message) {
    *count = 0;
    return cd::guarded(message, [&]() -> cd_status {
        if (!file || !file->has_pixels) return fail(message, CD_DAMAGED, "the file was opened without its pixels");
        PixelLayout layout;
        if (cd_status status = layout_of(*file, is_segmentation, layout, message)) return status;
        if (cd_status status = check_size(*file, layout, message)) return status;
        *count = layout.count;
        return CD_OK;
    });
}

extern "C" cd_status cd_read_frame_values(cd_file *file, int32_t frame, uint16_t *values, size_t count, char *message) {
    return cd::guarded(message, [&]() -> cd_status {
        PixelLayout layout;
        if (cd_status status = checked(file, true, frame, count, layout, message)) return status;
        return stored_values(*file, layout, size_t(frame), values, message);
    });
}

extern "C" cd_status cd_read_frame_hu(
    cd_file *file, int32_t frame, double slope, double intercept, int16_t *hu, size_t count, int16_t padding_hu,
    cd_pixel_notes *notes, char *message) {
    *notes = cd_pixel_notes{};
    return cd::guarded(message, [&]() -> cd_status {
        PixelLayout layout;
        if (cd_status status = checked(file, false, frame, count, layout, message)) return status;
        uint16_t *stored = reinterpret_cast<uint16_t *>(hu);
        if (cd_status status = stored_values(*file, layout, size_t(frame), stored, message)) return status;
        const cd::Rescale rescale{slope, intercept, cd::read_padding(*file->format.getDataset(), layout)};
        return cd::rescale_in_place(stored, layout, rescale, padding_hu, *notes, message);
    });
}
