// What a multi-frame image (enhanced CT, segmentation) says of each of its frames (PS3.3 C.7.6.16).
#include "image.hpp"
#include "traits.hpp"

#include <cmath>
#include <limits>

namespace {

/// The groups of one frame: its own come before those all frames share.
class Groups {
public:
    Groups(DcmItem *shared, DcmItem *own) : shared(shared), own(own) {}

    /// Slope and intercept, from one place: the frame's own groups, else the shared ones.
    cd::StatedRescale rescale() const {
        for (DcmItem *groups : {own, shared}) {
            if (!groups) continue;
            DcmItem *item = cd::first_item(*groups, DCM_PixelValueTransformationSequence);
            if (!item) continue;
            const auto stated = cd::stated_rescale(*item);
            if (stated.is_there()) return stated;
        }
        return {};
    }

    DcmItem *find(const DcmTagKey &tag) const {
        DcmItem *found = own ? cd::first_item(*own, tag) : nullptr;
        return found || !shared ? found : cd::first_item(*shared, tag);
    }

    std::string text(const DcmTagKey &group, const DcmTagKey &tag) const {
        DcmItem *item = find(group);
        return item ? cd::whole_text(*item, tag) : std::string();
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

/// What tells a frame from others at its place.
void traits_of(const Groups &groups, cd_trait_text *traits) {
    auto put = [&](cd_trait trait, const std::string &value) { cd::put_trait(traits[trait], value); };
    const DcmTagKey content = DCM_FrameContentSequence, synchronisation(0x0018, 0x9118), breathing(0x0020, 0x9253);
    const std::string index = groups.text(content, DCM_TemporalPositionIndex);
    put(CD_TRAIT_TEMPORAL_POSITION,
        index.empty() ? groups.text(DCM_TemporalPositionSequence, DCM_TemporalPositionTimeOffset) : index);
    put(CD_TRAIT_STACK, groups.text(content, DCM_StackID));
    put(CD_TRAIT_ACQUISITION, groups.text(content, DcmTagKey(0x0020, 0x9156)));
    put(CD_TRAIT_TIME, cd::digits(groups.text(content, DcmTagKey(0x0018, 0x9074))));
    put(CD_TRAIT_CARDIAC_PHASE, groups.text(synchronisation, DCM_NominalPercentageOfCardiacPhase));
    put(CD_TRAIT_RESPIRATORY_PHASE, groups.text(breathing, DCM_NominalPercentageOfRespiratoryPhase));
    put(CD_TRAIT_KERNEL, groups.text(DcmTagKey(0x0018, 0x9314), DCM_ConvolutionKernel));
    put(CD_TRAIT_IMAGE_TYPE, groups.text(DcmTagKey(0x0018, 0x9329), DCM_FrameType));
    put(CD_TRAIT_TUBE_VOLTAGE, groups.text(DcmTagKey(0x0018, 0x9325), DCM_KVP));
    put(CD_TRAIT_THICKNESS, groups.text(DCM_PixelMeasuresSequence, DCM_SliceThickness));
}

cd_frame frame_of(const Groups &groups, const cd::StatedRescale &of_file) {
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
    const cd::StatedRescale of_frame = groups.rescale();
    const cd::StatedRescale &used = of_frame.is_there() ? of_frame : of_file;
    frame.slope = used.slope;
    frame.intercept = used.intercept;
    frame.has_unusable_rescale = used.is_there() && (std::isnan(used.slope) || std::isnan(used.intercept));
    frame.has_two_rescales = of_frame.differs(of_file);
    cd::copy(frame.rescale_type, used.type);
    const double segment = groups.number(DCM_SegmentIdentificationSequence, DCM_ReferencedSegmentNumber);
    frame.segment = segment >= 0 && segment <= 65535 ? int32_t(segment) : -1;
    source_of(groups, frame);
    traits_of(groups, frame.traits);
    return frame;
}

}  // namespace

bool cd::StatedRescale::differs(const StatedRescale &other) const {
    return is_there() && other.is_there() && !is_half() && !other.is_half()
        && (slope != other.slope || intercept != other.intercept);
}

cd::StatedRescale cd::stated_rescale(DcmItem &item) {
    StatedRescale stated;
    // An empty value states nothing; one that is no number states something that is not usable.
    stated.has_slope = !text(item, DCM_RescaleSlope).empty();
    stated.has_intercept = !text(item, DCM_RescaleIntercept).empty();
    stated.slope = number(item, DCM_RescaleSlope);
    stated.intercept = number(item, DCM_RescaleIntercept);
    stated.type = text(item, DCM_RescaleType);
    return stated;
}

cd::StatedRescale cd::image_rescale(DcmDataset &data, bool &differs) {
    DcmItem *shared = first_item(data, DCM_SharedFunctionalGroupsSequence);
    DcmItem *own = first_item(data, DCM_PerFrameFunctionalGroupsSequence);
    const StatedRescale of_groups = Groups(shared, own).rescale(), of_file = stated_rescale(data);
    differs = of_groups.differs(of_file);
    return of_groups.is_there() ? of_groups : of_file;
}

extern "C" cd_status cd_tell_frames(
    cd_file *file, void *context, void (*visit)(void *, const cd_frame *), char *message) {
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
        const cd::StatedRescale of_file = cd::stated_rescale(data);
        cd::for_each_item(data, DCM_PerFrameFunctionalGroupsSequence, [&](DcmItem &item) {
            const cd_frame frame = frame_of(Groups(shared, &item), of_file);
            visit(context, &frame);
        });
        return CD_OK;
    });
}
