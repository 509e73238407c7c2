// What a multi-frame image (enhanced CT, segmentation) says of each of its frames (PS3.3 C.7.6.16).
#include "image.hpp"

#include <limits>

namespace {

/// The groups of one frame: its own come before those all frames share.
class Groups {
public:
    Groups(DcmItem *shared, DcmItem *own) : shared(shared), own(own) {}

    DcmItem *find(const DcmTagKey &tag) const {
        DcmItem *found = own ? cd::first_item(*own, tag) : nullptr;
        return found || !shared ? found : cd::first_item(*shared, tag);
    }

    double number(const DcmTagKey &group, const DcmTagKey &tag, unsigned long position = 0) const {
        DcmItem *item = find(group);
        return item ? cd::number(*item, tag, position) : std::numeric_limits<double>::quiet_NaN();
    }

private:
    DcmItem *shared, *own;
};

/// The image a frame was made from, as far as one is named.
void source_of(const Groups &groups, cd_frame &frame) {
    DcmItem *derivation = groups.find(DCM_DerivationImageSequence);
    DcmItem *source = derivation ? cd::first_item(*derivation, DCM_SourceImageSequence) : nullptr;
    if (!source) return;
    cd::for_each_item(*derivation, DCM_SourceImageSequence, [&](DcmItem &) { frame.source_count++; });
    cd::copy(frame.source_instance, cd::text(*source, DCM_ReferencedSOPInstanceUID));
    cd::whole_number(*source, DCM_ReferencedFrameNumber, frame.source_frame);
}

cd_frame frame_of(const Groups &groups) {
    cd_frame frame = {};
    for (unsigned long i = 0; i < 3; i++) {
        frame.position[i] = groups.number(DCM_PlanePositionSequence, DCM_ImagePositionPatient, i);
    }
    for (unsigned long i = 0; i < 6; i++) {
        frame.orientation[i] = groups.number(DCM_PlaneOrientationSequence, DCM_ImageOrientationPatient, i);
    }
    for (unsigned long i = 0; i < 2; i++) {
        frame.pixel_spacing[i] = groups.number(DCM_PixelMeasuresSequence, DCM_PixelSpacing, i);
    }
    frame.slice_thickness = groups.number(DCM_PixelMeasuresSequence, DCM_SliceThickness);
    frame.spacing_between_slices = groups.number(DCM_PixelMeasuresSequence, DCM_SpacingBetweenSlices);
    frame.slope = groups.number(DCM_PixelValueTransformationSequence, DCM_RescaleSlope);
    frame.intercept = groups.number(DCM_PixelValueTransformationSequence, DCM_RescaleIntercept);
    const double segment = groups.number(DCM_SegmentIdentificationSequence, DCM_ReferencedSegmentNumber);
    frame.segment = segment >= 0 && segment <= 65535 ? int32_t(segment) : -1;
    source_of(groups, frame);
    return frame;
}

}  // namespace

extern "C" cd_status cd_tell_frames(
    cd_file *file, void *context, void (*visit)(void *, const cd_frame *), char *message
) {
    return cd::guarded(message, [&]() -> cd_status {
        if (!file) return cd::fail(message, CD_DAMAGED, "the file is not open");
        DcmDataset &data = *file->format.getDataset();
        DcmSequenceOfItems *own = nullptr;
        if (data.findAndGetSequence(DCM_PerFrameFunctionalGroupsSequence, own).bad() || !own) {
            return cd::fail(message, CD_DAMAGED, "it says nothing of its frames");
        }
        if (file->header.frames < 1 || own->card() != size_t(file->header.frames)) {
            return cd::fail(message, CD_DAMAGED, "it describes another number of frames than it states");
        }
        DcmItem *shared = cd::first_item(data, DCM_SharedFunctionalGroupsSequence);
        cd::for_each_item(data, DCM_PerFrameFunctionalGroupsSequence, [&](DcmItem &item) {
            const cd_frame frame = frame_of(Groups(shared, &item));
            visit(context, &frame);
        });
        return CD_OK;
    });
}
