// What files an object, of whatever kind it is.
#include "readable.hpp"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace {

struct Opened {
    const int file;
    explicit Opened(const char *path) : file(::open(path, O_RDONLY | O_CLOEXEC)) {}
    ~Opened() {
        if (file >= 0) ::close(file);
    }
};

/// Whether the bytes behind the meta groups are the same.
bool has_same_bytes(const char *one, const char *other, bool &has_same_syntax) {
    const Opened a(one), b(other);
    if (a.file < 0 || b.file < 0) return false;
    const cd::MetaGroup first = cd::read_meta_group(a.file), second = cd::read_meta_group(b.file);
    has_same_syntax = first.syntax == second.syntax;
    if (!has_same_syntax) return false;
    auto at = off_t(first.size), there = off_t(second.size);
    std::vector<char> mine(1 << 18), yours(mine.size());
    for (;;) {
        const ssize_t got = pread(a.file, mine.data(), mine.size(), at);
        if (got < 0 || pread(b.file, yours.data(), yours.size(), there) != got) return false;
        if (got == 0) return true;
        if (std::memcmp(mine.data(), yours.data(), size_t(got)) != 0) return false;
        at += got;
        there += got;
    }
}

}  // namespace

extern "C" bool cd_is_same_object(const char *one, const char *other, char *message) {
    bool is_same = false;
    cd::guarded(message, [&]() -> cd_status {
        bool has_same_syntax = false;
        is_same = has_same_bytes(one, other, has_same_syntax);
        if (is_same || !has_same_syntax) return CD_OK;
        cd::Readable sources[2];
        DcmFileFormat files[2];
        const char *const paths[] = {one, other};
        for (int i = 0; i < 2; i++) {
            if (cd_status status = sources[i].open(paths[i], message)) return status;
            const OFCondition loaded = sources[i].load(files[i]);
            if (loaded.bad()) return sources[i].explain(loaded, message);
        }
        // Of compressed pixels DCMTK compares less than all.
        if (DcmXfer(files[0].getDataset()->getOriginalXfer()).isEncapsulated()) return CD_OK;
        is_same = files[0].getDataset()->compare(*files[1].getDataset()) == 0;
        return CD_OK;
    });
    return is_same;
}

extern "C" cd_status cd_read_object(const char *path, cd_object *out, char *message) {
    *out = cd_object{};
    return cd::guarded(message, [&]() -> cd_status {
        cd::Readable source;
        if (cd_status status = source.open(path, message)) return status;
        DcmFileFormat format;
        const OFCondition loaded = source.load(format, 4096, DCM_PixelData);
        if (loaded.bad()) return source.explain(loaded, message);
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
        cd::copy(out->transfer_syntax, source.stated_syntax());
        out->slice_thickness = cd::number(data, DCM_SliceThickness);
        if (!cd::whole_number(data, DCM_NumberOfSeriesRelatedInstances, out->series_instances)) {
            out->series_instances = -1;
        }
        return CD_OK;
    });
}
