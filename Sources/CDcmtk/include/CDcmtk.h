// The plain C face of DCMTK for Swift.
//
// No C++ type and no exception crosses this line. Every function may be called from any thread; one `cd_file` is used
// by one thread at a time. Text comes back as the bytes of the file unless a comment says UTF-8. A `message` buffer
// holds CD_MESSAGE_SIZE bytes and receives a clause for people, in ASCII, that never holds patient data.
#ifndef CDCMTK_H
#define CDCMTK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CDcmtkNetwork.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CD_MESSAGE_SIZE 256
#define CD_UID_SIZE 65
#define CD_TEXT_SIZE 260

/// What became of a call.
typedef enum {
    CD_OK = 0,
    /// The path cannot be opened or is not a regular file.
    CD_NOT_FOUND,
    /// The file does not begin like a DICOM file.
    CD_NOT_DICOM,
    /// Valid, but of a kind that is not read.
    CD_UNSUPPORTED,
    /// Broken or cut off.
    CD_DAMAGED,
    /// Memory ran out.
    CD_NO_MEMORY,
    /// A regular file without a byte in it.
    CD_EMPTY
} cd_status;

/// A parsed file.
typedef struct cd_file cd_file;

/// What tells images of one series apart besides their geometry: the index of a text in `traits`.
typedef enum {
    /// Hashes, which say whether two are the same and not who it is.
    CD_TRAIT_PATIENT_ID,
    CD_TRAIT_PATIENT_NAME,
    CD_TRAIT_BIRTH_DATE,
    CD_TRAIT_KERNEL,
    CD_TRAIT_TEMPORAL_POSITION,
    CD_TRAIT_CARDIAC_PHASE,
    CD_TRAIT_RESPIRATORY_PHASE,
    CD_TRAIT_ACQUISITION,
    CD_TRAIT_IMAGE_TYPE,
    CD_TRAIT_TUBE_VOLTAGE,
    CD_TRAIT_ENERGY,
    CD_TRAIT_ECHO,
    CD_TRAIT_CONTRAST,
    CD_TRAIT_STACK,
    CD_TRAIT_THICKNESS,
    CD_TRAIT_SERIES_NUMBER,
    CD_TRAIT_DESCRIPTION,
    CD_TRAIT_RESCALE,
    /// Date and time as digits, so that they sort.
    CD_TRAIT_TIME,
    CD_TRAIT_TRIGGER_TIME,
    CD_TRAIT_COUNT
} cd_trait;

#define CD_TRAIT_SIZE 96

/// The text of a trait: printable ASCII; empty where the file states none.
typedef struct {
    char text[CD_TRAIT_SIZE];
} cd_trait_text;

/// The attributes of one image that geometry and HU depend on. Texts are empty, numbers NaN and counts 0 where the
/// file states none.
typedef struct {
    char sop_class[CD_UID_SIZE], sop_instance[CD_UID_SIZE], study[CD_UID_SIZE], series[CD_UID_SIZE];
    char frame_of_reference[CD_UID_SIZE], transfer_syntax[CD_UID_SIZE];
    char modality[17], rescale_type[17];
    /// UTF-8; "" where it cannot be converted.
    char series_description[CD_TEXT_SIZE];
    /// Manufacturer and ManufacturerModelName, UTF-8; "" where they cannot be converted.
    char manufacturer[CD_TEXT_SIZE], scanner_model[CD_TEXT_SIZE];
    /// The values joined by backslashes.
    char image_type[CD_TEXT_SIZE];
    int32_t rows, columns, frames;
    /// Row spacing (y), then column spacing (x), mm, as the file states them.
    double pixel_spacing[2];
    double position[3];
    double orientation[6];
    double slice_thickness, spacing_between_slices;
    bool is_lossy;
    /// InstanceNumber, −1 where there is none.
    int32_t instance_number;
    int32_t samples, bits_allocated;
    /// The first attribute of geometry or rescale that is written with a decimal comma, which DICOM does not know; or "".
    char decimal_comma[33];
    cd_trait_text traits[CD_TRAIT_COUNT];
} cd_header;

/// What was odd about an image's pixels.
typedef struct {
    /// The file has neither rescale slope nor intercept; 1 and 0 were used.
    bool has_no_rescale;
    /// The file states them twice and differently; those of the functional groups were used.
    bool has_two_rescales;
    /// What was used.
    double slope, intercept;
    /// How many padding pixels did not fit 16 bits and were set to the value asked for.
    int64_t replaced_padding;
} cd_pixel_notes;

/// Whether DCMTK found its data dictionary, without which implicit VR cannot be read.
bool cd_has_dictionary(void);

