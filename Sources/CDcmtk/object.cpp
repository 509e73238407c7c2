// What files an object, of whatever kind it is.
#include "readable.hpp"

#include <cstring>

namespace {

enum class Bytes { same, different, of_another_syntax, unreadable };

/// Compares the bytes behind the meta groups.
Bytes compare_bytes(const char *one, const char *other) {
    const cd::OpenedFile a(one), b(other);
    char byte;
    for (const int file : {a.file, b.file}) {
        if (file < 0 || pread(file, &byte, 1, 0) < 0) return Bytes::unreadable;
    }
    const cd::MetaGroup first = cd::read_meta_group(a.file), second = cd::read_meta_group(b.file);
    if (first.syntax != second.syntax) return Bytes::of_another_syntax;
    auto at = off_t(first.size), there = off_t(second.size);
    std::vector<char> mine(1 << 18), yours(mine.size());
    for (;;) {
        const ssize_t got = pread(a.file, mine.data(), mine.size(), at);
        const ssize_t other_got = pread(b.file, yours.data(), yours.size(), there);
        if (got < 0 || other_got < 0) return Bytes::unreadable;
        if (got != other_got || std::memcmp(mine.data(), yours.data(), size_t(got)) != 0) return Bytes::different;
        if (got == 0) return Bytes::same;
        at += got;
        there += got;
    }
}

}  // namespace

extern "C" cd_status cd_compare_objects(const char *one, const char *other, bool *is_same, char *message) {
    *is_same = false;
    return cd::guarded(message, [&]() -> cd_status {
        const Bytes bytes = compare_bytes(one, other);
        if (bytes == Bytes::unreadable) return cd::fail(message, CD_NOT_FOUND, "it cannot be read");
        *is_same = bytes == Bytes::same;
        if (bytes != Bytes::different) return CD_OK;
        cd::Readable sources[2];
        DcmFileFormat files[2];
        const char *const paths[] = {one, other};
        for (int i = 0; i < 2; i++) {
            cd_status status = sources[i].open(paths[i], message);
            if (status == CD_OK) {
                const OFCondition loaded = sources[i].load(files[i]);
                if (loaded == EC_MemoryExhausted) throw std::bad_alloc();
                if (loaded.bad()) status = sources[i].explain(loaded, message);
            }
            if (status == CD_NOT_FOUND || status == CD_NO_MEMORY) return status;
            // The bytes differ, and what is damaged says nothing else.
            if (status != CD_OK) return CD_OK;
        }
        // Of compressed pixels DCMTK compares less than all.
        if (DcmXfer(files[0].getDataset()->getOriginalXfer()).isEncapsulated()) return CD_OK;
        *is_same = files[0].getDataset()->compare(*files[1].getDataset()) == 0;
        return CD_OK;
    });
}

extern "C" cd_status cd_read_object(const char *path, cd_object *out, char *message) {
    *out = cd_object{};
    return cd::guarded(message, [&]() -> cd_status {
        cd::Readable source;
        if (cd_status status = source.open(path, message)) return status;
        DcmFileFormat format;
        if (cd_status status = source.load_checked(format, out->has_pixels, message)) return status;
        DcmDataset &data = *format.getDataset();
        const std::string set = cd::whole_text(data, DCM_SpecificCharacterSet);
        auto take = [&](auto &to, const DcmTagKey &tag) {
            std::string value;
            if (!cd::utf8(data, set, tag, value)) value = cd::whole_text(data, tag);
            cd::copy(to, value);
        };
        take(out->sop_class, DCM_SOPClassUID);
        take(out->sop_instance, DCM_SOPInstanceUID);
        take(out->study, DCM_StudyInstanceUID);
        take(out->series, DCM_SeriesInstanceUID);
        take(out->modality, DCM_Modality);
        take(out->body_part, DCM_BodyPartExamined);
        take(out->series_description, DCM_SeriesDescription);
        take(out->study_description, DCM_StudyDescription);
        take(out->protocol, DCM_ProtocolName);
        take(out->kernel, DCM_ConvolutionKernel);
        take(out->manufacturer, DCM_Manufacturer);
        take(out->institution, DCM_InstitutionName);
        take(out->station, DCM_StationName);
        out->slice_thickness = cd::number(data, DCM_SliceThickness);
        if (!cd::whole_number(data, DCM_NumberOfSeriesRelatedInstances, out->series_instances)) {
            out->series_instances = -1;
        }
        return CD_OK;
    });
}
