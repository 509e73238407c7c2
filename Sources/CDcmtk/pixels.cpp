#include "image.hpp"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <climits>
#include <cmath>
#include <cstring>

// The oracle is numpy's stored × slope + intercept: two roundings, never a fused one.
#pragma STDC FP_CONTRACT OFF

using cd::fail;
using cd::pixel_data;
using cd::PixelLayout;
using cd::read_layout;
using cd::Rescale;
using cd::rescale_in_place;

cd_status cd::read_layout(DcmDataset &data, const cd_header &header, PixelLayout &layout, char *message) {
    Uint16 allocated = 0, stored = 0, high = 0, representation = 0;
    if (header.rows < 1 || header.rows > 65535 || header.columns < 1 || header.columns > 65535) {
        return fail(message, CD_DAMAGED, "Rows and Columns are not 1 to 65535");
    }
    // Stated by no one or empty, it is 1.
    if (header.samples != 1) return fail(message, CD_UNSUPPORTED, "it is a colour image");
    if (data.findAndGetUint16(DCM_BitsAllocated, allocated).bad()) {
        return fail(message, CD_DAMAGED, "it states no BitsAllocated");
    }
    if (allocated != 16) {
        std::snprintf(message, CD_MESSAGE_SIZE, "its pixels have %d bits, which do not hold HU", int(allocated));
        return CD_UNSUPPORTED;
    }
    if (data.findAndGetUint16(DCM_BitsStored, stored).bad()) stored = allocated;
    if (stored < 12 || stored > 16) {
        std::snprintf(message, CD_MESSAGE_SIZE, "its pixels have %d stored bits; HU need 12 to 16", int(stored));
        return CD_UNSUPPORTED;
    }
    if (data.findAndGetUint16(DCM_HighBit, high).good() && high != stored - 1) {
        return fail(message, CD_UNSUPPORTED, "its HighBit is not BitsStored - 1");
    }
    data.findAndGetUint16(DCM_PixelRepresentation, representation);
    if (representation > 1) return fail(message, CD_DAMAGED, "its PixelRepresentation is neither 0 nor 1");
    if (first_item(data, DCM_ModalityLUTSequence)) {
        return fail(message, CD_UNSUPPORTED, "it maps its pixels to HU by a table");
    }
    layout.rows = uint32_t(header.rows);
    layout.columns = uint32_t(header.columns);
    layout.count = size_t(header.rows) * size_t(header.columns);
    layout.bits_stored = stored;
    layout.is_signed = representation == 1;
    return CD_OK;
}

DcmPixelData *cd::pixel_data(DcmDataset &data) {
    DcmElement *element = nullptr;
    if (data.findAndGetElement(DCM_PixelData, element).bad() || !element) return nullptr;
    return dynamic_cast<DcmPixelData *>(element);
}

DcmPixelSequence *cd::fragments(DcmDataset &data) {
    DcmPixelData *pixels = pixel_data(data);
    if (!pixels) return nullptr;
    E_TransferSyntax syntax = EXS_Unknown;
    const DcmRepresentationParameter *parameter = nullptr;
    DcmPixelSequence *sequence = nullptr;
    pixels->getOriginalRepresentationKey(syntax, parameter);
    return pixels->getEncapsulatedRepresentation(syntax, parameter, sequence).good() ? sequence : nullptr;
}

bool cd::join_fragments(DcmPixelSequence &sequence, size_t first, size_t end, std::vector<uint8_t> &code) {
    DcmObject *at = nullptr;
    for (size_t i = 0; i < end && (at = sequence.nextInContainer(at)) != nullptr; i++) {
        if (i < first) continue;
        auto *item = dynamic_cast<DcmPixelItem *>(at);
        Uint8 *bytes = nullptr;
        if (!item || item->getUint8Array(bytes).bad() || !bytes) return false;
        code.insert(code.end(), bytes, bytes + item->getLength());
    }
    return true;
}

