// What an RTDOSE says of itself, and its numbers (PS3.3 C.8.8.3).
#include "image.hpp"

#include <climits>
#include <vector>

namespace {

using cd::fail;

/// The stored numbers' width: 16 or 32 bits, and nothing else that could change what they mean.
cd_status dose_width(DcmDataset &data, const cd_header &header, size_t &bytes, char *message) {
    Uint16 allocated = 0, stored = 0, high = 0, representation = 0, samples = 1;
    if (header.rows < 1 || header.rows > 65535 || header.columns < 1 || header.columns > 65535) {
        return fail(message, CD_DAMAGED, "Rows and Columns are not 1 to 65535");
    }
    if (header.frames < 1) return fail(message, CD_DAMAGED, "it states no number of frames");
    data.findAndGetUint16(DCM_SamplesPerPixel, samples);
    data.findAndGetUint16(DCM_PixelRepresentation, representation);
    // Signed numbers are for dose errors, which are no dose.
    if (samples != 1 || representation != 0) return fail(message, CD_UNSUPPORTED, "its numbers are not unsigned doses");
    if (data.findAndGetUint16(DCM_BitsAllocated, allocated).bad() || (allocated != 16 && allocated != 32)) {
        return fail(message, CD_UNSUPPORTED, "its numbers have neither 16 nor 32 bits");
    }
    if (data.findAndGetUint16(DCM_BitsStored, stored).good() && stored != allocated) {
        return fail(message, CD_UNSUPPORTED, "its BitsStored is not its BitsAllocated");
    }
    if (data.findAndGetUint16(DCM_HighBit, high).good() && high != allocated - 1) {
        return fail(message, CD_UNSUPPORTED, "its HighBit is not BitsStored - 1");
    }
    bytes = allocated / 8;
    return CD_OK;
}

}  // namespace

extern "C" cd_status cd_tell_dose(
    cd_file *file, cd_dose *about, void *context, void (*offset)(void *, double), char *message) {
    *about = cd_dose{};
    return cd::guarded(message, [&]() -> cd_status {
        if (!file) return fail(message, CD_DAMAGED, "the file is not open");
        DcmDataset &data = *file->format.getDataset();
        cd::copy(about->units, cd::text(data, DCM_DoseUnits));
        cd::copy(about->type, cd::text(data, DCM_DoseType));
        cd::copy(about->summation, cd::text(data, DCM_DoseSummationType));
        about->scaling = cd::number(data, DCM_DoseGridScaling);
        std::vector<double> offsets;
        if (!cd::numbers(data, DCM_GridFrameOffsetVector, offsets)) {
            return fail(message, CD_DAMAGED, "an offset of its GridFrameOffsetVector is no number");
        }
        for (double each : offsets) offset(context, each);
        return CD_OK;
    });
}

extern "C" cd_status cd_check_dose(cd_file *file, size_t *count, char *message) {
    *count = 0;
    return cd::guarded(message, [&]() -> cd_status {
        if (!file || !file->has_pixels) return fail(message, CD_DAMAGED, "the file was opened without its pixels");
        DcmDataset &data = *file->format.getDataset();
        size_t bytes = 0;
        if (cd_status status = dose_width(data, file->header, bytes, message)) return status;
        DcmPixelData *pixels = cd::pixel_data(data);
        if (!pixels) return fail(message, CD_DAMAGED, "it has no pixel data");
        const DcmXfer syntax(data.getOriginalXfer());
        if (syntax.isEncapsulated()) return fail(message, CD_UNSUPPORTED, "its doses are compressed");
        if (bytes == 4 && !syntax.isLittleEndian()) {
            return fail(message, CD_UNSUPPORTED, "its doses have 32 bits in big-endian order");
        }
        const size_t area = size_t(file->header.rows) * size_t(file->header.columns);
        const unsigned __int128 all = (unsigned __int128)area * size_t(file->header.frames) * bytes;
        if (all > UINT_MAX || pixels->getLength(data.getOriginalXfer()) < size_t(all)) {
            return fail(message, CD_DAMAGED, "its pixel data is shorter than Rows x Columns x NumberOfFrames");
        }
        *count = area;
        return CD_OK;
    });
}

extern "C" cd_status cd_read_dose(cd_file *file, int32_t frame, uint32_t *values, size_t count, char *message) {
    size_t checked = 0;
    if (cd_status status = cd_check_dose(file, &checked, message)) return status;
    return cd::guarded(message, [&]() -> cd_status {
        if (count != checked) return fail(message, CD_DAMAGED, "Rows x Columns is not what was asked for");
        if (frame < 0 || frame >= file->header.frames) return fail(message, CD_DAMAGED, "it has no such frame");
        DcmDataset &data = *file->format.getDataset();
        size_t bytes = 0;
        if (cd_status status = dose_width(data, file->header, bytes, message)) return status;
        std::vector<uint16_t> narrow(bytes == 2 ? count : 0);
        void *out = bytes == 2 ? static_cast<void *>(narrow.data()) : values;
        const OFCondition got = cd::pixel_data(data)->getPartialValue(
            out, Uint32(size_t(frame) * count * bytes), Uint32(count * bytes), &file->cache, gLocalByteOrder);
        if (got.bad()) return fail(message, CD_DAMAGED, "its pixel data is cut off", got);
        for (size_t i = 0; i < narrow.size(); i++) values[i] = narrow[i];
        return CD_OK;
    });
}