/// Opens a file and reads its attributes. `with_pixels` false stops before the pixel data, which then cannot be read.
/// On CD_OK `*file` is to be given to cd_close; otherwise it is NULL.
cd_status cd_open(const char *path, bool with_pixels, cd_file **file, cd_header *header, char *message);

/// Checks that an opened image can be decoded and that its file is long enough for its Rows and Columns, so that
/// memory for `*count` (rows × columns) values may be had.
cd_status cd_check_pixels(cd_file *file, size_t *count, char *message);

/// Decodes the one frame of an opened image into HU: stored value × slope + intercept, rounded to nearest (ties to
/// even). `count` must be what cd_check_pixels said. A padding pixel whose HU does not fit becomes `padding_hu`; any other value
/// that does not fit is refused.
cd_status cd_read_hu(
    cd_file *file, int16_t *hu, size_t count, int16_t padding_hu, cd_pixel_notes *notes, char *message);

void cd_close(cd_file *file);

/// One frame of a multi-frame image, by its own and the shared functional groups (PS3.3 C.7.6.16). Numbers are NaN and
/// texts empty where the file states none.
typedef struct {
    double position[3];
    double orientation[6];
    /// Row spacing (y), then column spacing (x), mm.
    double pixel_spacing[2];
    double slice_thickness, spacing_between_slices;
    /// Of its own groups, else of the shared ones, else of the data set.
    double slope, intercept;
    /// Whether groups and data set state different ones.
    bool has_two_rescales;
    /// Whether something is stated that cannot be used: one without the other, or no number.
    bool has_unusable_rescale;
    /// RescaleType of the groups that state the rescale.
    char rescale_type[17];
    /// ReferencedSegmentNumber, −1 where there is none.
    int32_t segment;
    /// The first image it was made from, which frame of it (0: no frame is named), and how many are named.
    char source_instance[CD_UID_SIZE];
    int32_t source_frame, source_count;
    /// What its own and the shared groups say; empty where they say nothing.
    cd_trait_text traits[CD_TRAIT_COUNT];
} cd_frame;

/// Tells of each frame of an opened multi-frame image, in order.
cd_status cd_tell_frames(
    cd_file *file, void *context, void (*visit)(void *context, const cd_frame *frame), char *message);

/// A coded concept; empty where there is none. `meaning` is UTF-8.
typedef struct {
    char value[65], scheme[17], meaning[CD_TEXT_SIZE];
} cd_code;

/// One segment; texts are UTF-8, numbers −1 where there is none.
typedef struct {
    int32_t number;
    char label[CD_TEXT_SIZE], algorithm_type[17], algorithm_name[CD_TEXT_SIZE], algorithm_version[CD_TEXT_SIZE];
    cd_code category, type, modifier;
    int32_t lab[3];
} cd_segment;

/// What a segmentation says once.
typedef struct {
    /// BINARY, FRACTIONAL or LABELMAP.
    char type[17], fractional_type[17];
    int32_t maximum_fractional;
    /// The stored value that means nothing, −1 where there is none.
    int32_t padding;
    char referenced_series[CD_UID_SIZE];
} cd_segmentation;

/// Tells of each segment of an opened segmentation, in order.
cd_status cd_tell_segmentation(
    cd_file *file, cd_segmentation *about, void *context, void (*visit)(void *context, const cd_segment *segment),
    char *message);

/// Tells of each object that an opened derived object says it was made from (PS3.3 C.12.2), in order.
cd_status cd_tell_references(
    cd_file *file, void *context, void (*visit)(void *context, const char *sop_instance), char *message);

/// Checks that the frames of an opened multi-frame image can be decoded and that its file is long enough for all of
/// them, so that memory for `*count` (rows × columns) values may be had.
cd_status cd_check_frames(cd_file *file, bool is_segmentation, size_t *count, char *message);

/// Decodes one frame of a segmentation: stored values of 1, 8 or 16 bits. `count` as cd_check_frames said.
cd_status cd_read_frame_values(cd_file *file, int32_t frame, uint16_t *values, size_t count, char *message);

/// Decodes one frame of a CT as cd_read_hu does, with the slope and intercept of that frame.
cd_status cd_read_frame_hu(
    cd_file *file, int32_t frame, double slope, double intercept, int16_t *hu, size_t count, int16_t padding_hu,
    cd_pixel_notes *notes, char *message);

/// What an RTDOSE says once. Texts are empty and numbers NaN where the file states none.
typedef struct {
    /// GY or RELATIVE; PHYSICAL, EFFECTIVE or ERROR; PLAN, BEAM, FRACTION, ….
    char units[17], type[17], summation[17];
    /// What a stored 1 is.
    double scaling;
} cd_dose;

