// The segments of a DICOM segmentation (PS3.3 A.51, A.88, C.8.20).
#include "image.hpp"

#include <cstring>

namespace {

/// A coded concept, or the first item of its sequence's modifiers.
void code_of(DcmItem &item, const DcmTagKey &tag, const std::string &characters, cd_code &code) {
    DcmItem *found = cd::first_item(item, tag);
    if (!found) return;
    cd::copy(code.value, cd::text(*found, DCM_CodeValue));
    cd::copy(code.scheme, cd::text(*found, DCM_CodingSchemeDesignator));
    std::string meaning;
    if (cd::utf8(*found, characters, DCM_CodeMeaning, meaning)) cd::copy(code.meaning, meaning);
}

template <size_t N> void text_of(DcmItem &item, const DcmTagKey &tag, const std::string &characters, char (&to)[N]) {
    std::string value;
    if (cd::utf8(item, characters, tag, value)) cd::copy(to, value);
}

cd_segment segment_of(DcmItem &item, const std::string &characters) {
    cd_segment segment = {};
    if (!cd::whole_number(item, DCM_SegmentNumber, segment.number)) segment.number = -1;
    text_of(item, DCM_SegmentLabel, characters, segment.label);
    cd::copy(segment.algorithm_type, cd::text(item, DCM_SegmentAlgorithmType));
    text_of(item, DCM_SegmentAlgorithmName, characters, segment.algorithm_name);
    if (DcmItem *algorithm = cd::first_item(item, DCM_SegmentationAlgorithmIdentificationSequence)) {
        text_of(*algorithm, DCM_AlgorithmVersion, characters, segment.algorithm_version);
    }
    code_of(item, DCM_SegmentedPropertyCategoryCodeSequence, characters, segment.category);
    code_of(item, DCM_SegmentedPropertyTypeCodeSequence, characters, segment.type);
    if (DcmItem *type = cd::first_item(item, DCM_SegmentedPropertyTypeCodeSequence)) {
        code_of(*type, DCM_SegmentedPropertyTypeModifierCodeSequence, characters, segment.modifier);
    }
    for (unsigned long i = 0; i < 3; i++) {
        const double part = cd::number(item, DCM_RecommendedDisplayCIELabValue, i);
        segment.lab[i] = part >= 0 && part <= 65535 ? int32_t(part) : -1;
    }
    return segment;
}

}  // namespace

extern "C" cd_status cd_tell_segmentation(
    cd_file *file, cd_segmentation *about, void *context, void (*visit)(void *, const cd_segment *), char *message) {
    *about = cd_segmentation{};
    return cd::guarded(message, [&]() -> cd_status {
        if (!file) return cd::fail(message, CD_DAMAGED, "the file is not open");
        DcmDataset &data = *file->format.getDataset();
        const std::string characters = cd::whole_text(data, DCM_SpecificCharacterSet);
        cd::copy(about->type, cd::text(data, DCM_SegmentationType));
        cd::copy(about->fractional_type, cd::text(data, DCM_SegmentationFractionalType));
        if (!cd::whole_number(data, DCM_MaximumFractionalValue, about->maximum_fractional)) {
            about->maximum_fractional = 255;
        }
        about->padding = -1;
        cd::whole_number(data, DCM_PixelPaddingValue, about->padding);
        if (DcmItem *series = cd::first_item(data, DCM_ReferencedSeriesSequence)) {
            cd::copy(about->referenced_series, cd::text(*series, DCM_SeriesInstanceUID));
        }
        cd::for_each_item(data, DCM_SegmentSequence, [&](DcmItem &item) {
            const cd_segment segment = segment_of(item, characters);
            visit(context, &segment);
        });
        return CD_OK;
    });
}

extern "C" cd_status cd_tell_references(
    cd_file *file, void *context, void (*visit)(void *, const char *), char *message) {
    return cd::guarded(message, [&]() -> cd_status {
        if (!file) return cd::fail(message, CD_DAMAGED, "the file is not open");
        cd::for_each_item(*file->format.getDataset(), DCM_ReferencedSeriesSequence, [&](DcmItem &series) {
            cd::for_each_item(series, DCM_ReferencedInstanceSequence, [&](DcmItem &item) {
                visit(context, cd::text(item, DCM_ReferencedSOPInstanceUID).c_str());
            });
        });
        return CD_OK;
    });
}
