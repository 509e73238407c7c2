#include "CHdf5.h"

#include <dlfcn.h>
#include <hdf5/serial/hdf5.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The header gives types and constants; the functions come from dlsym, each with the header's own type.
// Each continued line would be indented further than the one before.
// clang-format off
#define FUNCTIONS(each)                                                                                        \
    each(H5dont_atexit) each(H5open) each(H5Fopen) each(H5Fclose) each(H5Lexists) each(H5Aexists_by_name) each(H5Aopen_by_name)    \
    each(H5Aget_type) each(H5Aget_space) each(H5Aread) each(H5Aclose) each(H5Tget_class)                       \
    each(H5Tis_variable_str) each(H5Tget_size) each(H5Tclose) each(H5Sget_simple_extent_npoints)               \
    each(H5Sget_simple_extent_ndims) each(H5Sget_simple_extent_dims) each(H5Sclose) each(H5Dopen2)             \
    each(H5Dget_space) each(H5Dget_type) each(H5Dread) each(H5Dclose) each(H5Dvlen_reclaim) each(H5Eset_auto2) \
    each(H5PLset_loading_state)
// clang-format on

static struct {
#define MEMBER(name) __typeof__(&name) p##name;
    FUNCTIONS(MEMBER)
#undef MEMBER
    const hid_t *native_float;
} api;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int loaded;

enum { MOST_STRING_BYTES = 1 << 24 };

struct chdf5_file {
    hid_t id;
};

static int load(void) {
    if (loaded) return 1;
    static const char *const names[] = {
        "libhdf5_serial.so.103", "libhdf5_serial.so.310", "libhdf5_serial.so", "libhdf5.so", NULL};
    void *library = NULL;
    for (int i = 0; names[i] && !library; i++) library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) return 0;
#define FETCH(name)                                                                                                    \
    *(void **)&api.p##name = dlsym(library, #name);                                                                    \
    if (!api.p##name) return 0;
    FUNCTIONS(FETCH)
#undef FETCH
    api.native_float = dlsym(library, "H5T_NATIVE_FLOAT_g");
    // Nothing is written, so nothing is lost if the library does not close itself at the end of the program.
    if (!api.native_float || api.pH5dont_atexit() < 0 || api.pH5open() < 0) return 0;
    api.pH5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    api.pH5PLset_loading_state(0);  // a file may ask for filters; code from elsewhere is not loaded for it
    loaded = 1;
    return 1;
}

chdf5_file *chdf5_open(const char *path, chdf5_status *status) {
    chdf5_file *file = NULL;
    pthread_mutex_lock(&lock);
    if (!load()) {
        *status = CHDF5_NO_LIBRARY;
    } else {
        hid_t id = api.pH5Fopen(path, 0 /* H5F_ACC_RDONLY */, H5P_DEFAULT);
        *status = CHDF5_NOT_HDF5;
        if (id >= 0 && (file = malloc(sizeof *file))) {
            file->id = id;
            *status = CHDF5_OK;
        }
    }
    pthread_mutex_unlock(&lock);
    return file;
}

void chdf5_close(chdf5_file *file) {
    if (!file) return;
    pthread_mutex_lock(&lock);
    api.pH5Fclose(file->id);
    pthread_mutex_unlock(&lock);
    free(file);
}

/// Every link on the way has to be asked for.
static int exists(chdf5_file *file, const char *path) {
    char part[1024];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part) return 0;
    if (strcmp(path, "/") == 0) return 1;
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (api.pH5Lexists(file->id, part, H5P_DEFAULT) <= 0) return 0;
    }
    return 1;
}

int32_t chdf5_exists(chdf5_file *file, const char *path) {
    pthread_mutex_lock(&lock);
    int found = exists(file, path);
    pthread_mutex_unlock(&lock);
    return found;
}