cd_status cd::check_compressed_size(DcmDataset &data, const PixelLayout &layout, size_t frames, char *message) {
    const uint32_t longest_side = 8192;
    if (layout.rows > longest_side || layout.columns > longest_side) {
        return fail(message, CD_UNSUPPORTED, "it is compressed and over 8192 pixels wide or high");
    }
    DcmPixelSequence *sequence = fragments(data);
    if (!sequence) return fail(message, CD_DAMAGED, "its pixel data is not encapsulated");
    size_t bytes = 0, count = 0;
    for (DcmObject *at = nullptr; (at = sequence->nextInContainer(at)) != nullptr; count++) {
        if (auto *item = dynamic_cast<DcmPixelItem *>(at)) bytes += item->getLength();
    }
    if (count < frames + 1) return fail(message, CD_DAMAGED, "its pixel data has fewer pieces than frames");
    // An image of one value is compressed 20,000 : 1 by some; a scanner's noise 4 : 1. A small file that states a huge
    // image is refused before memory is had for it.
    if (layout.count > (size_t(1) << 22) && layout.count / 4096 > bytes / frames) {
        return fail(message, CD_DAMAGED, "its pixel data is far too short for Rows x Columns");
    }
    return CD_OK;
}

namespace {

/// Whether the pixel data is as long as Rows and Columns ask for.
cd_status check_length(DcmDataset &data, const PixelLayout &layout, char *message) {
    DcmPixelData *pixels = pixel_data(data);
    if (!pixels) return fail(message, CD_DAMAGED, "it has no pixel data");
    if (DcmXfer(data.getOriginalXfer()).isEncapsulated()) {
        return cd::check_compressed_size(data, layout, 1, message);
    }
    const size_t bytes = layout.count * 2;
    const size_t there = pixels->getLength(data.getOriginalXfer());
    if (there < bytes) return fail(message, CD_DAMAGED, "its pixel data is shorter than Rows x Columns");
    // A whole row too many means that Rows or Columns is wrong, and then so is every pixel.
    if (there - bytes >= size_t(layout.columns) * 2) {
        return fail(message, CD_DAMAGED, "its pixel data is longer than Rows x Columns");
    }
    return CD_OK;
}

cd_status read_native(DcmDataset &data, const PixelLayout &layout, uint16_t *stored, char *message) {
    DcmPixelData *pixels = pixel_data(data);
    const size_t bytes = layout.count * 2;
    if (!pixels || bytes > UINT_MAX) return fail(message, CD_DAMAGED, "it has no pixel data");
    // Straight from the file into the caller's memory.
    const OFCondition got = pixels->getPartialValue(stored, 0, Uint32(bytes), nullptr, gLocalByteOrder);
    if (got.bad()) return fail(message, CD_DAMAGED, "its pixel data is cut off", got);
    return CD_OK;
}

cd_status read_jpeg2000(DcmDataset &data, const PixelLayout &layout, uint16_t *stored, char *message) {
    DcmPixelSequence *sequence = cd::fragments(data);
    if (!sequence) return fail(message, CD_DAMAGED, "its pixel data is not encapsulated");
    // Item 0 is the offset table; an image of one frame is all the fragments after it.
    std::vector<uint8_t> code;
    if (!cd::join_fragments(*sequence, 1, sequence->card(), code)) {
        return fail(message, CD_DAMAGED, "a fragment of its pixel data is broken");
    }
    return cd::decode_jpeg2000(code, layout, stored, message);
}

cd_status read_encapsulated(DcmDataset &data, const PixelLayout &layout, uint16_t *stored, char *message) {
    if (!pixel_data(data)) return fail(message, CD_DAMAGED, "it has no pixel data");
    const OFCondition decoded = data.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
    if (decoded.bad()) return fail(message, CD_DAMAGED, "its pixel data could not be decompressed", decoded);
    Uint16 allocated = 0;
    data.findAndGetUint16(DCM_BitsAllocated, allocated);
    const Uint16 *values = nullptr;
    unsigned long count = 0;
    if (allocated != 16 || data.findAndGetUint16Array(DCM_PixelData, values, &count).bad() || !values) {
        return fail(message, CD_UNSUPPORTED, "its compressed pixels have not 16 bits");
    }
    if (count < layout.count) return fail(message, CD_DAMAGED, "its pixel data is shorter than Rows x Columns");
    std::memcpy(stored, values, layout.count * 2);
    return CD_OK;
}

int32_t as_stored(uint16_t pattern, const PixelLayout &layout) {
    const int unused = 16 - layout.bits_stored;
    const uint16_t shifted = uint16_t(pattern << unused);
    return layout.is_signed ? int32_t(int16_t(shifted)) >> unused : int32_t(shifted >> unused);
}

cd_status read_rescale(
    DcmDataset &data, const PixelLayout &layout, Rescale &rescale, cd_pixel_notes &notes, char *message) {
    rescale.padding = cd::read_padding(data, layout);
    const cd::StatedRescale stated = cd::image_rescale(data, notes.has_two_rescales);
    if (stated.is_half()) return fail(message, CD_DAMAGED, "it has only one of RescaleSlope and RescaleIntercept");
    notes.has_no_rescale = !stated.is_there();
    if (stated.is_there()) {
        rescale.slope = stated.slope;
        rescale.intercept = stated.intercept;
        if (!std::isfinite(rescale.slope) || !std::isfinite(rescale.intercept) || rescale.slope == 0) {
            return fail(message, CD_DAMAGED, "its RescaleSlope or RescaleIntercept is not usable");
        }
    }
    notes.slope = rescale.slope;
    notes.intercept = rescale.intercept;
    return CD_OK;
}

}  // namespace

