// A thin layer over libnifti2 and zlib: headers in and out as plain fields, and streams of bytes that report why
// they ended. Nothing here prints, exits or allocates by what a file claims.
#ifndef CNIFTI_H
#define CNIFTI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a NIfTI-1 or -2 header says, in this machine's byte order, otherwise as it stands in the file.
typedef struct {
    int32_t version;   // 1 or 2
    bool swapped;      // the file has the other byte order
    bool single_file;  // "n+1", "n+2": header and voxels in one file
    int32_t datatype;
    int32_t bytes_per_voxel;  // by libnifti's table; 0 for a datatype it does not know
    int64_t dim[8];
    double pixdim[8];
    double vox_offset;
    double slope;
    double intercept;
    int32_t qform_code;
    int32_t sform_code;
    double quatern[3];
    double qoffset[3];
    double srow[12];  // three rows of four
    int32_t xyzt_units;
} cnifti_header;

enum { CNIFTI_HEADER_BYTES = 540 };

typedef enum {
    CNIFTI_OK = 0,
    CNIFTI_NOT_NIFTI = 1,   // no header of any version
    CNIFTI_ANALYZE = 2,     // an ANALYZE 7.5 header without NIfTI's magic
    CNIFTI_BAD_HEADER = 3,  // too short for its version, or its magic is broken
} cnifti_header_status;

/// Reads a header from the first bytes of a file.
cnifti_header_status cnifti_parse(const uint8_t *bytes, size_t count, cnifti_header *out);

/// Writes the header as NIfTI-1 (348 bytes and 4 of "no extensions") or NIfTI-2 (540 and 4), little endian where
/// the machine is. `out` holds at least 544 bytes. Returns how many were written.
size_t cnifti_format(const cnifti_header *header, uint8_t *out);

/// libnifti's name of a datatype, as "DT_RGB24".
const char *cnifti_datatype_name(int32_t datatype);

/// The 3 × 4 matrix (rows) of a qform; `spacing` are three positive lengths.
void cnifti_qform_matrix(const cnifti_header *header, const double *spacing, double *rows);

/// The quaternion, offset and qfac (pixdim[0]) that stand for a 3 × 4 matrix (rows).
void cnifti_set_qform(cnifti_header *header, const double *rows);

typedef enum { CNIFTI_PLAIN = 0, CNIFTI_INFLATE = 1, CNIFTI_DETECT = 2 } cnifti_coding;

typedef enum {
    CNIFTI_STREAM_OK = 0,
    CNIFTI_STREAM_CANNOT_OPEN = 1,  // errno says why
    CNIFTI_STREAM_CUT_OFF = 2,      // the file ends inside compressed data
    CNIFTI_STREAM_DAMAGED = 3,      // compressed data or its checksum is wrong
    CNIFTI_STREAM_FAILED = 4,       // reading or writing failed; errno says why
} cnifti_stream_status;

typedef struct cnifti_input cnifti_input;

/// Opens a file from a byte offset on. CNIFTI_INFLATE reads zlib or gzip (also several members), CNIFTI_DETECT
/// does so if the data begins with gzip's magic. A folder or a device is refused.
cnifti_input *cnifti_open(const char *path, int64_t offset, cnifti_coding coding, cnifti_stream_status *status);
/// Reads up to `count` bytes; fewer only at the end or on trouble, which `cnifti_status` tells apart.
size_t cnifti_read(cnifti_input *input, void *bytes, size_t count);
cnifti_stream_status cnifti_status(const cnifti_input *input);
/// The length of the file on disk.
int64_t cnifti_file_size(const cnifti_input *input);
/// Whether the data is decompressed on the way.
bool cnifti_is_compressed(const cnifti_input *input);
void cnifti_close(cnifti_input *input);

typedef struct cnifti_output cnifti_output;

/// Creates a new file (refusing one that is there); `level` 1…9 compresses as gzip, 0 does not.
cnifti_output *cnifti_create(const char *path, int level);
/// Compresses as gzip what is written from here on; false with errno if it cannot.
bool cnifti_compress(cnifti_output *output, int level);
/// Writes all bytes, or returns false.
bool cnifti_write(cnifti_output *output, const void *bytes, size_t count);
/// Ends the file and waits until it is on the disk; frees `output` in any case. False with errno if it failed.
bool cnifti_finish(cnifti_output *output);
/// Waits until a folder's entries are on the disk.
void cnifti_sync_folder(const char *path);

#ifdef __cplusplus
}
#endif
#endif
