#include "CNifti.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER = 256 * 1024 };

struct cnifti_input {
    int fd;
    bool inflating;
    bool between_members;  // a member has ended; another may follow
    bool file_ended;
    cnifti_stream_status status;
    int64_t file_size;
    z_stream z;
    size_t next, filled;  // the part of `buffer` that is not yet used
    size_t capacity;
    uint8_t buffer[];
};

static bool fill(cnifti_input *in) {
    if (in->next < in->filled) return true;
    if (in->file_ended) return false;
    ssize_t n;
    do {
        n = read(in->fd, in->buffer, in->capacity);
    } while (n < 0 && errno == EINTR);
    if (n < 0) in->status = CNIFTI_STREAM_FAILED;
    if (n <= 0) {
        in->file_ended = true;
        return false;
    }
    in->next = 0;
    in->filled = (size_t)n;
    return true;
}

cnifti_input *cnifti_open(const char *path, int64_t offset, cnifti_coding coding, cnifti_stream_status *status) {
    *status = CNIFTI_STREAM_CANNOT_OPEN;
    // Not blocking, so that a pipe put in place of a file cannot hold the program up.
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return NULL;
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        if (S_ISDIR(about.st_mode)) errno = EISDIR;
        else errno = EINVAL;
        const int why = errno;
        close(fd);
        errno = why;
        return NULL;
    }
    // A small file needs no large buffer.
    const size_t capacity = about.st_size < 1 ? 1 : about.st_size < BUFFER ? (size_t)about.st_size : BUFFER;
    cnifti_input *in = calloc(1, sizeof *in + capacity);
    if (in == NULL || lseek(fd, offset, SEEK_SET) < 0) {
        const int why = errno;
        free(in);
        close(fd);
        errno = why;
        return NULL;
    }
    in->fd = fd;
    in->capacity = capacity;
    in->file_size = about.st_size;
    in->inflating = coding == CNIFTI_INFLATE;
    if (coding == CNIFTI_DETECT && fill(in))
        in->inflating = in->filled >= 2 && in->buffer[0] == 0x1f && in->buffer[1] == 0x8b;
    if (in->inflating && inflateInit2(&in->z, 15 + 32) != Z_OK) {
        free(in);
        close(fd);
        errno = ENOMEM;
        return NULL;
    }
    *status = CNIFTI_STREAM_OK;
    return in;
}

static size_t read_plain(cnifti_input *in, uint8_t *bytes, size_t count) {
    size_t done = 0;
    while (done < count && fill(in)) {
        size_t part = in->filled - in->next;
        if (part > count - done) part = count - done;
        memcpy(bytes + done, in->buffer + in->next, part);
        in->next += part;
        done += part;
    }
    return done;
}

static size_t read_inflated(cnifti_input *in, uint8_t *bytes, size_t count) {
    size_t done = 0;
    while (done < count && in->status == CNIFTI_STREAM_OK) {
        if (!fill(in)) {
            if (!in->between_members && in->status == CNIFTI_STREAM_OK) in->status = CNIFTI_STREAM_CUT_OFF;
            break;
        }
        if (in->between_members) {
            // gzip files are padded with zeros by some archives.
            if (in->buffer[in->next] == 0) {
                in->next++;
                continue;
            }
            if (inflateReset(&in->z) != Z_OK) {
                in->status = CNIFTI_STREAM_DAMAGED;
                break;
            }
            in->between_members = false;
        }
        const size_t want = count - done > (1u << 30) ? (1u << 30) : count - done;
        in->z.next_in = in->buffer + in->next;
        in->z.avail_in = (uInt)(in->filled - in->next);
        in->z.next_out = bytes + done;
        in->z.avail_out = (uInt)want;
        const int result = inflate(&in->z, Z_NO_FLUSH);
        in->next = in->filled - in->z.avail_in;
        done += want - in->z.avail_out;
        if (result == Z_STREAM_END) {
            in->between_members = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            in->status = CNIFTI_STREAM_DAMAGED;
        }
    }
    return done;
}

size_t cnifti_read(cnifti_input *in, void *bytes, size_t count) {
    return in->inflating ? read_inflated(in, bytes, count) : read_plain(in, bytes, count);
}

cnifti_stream_status cnifti_status(const cnifti_input *in) { return in->status; }
int64_t cnifti_file_size(const cnifti_input *in) { return in->file_size; }
bool cnifti_is_compressed(const cnifti_input *in) { return in->inflating; }

void cnifti_close(cnifti_input *in) {
    if (in == NULL) return;
    if (in->inflating) inflateEnd(&in->z);
    close(in->fd);
    free(in);
}

struct cnifti_output {
    int fd;
    gzFile gz;  // NULL: not compressed
    int trouble;
};

bool cnifti_compress(cnifti_output *out, int level) {
    if (out->gz != NULL || level < 1 || level > 9) {
        errno = EINVAL;
        return false;
    }
    // On a duplicate, so that closing the gzip stream leaves a descriptor to sync.
    const int other = fcntl(out->fd, F_DUPFD_CLOEXEC, 0);
    char mode[4] = {'w', 'b', (char)('0' + level), 0};
    out->gz = other < 0 ? NULL : gzdopen(other, mode);
    if (out->gz == NULL) {
        const int why = errno;
        if (other >= 0) close(other);
        errno = why;
        return false;
    }
    gzbuffer(out->gz, BUFFER);
    return true;
}

cnifti_output *cnifti_create(const char *path, int level) {
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) return NULL;
    cnifti_output *out = calloc(1, sizeof *out);
    if (out == NULL) {
        close(fd);
        errno = ENOMEM;
        return NULL;
    }
    out->fd = fd;
    if (level > 0 && !cnifti_compress(out, level)) {
        const int why = errno;
        close(fd);
        free(out);
        errno = why;
        return NULL;
    }
    return out;
}

bool cnifti_write(cnifti_output *out, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    while (count > 0 && out->trouble == 0) {
        const size_t part = count > (1u << 24) ? (1u << 24) : count;
        errno = 0;
        const ssize_t n = out->gz ? gzwrite(out->gz, next, (unsigned)part) : write(out->fd, next, part);
        if (n > 0) {
            next += n;
            count -= (size_t)n;
        } else if (errno != EINTR) {
            out->trouble = errno ? errno : EIO;
        }
    }
    return out->trouble == 0;
}

bool cnifti_finish(cnifti_output *out) {
    errno = 0;
    if (out->gz && gzclose(out->gz) != Z_OK && out->trouble == 0) out->trouble = errno ? errno : EIO;
    if (out->trouble == 0 && fsync(out->fd) != 0) out->trouble = errno;
    if (close(out->fd) != 0 && out->trouble == 0) out->trouble = errno;
    const int trouble = out->trouble;
    free(out);
    errno = trouble;
    return trouble == 0;
}

void cnifti_sync_folder(const char *path) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);
    close(fd);
}