/// Reads an attribute's strings. With `text` null only counts them.
static int64_t strings(
    chdf5_file *file, const char *object, const char *attribute, int64_t index, char *text, size_t capacity) {
    int64_t result = -1;
    if (!exists(file, object) || api.pH5Aexists_by_name(file->id, object, attribute, H5P_DEFAULT) <= 0) return -1;
    hid_t id = api.pH5Aopen_by_name(file->id, object, attribute, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0) return -1;
    hid_t type = api.pH5Aget_type(id), space = api.pH5Aget_space(id);
    if (type >= 0 && space >= 0 && api.pH5Tget_class(type) == H5T_STRING) {
        hssize_t count = api.pH5Sget_simple_extent_npoints(space);
        size_t size = api.pH5Tget_size(type);
        int is_variable = api.pH5Tis_variable_str(type) > 0;
        if (count < 0 || size == 0 || (uint64_t)count > MOST_STRING_BYTES / size) {
            result = -1;
        } else if (!text) {
            result = count;
        } else if (index >= 0 && index < count) {
            char *all = calloc((size_t)count, size);
            if (all && api.pH5Aread(id, type, all) >= 0) {
                const char *one = is_variable ? ((char **)(void *)all)[index] : all + (size_t)index * size;
                size_t length = !one ? 0 : is_variable ? strlen(one) : strnlen(one, size);
                if (length < capacity) {
                    if (one) memcpy(text, one, length);
                    text[length] = 0;
                    result = (int64_t)length;
                }
                if (is_variable) api.pH5Dvlen_reclaim(type, space, H5P_DEFAULT, all);
            }
            free(all);
        }
    }
    if (space >= 0) api.pH5Sclose(space);
    if (type >= 0) api.pH5Tclose(type);
    api.pH5Aclose(id);
    return result;
}

int64_t chdf5_string_count(chdf5_file *file, const char *object, const char *attribute) {
    pthread_mutex_lock(&lock);
    int64_t count = strings(file, object, attribute, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return count;
}

int64_t chdf5_string(
    chdf5_file *file, const char *object, const char *attribute, int64_t index, char *text, size_t capacity) {
    pthread_mutex_lock(&lock);
    int64_t length = strings(file, object, attribute, index, text, capacity);
    pthread_mutex_unlock(&lock);
    return length;
}

/// The axes of a dataset, and its values if asked for.
static int32_t dataset(chdf5_file *file, const char *path, int64_t *shape, float *values, int64_t count) {
    int32_t axes = -1;
    if (!exists(file, path)) return -1;
    hid_t id = api.pH5Dopen2(file->id, path, H5P_DEFAULT);
    if (id < 0) return -1;
    hid_t type = api.pH5Dget_type(id), space = api.pH5Dget_space(id);
    if (type >= 0 && space >= 0 && api.pH5Tget_class(type) == H5T_FLOAT) {
        hsize_t dimensions[8];
        int found = api.pH5Sget_simple_extent_ndims(space);
        if (found >= 0 && found <= 8 && api.pH5Sget_simple_extent_dims(space, dimensions, NULL) == found) {
            axes = found;
            for (int i = 0; i < found && shape; i++) {
                shape[i] = dimensions[i] <= INT64_MAX ? (int64_t)dimensions[i] : INT64_MAX;
            }
            if (values) {
                int fits = api.pH5Sget_simple_extent_npoints(space) == count;
                if (!fits || api.pH5Dread(id, *api.native_float, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) axes = -1;
            }
        }
    }
    if (space >= 0) api.pH5Sclose(space);
    if (type >= 0) api.pH5Tclose(type);
    api.pH5Dclose(id);
    return axes;
}

int32_t chdf5_shape(chdf5_file *file, const char *path, int64_t *shape) {
    pthread_mutex_lock(&lock);
    int32_t axes = dataset(file, path, shape, NULL, 0);
    pthread_mutex_unlock(&lock);
    return axes;
}

int32_t chdf5_read(chdf5_file *file, const char *path, float *values, int64_t count) {
    pthread_mutex_lock(&lock);
    int32_t axes = dataset(file, path, NULL, values, count);
    pthread_mutex_unlock(&lock);
    return axes < 0 ? -1 : 0;
}
