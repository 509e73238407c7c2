#include "readable.hpp"

#include <cmath>
#include <map>

namespace {

using cd::first_item;
using cd::for_each_item;
using cd::whole_number;

/// What the referenced image sequences of a set say, as far as one series is named.
void tell_structure_set(DcmDataset &data, const std::string &characters, const cd_rtstruct_visitor &visitor) {
    std::string label, frame, series, study;
    cd::utf8(data, characters, DCM_StructureSetLabel, label);
    for_each_item(data, DCM_ReferencedFrameOfReferenceSequence, [&](DcmItem &reference) {
        if (frame.empty()) frame = cd::text(reference, DCM_FrameOfReferenceUID);
        for_each_item(reference, DCM_RTReferencedStudySequence, [&](DcmItem &of_study) {
            if (study.empty()) study = cd::text(of_study, DCM_ReferencedSOPInstanceUID);
            for_each_item(of_study, DCM_RTReferencedSeriesSequence, [&](DcmItem &of_series) {
                if (series.empty()) series = cd::text(of_series, DCM_SeriesInstanceUID);
            });
        });
    });
    const std::string instance = cd::text(data, DCM_SOPInstanceUID);
    visitor.structure_set(
        visitor.context, label.c_str(), frame.c_str(), series.c_str(), study.c_str(), instance.c_str());
}

/// All series and slices that a set refers to, by frame of reference.
void tell_references(DcmDataset &data, const cd_rtstruct_visitor &visitor) {
    for_each_item(data, DCM_ReferencedFrameOfReferenceSequence, [&](DcmItem &reference) {
        const std::string frame = cd::text(reference, DCM_FrameOfReferenceUID);
        for_each_item(reference, DCM_RTReferencedStudySequence, [&](DcmItem &of_study) {
            for_each_item(of_study, DCM_RTReferencedSeriesSequence, [&](DcmItem &of_series) {
                const std::string series = cd::text(of_series, DCM_SeriesInstanceUID);
                visitor.referenced(visitor.context, frame.c_str(), series.c_str(), "");
                for_each_item(of_series, DCM_ContourImageSequence, [&](DcmItem &image) {
                    const std::string instance = cd::text(image, DCM_ReferencedSOPInstanceUID);
                    visitor.referenced(visitor.context, frame.c_str(), series.c_str(), instance.c_str());
                });
            });
        });
    });
}

/// ROI number → interpreted type.
std::map<int32_t, std::string> interpreted_types(DcmDataset &data) {
    std::map<int32_t, std::string> types;
    for_each_item(data, DCM_RTROIObservationsSequence, [&](DcmItem &item) {
        int32_t roi = 0;
        if (whole_number(item, DCM_ReferencedROINumber, roi)) types[roi] = cd::text(item, DCM_RTROIInterpretedType);
    });
    return types;
}

/// ROI number → display colour.
std::map<int32_t, std::vector<double>> colours(DcmDataset &data) {
    std::map<int32_t, std::vector<double>> found;
    for_each_item(data, DCM_ROIContourSequence, [&](DcmItem &item) {
        int32_t roi = 0;
        if (!whole_number(item, DCM_ReferencedROINumber, roi)) return;
        std::vector<double> &colour = found[roi];
        for (unsigned long i = 0; i < 3; i++) colour.push_back(cd::number(item, DCM_ROIDisplayColor, i));
    });
    return found;
}

void tell_rois(DcmDataset &data, const std::string &characters, const cd_rtstruct_visitor &visitor) {
    const auto types = interpreted_types(data);
    const auto colour_of = colours(data);
    for_each_item(data, DCM_StructureSetROISequence, [&](DcmItem &item) {
        int32_t number = 0;
        if (!whole_number(item, DCM_ROINumber, number)) {
            visitor.problem(visitor.context, false, 0, "a structure without a number was left out");
            return;
        }
        std::string name;
        if (!cd::utf8(item, characters, DCM_ROIName, name)) {
            visitor.problem(
                visitor.context, false, 0, "a structure's name is not valid text; it is called by its number");
            name = "ROI " + std::to_string(number);
        }
        const std::string frame = cd::text(item, DCM_ReferencedFrameOfReferenceUID);
        const auto type = types.find(number);
        cd_roi roi{number, name.c_str(), type == types.end() ? "" : type->second.c_str(), frame.c_str(), -1, -1, -1};
        const auto colour = colour_of.find(number);
        if (colour != colour_of.end() && colour->second.size() >= 3) {
            auto part = [&](size_t i) {
                const double value = colour->second[i];
                return value >= 0 && value <= 255 ? int32_t(value) : -1;
            };
            roi.red = part(0);
            roi.green = part(1);
            roi.blue = part(2);
        }
        visitor.roi(visitor.context, &roi);
    });
}

void tell_contours(DcmDataset &data, const cd_rtstruct_visitor &visitor) {
    std::vector<double> points;
    for_each_item(data, DCM_ROIContourSequence, [&](DcmItem &roi) {
        int32_t number = 0;
        if (!whole_number(roi, DCM_ReferencedROINumber, number)) {
            visitor.problem(visitor.context, false, 0, "contours that belong to no structure were left out");
            return;
        }
        for_each_item(roi, DCM_ContourSequence, [&](DcmItem &item) {
            int32_t stated = 0;
            const bool is_readable = cd::numbers(item, DCM_ContourData, points);
            const bool has_count = whole_number(item, DCM_NumberOfContourPoints, stated);
            if (!is_readable || points.size() % 3 != 0 || (has_count && size_t(stated) * 3 != points.size())) {
                const bool has_comma = cd::whole_text(item, DCM_ContourData).find(',') != std::string::npos;
                visitor.problem(
                    visitor.context, true, number,
                    has_comma ? "a contour is written with decimal commas, which DICOM does not know"
                              : "a contour is damaged");
                return;
            }
            std::string instance;
            if (DcmItem *image = first_item(item, DCM_ContourImageSequence)) {
                instance = cd::text(*image, DCM_ReferencedSOPInstanceUID);
            }
            const std::string type = cd::text(item, DCM_ContourGeometricType);
            const cd_contour contour{number, type.c_str(), instance.c_str(), points.data(), points.size() / 3};
            visitor.contour(visitor.context, &contour);
        });
    });
}

}  // namespace

extern "C" cd_status cd_read_rtstruct(const char *path, const cd_rtstruct_visitor *visitor, char *message) {
    return cd::guarded(message, [&]() -> cd_status {
        cd::Readable source;
        if (cd_status status = source.open(path, message)) return status;
        // Contours are many values over 4 KiB: all are taken into memory at once, but none larger than the file.
        const Uint32 longest = source.size() < 0x7fffffff ? Uint32(source.size()) : 0x7fffffff;
        DcmFileFormat format;
        const OFCondition loaded = source.load(format, longest);
        // DCMTK goes on behind a length that wrapped as if nothing were, and loses what follows.
        if (loaded.bad() || !source.wrapped_attribute().empty()) return source.explain(loaded, message);
        DcmDataset &data = *format.getDataset();
        if (cd::text(data, DCM_SOPClassUID) != UID_RTStructureSetStorage) {
            return cd::fail(message, CD_UNSUPPORTED, "it is not an RTSTRUCT");
        }
        const std::string characters = cd::whole_text(data, DCM_SpecificCharacterSet);
        tell_structure_set(data, characters, *visitor);
        tell_references(data, *visitor);
        tell_rois(data, characters, *visitor);
        tell_contours(data, *visitor);
        return CD_OK;
    });
}