/// Tells what an opened RTDOSE says, and each number of its GridFrameOffsetVector, in order.
cd_status cd_tell_dose(
    cd_file *file, cd_dose *about, void *context, void (*offset)(void *context, double millimetres), char *message);

/// Checks that the doses of an opened RTDOSE can be read and that its file is long enough for all frames, so that memory
/// for `*count` (rows × columns) values a frame may be had.
cd_status cd_check_dose(cd_file *file, size_t *count, char *message);

/// Reads one frame of an RTDOSE: stored values of 16 or 32 bits. `count` as cd_check_dose said.
cd_status cd_read_dose(cd_file *file, int32_t frame, uint32_t *values, size_t count, char *message);

/// Patient and study attributes that derived objects (RTSTRUCT, SEG) must repeat. All UTF-8, or, where one of them
/// cannot be converted, all as they stand in the file.
typedef struct {
    /// Whether the texts are UTF-8.
    bool is_converted;
    /// Whether a text was longer than there is room for, and was cut.
    bool is_cut;
    /// The character set that the file states, its values joined by backslashes.
    char character_set[CD_TEXT_SIZE];
    char patient_name[CD_TEXT_SIZE], patient_id[CD_TEXT_SIZE], birth_date[17], sex[17];
    char study_date[17], study_time[17], accession_number[65], study_id[65], referring_physician[CD_TEXT_SIZE];
    char study_description[CD_TEXT_SIZE];
} cd_patient_study;

/// Reads what `cd_patient_study` holds.
cd_status cd_read_patient_study(const char *path, cd_patient_study *out, char *message);

/// What files an object and decides where it goes. Texts are UTF-8, or as they stand where they cannot be converted, and
/// empty where the file states none; numbers NaN or −1.
typedef struct {
    /// With room for one character more than a UID may have, so that one that is too long is not taken for another.
    char sop_class[CD_UID_SIZE + 1], sop_instance[CD_UID_SIZE + 1], study[CD_UID_SIZE + 1], series[CD_UID_SIZE + 1];
    char modality[17], body_part[17];
    char series_description[CD_TEXT_SIZE], study_description[CD_TEXT_SIZE], protocol[CD_TEXT_SIZE];
    char kernel[CD_TEXT_SIZE], manufacturer[CD_TEXT_SIZE], institution[CD_TEXT_SIZE], station[CD_TEXT_SIZE];
    double slice_thickness;
    /// NumberOfSeriesRelatedInstances.
    int32_t series_instances;
    /// Whether it has pixel data, of whatever length.
    bool has_pixels;
} cd_object;

/// Reads what `cd_object` holds. A file that ends before its data set does, within the pixels too, is damaged.
cd_status cd_read_object(const char *path, cd_object *out, char *message);

/// Says whether two files hold the same data set in the same encoding, whatever their meta groups and however lengths are
/// written. Other than CD_OK where one of them cannot be read: nobody knows then.
cd_status cd_compare_objects(const char *one, const char *other, bool *is_same, char *message);

/// One ROI of an RTSTRUCT as it is met; the name is UTF-8, the colour −1 where the file states none.
typedef struct {
    int32_t number;
    const char *name;
    const char *interpreted_type;
    const char *frame_of_reference;
    int32_t red, green, blue;
} cd_roi;

/// One contour; `points` holds `count` triples in mm and lives during the call only.
typedef struct {
    int32_t roi_number;
    const char *geometric_type;
    const char *sop_instance;
    const double *points;
    size_t count;
} cd_contour;

/// What is told while an RTSTRUCT is read. Every pointer given is valid during the call only.
typedef struct {
    void *context;
    void (*structure_set)(
        void *context, const char *label, const char *frame_of_reference, const char *series, const char *study,
        const char *sop_instance);
    void (*roi)(void *context, const cd_roi *roi);
    void (*contour)(void *context, const cd_contour *contour);
    /// A slice of a series that the set refers to; the instance is empty where a series is named by itself.
    void (*referenced)(void *context, const char *frame_of_reference, const char *series, const char *sop_instance);
    /// A part that could not be read, as a clause, and the number of the ROI it belongs to.
    void (*problem)(void *context, bool has_roi, int32_t roi_number, const char *text);
} cd_rtstruct_visitor;

/// Reads an RTSTRUCT: the set, then the slices it refers to, then every ROI, then every contour.
cd_status cd_read_rtstruct(const char *path, const cd_rtstruct_visitor *visitor, char *message);

#ifdef __cplusplus
}
#endif
#endif
