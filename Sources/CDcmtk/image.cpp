#include "image.hpp"
#include "traits.hpp"

#include <memory>

namespace {

cd_status load(const cd::Readable &source, bool with_pixels, DcmFileFormat &format, char *message) {
    // Values over 4 KiB stay in the file until they are asked for.
    const OFCondition loaded = source.load(format, 4096, with_pixels ? DCM_UndefinedTagKey : DCM_PixelData);
    return loaded.bad() ? source.explain(loaded, message) : CD_OK;
}

int32_t count_of(DcmItem &item, const DcmTagKey &tag, int32_t otherwise) {
    const double value = cd::number(item, tag);
    if (!(value >= 0 && value <= 2147483647.0) || value != static_cast<int32_t>(value)) return otherwise;
    return static_cast<int32_t>(value);
}

void fill(DcmFileFormat &format, cd_header &header) {
    DcmDataset &data = *format.getDataset();
    cd::copy(header.sop_class, cd::text(data, DCM_SOPClassUID));
    cd::copy(header.sop_instance, cd::text(data, DCM_SOPInstanceUID));
    cd::copy(header.study, cd::text(data, DCM_StudyInstanceUID));
    cd::copy(header.series, cd::text(data, DCM_SeriesInstanceUID));
    cd::copy(header.frame_of_reference, cd::text(data, DCM_FrameOfReferenceUID));
    cd::copy(header.transfer_syntax, DcmXfer(data.getOriginalXfer()).getXferID());
    cd::copy(header.modality, cd::text(data, DCM_Modality));
    cd::copy(header.rescale_type, cd::text(data, DCM_RescaleType));
    cd::copy(header.image_type, cd::whole_text(data, DCM_ImageType));
    const std::string set = cd::whole_text(data, DCM_SpecificCharacterSet);
    auto take = [&](auto &to, const DcmTagKey &tag) {
        std::string converted;
        if (cd::utf8(data, set, tag, converted)) cd::copy(to, converted);
    };
    take(header.series_description, DCM_SeriesDescription);
    take(header.manufacturer, DCM_Manufacturer);
    take(header.scanner_model, DCM_ManufacturerModelName);
    header.rows = count_of(data, DCM_Rows, 0);
    header.columns = count_of(data, DCM_Columns, 0);
    // An empty number, or 0, says no more than none: the file has the one image that it holds.
    const bool has_frames = !cd::text(data, DCM_NumberOfFrames).empty() && cd::number(data, DCM_NumberOfFrames) != 0;
    header.frames = has_frames ? count_of(data, DCM_NumberOfFrames, 0) : 1;
    for (unsigned long i = 0; i < 2; i++) header.pixel_spacing[i] = cd::number(data, DCM_PixelSpacing, i);
    for (unsigned long i = 0; i < 3; i++) header.position[i] = cd::number(data, DCM_ImagePositionPatient, i);
    for (unsigned long i = 0; i < 6; i++) header.orientation[i] = cd::number(data, DCM_ImageOrientationPatient, i);
    header.slice_thickness = cd::number(data, DCM_SliceThickness);
    header.spacing_between_slices = cd::number(data, DCM_SpacingBetweenSlices);
    header.is_lossy = cd::text(data, DCM_LossyImageCompression) == "01";
    header.instance_number = count_of(data, DCM_InstanceNumber, -1);
    header.samples = count_of(data, DCM_SamplesPerPixel, 1);
    header.bits_allocated = count_of(data, DCM_BitsAllocated, 0);
    cd::copy(header.decimal_comma, cd::decimal_comma(data));
    cd::fill_traits(data, header.traits);
}

}  // namespace

extern "C" cd_status cd_open(const char *path, bool with_pixels, cd_file **file, cd_header *header, char *message) {
    *file = nullptr;
    *header = cd_header{};
    return cd::guarded(message, [&]() -> cd_status {
        std::unique_ptr<cd_file> opened(new cd_file);
        if (cd_status status = opened->source.open(path, message)) return status;
        if (cd_status status = load(opened->source, with_pixels, opened->format, message)) return status;
        fill(opened->format, opened->header);
        if (opened->source.was_deflated()) {
            cd::copy(opened->header.transfer_syntax, UID_DeflatedExplicitVRLittleEndianTransferSyntax);
        }
        if (!opened->source.foreign_syntax().empty()) {
            cd::copy(opened->header.transfer_syntax, opened->source.foreign_syntax());
        }
        opened->has_pixels = with_pixels;
        *header = opened->header;
        *file = opened.release();
        return CD_OK;
    });
}

extern "C" void cd_close(cd_file *file) {
    try {
        delete file;
    } catch (...) {}
}

extern "C" cd_status cd_read_patient_study(const char *path, cd_patient_study *out, char *message) {
    *out = cd_patient_study{};
    return cd::guarded(message, [&]() -> cd_status {
        cd::Readable source;
        if (cd_status status = source.open(path, message)) return status;
        DcmFileFormat format;
        if (cd_status status = load(source, false, format, message)) return status;
        DcmDataset &data = *format.getDataset();
        const std::string set = cd::whole_text(data, DCM_SpecificCharacterSet);
        const DcmTagKey texts[] = {
            DCM_PatientName,      DCM_PatientID, DCM_PatientBirthDate,
            DCM_PatientSex,       DCM_StudyDate, DCM_StudyTime,
            DCM_AccessionNumber,  DCM_StudyID,   DCM_ReferringPhysicianName,
            DCM_StudyDescription,
        };
        cd::copy(out->character_set, set);
        out->is_converted = true;
        std::string converted;
        for (const DcmTagKey &tag : texts) {
            if (!cd::utf8(data, set, tag, converted)) out->is_converted = false;
        }
        auto take = [&](auto &to, const DcmTagKey &tag) {
            std::string value;
            if (out->is_converted) {
                cd::utf8(data, set, tag, value);
            } else {
                value = cd::whole_text(data, tag);
            }
            size_t room = sizeof to - 1;
            if (value.size() > room) {
                out->is_cut = true;
                // Not within a character of UTF-8.
                while (out->is_converted && room > 0 && (value[room] & 0xc0) == 0x80) room--;
                value.resize(room);
            }
            cd::copy(to, value);
        };
        take(out->patient_name, DCM_PatientName);
        take(out->patient_id, DCM_PatientID);
        take(out->birth_date, DCM_PatientBirthDate);
        take(out->sex, DCM_PatientSex);
        take(out->study_date, DCM_StudyDate);
        take(out->study_time, DCM_StudyTime);
        take(out->accession_number, DCM_AccessionNumber);
        take(out->study_id, DCM_StudyID);
        take(out->referring_physician, DCM_ReferringPhysicianName);
        take(out->study_description, DCM_StudyDescription);
        return CD_OK;
    });
}