cd::Codec cd::codec_of(cd_file &file) {
    const E_TransferSyntax syntax = file.format.getDataset()->getOriginalXfer();
    const std::string &foreign = file.source.foreign_syntax();
    if (!foreign.empty()) return Readable::is_high_throughput(foreign) ? Codec::jpeg2000 : Codec::none;
    if (syntax == EXS_JPEG2000 || syntax == EXS_JPEG2000LosslessOnly) return Codec::jpeg2000;
    if (!DcmXfer(syntax).isEncapsulated()) return Codec::native;
    return DcmCodecList::canChangeCoding(syntax, EXS_LittleEndianExplicit) ? Codec::dcmtk : Codec::none;
}

cd_status cd::fail_on_syntax(cd_file &file, char *message) {
    const std::string &foreign = file.source.foreign_syntax();
    if (foreign.empty()) {
        const DcmXfer syntax(file.format.getDataset()->getOriginalXfer());
        std::snprintf(
            message, CD_MESSAGE_SIZE, "its compression (%s) is not read", syntax_name(syntax.getXferID()).c_str());
    } else {
        std::snprintf(message, CD_MESSAGE_SIZE, "its transfer syntax (%s) is not known", syntax_name(foreign).c_str());
    }
    return CD_UNSUPPORTED;
}

cd::Padding cd::read_padding(DcmDataset &data, const PixelLayout &layout) {
    // Writers mix up US and SS for these, so that only the 16 bits count, read as the pixels are.
    auto pattern = [&](const DcmTagKey &tag, uint16_t &out) {
        Uint16 word = 0;
        Sint16 number = 0;
        if (data.findAndGetUint16(tag, word).good()) {
            out = word;
            return true;
        }
        if (data.findAndGetSint16(tag, number).good()) {
            out = uint16_t(number);
            return true;
        }
        return false;
    };
    uint16_t value = 0, limit = 0;
    if (!pattern(DCM_PixelPaddingValue, value)) return {};
    const int32_t a = as_stored(value, layout);
    const int32_t b = pattern(DCM_PixelPaddingRangeLimit, limit) ? as_stored(limit, layout) : a;
    return {true, a < b ? a : b, a < b ? b : a};
}

