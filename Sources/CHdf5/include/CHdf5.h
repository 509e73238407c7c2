// What Keras's .h5 files need of libhdf5, which is loaded when a file is opened: nobody else pays for it.
// One call at a time is let into the library. Nothing here prints.
#ifndef CHDF5_H
#define CHDF5_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct chdf5_file chdf5_file;

typedef enum {
    CHDF5_OK = 0,
    CHDF5_NO_LIBRARY = 1,
    CHDF5_NOT_HDF5 = 2,
} chdf5_status;

/// Opens a file for reading, or returns null.
chdf5_file *chdf5_open(const char *path, chdf5_status *status);
void chdf5_close(chdf5_file *file);

/// Whether a path of groups leads to something.
int32_t chdf5_exists(chdf5_file *file, const char *path);

/// How many strings an attribute of an object holds, 1 for a plain one; -1 if there is no such attribute of strings.
int64_t chdf5_string_count(chdf5_file *file, const char *object, const char *attribute);
/// Copies one of them with a 0 behind it; -1 if it does not fit.
int64_t chdf5_string(
    chdf5_file *file, const char *object, const char *attribute, int64_t index, char *text, size_t capacity);

/// The lengths of the axes of a dataset of floating-point numbers, at most 8; -1 if there is none.
int32_t chdf5_shape(chdf5_file *file, const char *dataset, int64_t *shape);
/// Reads all of it as float32. 0 if it worked.
int32_t chdf5_read(chdf5_file *file, const char *dataset, float *values, int64_t count);

#ifdef __cplusplus
}
#endif
#endif