cd_status cd::rescale_in_place(
    uint16_t *values, const PixelLayout &layout, const Rescale &rescale, int16_t padding_hu, cd_pixel_notes &notes,
    char *message) {
    int16_t *hu = reinterpret_cast<int16_t *>(values);
    const double slope = rescale.slope, intercept = rescale.intercept;
    const int unused = 16 - layout.bits_stored;
    const bool is_signed = layout.is_signed;
    const bool is_whole = slope == 1 && intercept == std::rint(intercept) && std::fabs(intercept) < 1e6;
    if (is_whole) {
        const int32_t shift = int32_t(intercept);
        int32_t low = INT_MAX, high = INT_MIN;
        if (unused == 0 && is_signed) {
            for (size_t i = 0; i < layout.count; i++) {
                const int32_t v = int16_t(values[i]);
                low = v < low ? v : low;
                high = v > high ? v : high;
            }
        } else {
            for (size_t i = 0; i < layout.count; i++) {
                const int32_t v = as_stored(values[i], layout);
                low = v < low ? v : low;
                high = v > high ? v : high;
            }
        }
        if (low + shift >= INT16_MIN && high + shift <= INT16_MAX) {
            if (unused == 0) {
                // Modulo 2^16, which is exact since every result is known to fit.
                for (size_t i = 0; i < layout.count; i++) values[i] = uint16_t(values[i] + uint16_t(shift));
            } else {
                for (size_t i = 0; i < layout.count; i++) hu[i] = int16_t(as_stored(values[i], layout) + shift);
            }
            return CD_OK;
        }
    }
    for (size_t i = 0; i < layout.count; i++) {
        const int32_t stored = as_stored(values[i], layout);
        const double value = std::nearbyint(stored * slope + intercept);
        if (value >= INT16_MIN && value <= INT16_MAX) {
            hu[i] = int16_t(value);
        } else if (rescale.padding.exists && stored >= rescale.padding.low && stored <= rescale.padding.high) {
            hu[i] = padding_hu;
            notes.replaced_padding++;
        } else {
            std::snprintf(message, CD_MESSAGE_SIZE, "a pixel rescales to %.6g HU, which 16 bits do not hold", value);
            return CD_UNSUPPORTED;
        }
    }
    return CD_OK;
}

extern "C" cd_status cd_check_pixels(cd_file *file, size_t *count, char *message) {
    *count = 0;
    return cd::guarded(message, [&]() -> cd_status {
        if (!file || !file->has_pixels) return fail(message, CD_DAMAGED, "the file was opened without its pixels");
        PixelLayout layout;
        DcmDataset &data = *file->format.getDataset();
        if (file->header.frames != 1) return fail(message, CD_UNSUPPORTED, "it has several frames in one file");
        if (cd_status status = read_layout(data, file->header, layout, message)) return status;
        if (cd_status status = check_length(data, layout, message)) return status;
        *count = layout.count;
        return CD_OK;
    });
}

extern "C" cd_status cd_read_hu(
    cd_file *file, int16_t *hu, size_t count, int16_t padding_hu, cd_pixel_notes *notes, char *message) {
    *notes = cd_pixel_notes{};
    return cd::guarded(message, [&]() -> cd_status {
        if (!file || !file->has_pixels) return fail(message, CD_DAMAGED, "the file was opened without its pixels");
        DcmDataset &data = *file->format.getDataset();
        PixelLayout layout;
        Rescale rescale;
        if (file->header.frames != 1) return fail(message, CD_UNSUPPORTED, "it has several frames in one file");
        if (cd_status status = read_layout(data, file->header, layout, message)) return status;
        if (count != layout.count) return fail(message, CD_DAMAGED, "Rows x Columns is not what was asked for");
        if (cd_status status = check_length(data, layout, message)) return status;
        if (cd_status status = read_rescale(data, layout, rescale, *notes, message)) return status;
        uint16_t *stored = reinterpret_cast<uint16_t *>(hu);
        cd_status status = CD_OK;
        switch (cd::codec_of(*file)) {
        case cd::Codec::native: status = read_native(data, layout, stored, message); break;
        case cd::Codec::jpeg2000: status = read_jpeg2000(data, layout, stored, message); break;
        case cd::Codec::dcmtk: status = read_encapsulated(data, layout, stored, message); break;
        case cd::Codec::none: status = cd::fail_on_syntax(*file, message); break;
        }
        if (status) return status;
        return rescale_in_place(stored, layout, rescale, padding_hu, *notes, message);
    });
}
