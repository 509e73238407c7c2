// A file as DCMTK is to read it.
#pragma once
#include "support.hpp"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace cd {

/// A file that is open for a look, for as long as this lives; negative where it cannot be opened.
struct OpenedFile {
    const int file;
    explicit OpenedFile(const char *path) : file(::open(path, O_RDONLY | O_CLOEXEC)) {}
    ~OpenedFile() {
        if (file >= 0) ::close(file);
    }
    OpenedFile(const OpenedFile &) = delete;
    OpenedFile &operator=(const OpenedFile &) = delete;
};

/// Refuses what DCMTK must not be given. A deflated data set is inflated into memory of the size that it really has, where
/// DCMTK finds a file of plain explicit little endian: of a stream that cannot be rewound, as one that it inflates, DCMTK
/// takes a value's memory before it looks whether there is such a value.
class Readable {
public:
    Readable() = default;
    ~Readable();
    Readable(const Readable &) = delete;
    Readable &operator=(const Readable &) = delete;

    cd_status open(const char *path, char *message);

    /// Has DCMTK read the file, all of it or up to an attribute; `*stopped_at` is where its reading ended: behind the head
    /// of that attribute, if there is one. Values over `longest` bytes stay where they are until
    /// they are asked for, as long as this lives.
    OFCondition load(
        DcmFileFormat &format, Uint32 longest = DCM_MaxReadLength, const DcmTagKey &until = DCM_UndefinedTagKey,
        off_t *stopped_at = nullptr) const;
    /// Has DCMTK read the file up to its pixel data, and checks that this and whatever follows it is all there.
    cd_status load_checked(DcmFileFormat &format, bool &has_pixels, char *message) const;
    /// Says why DCMTK could not read the file, by what the file shows of it: a transfer syntax that is not known, a length
    /// that does not fit, or damage.
    cd_status explain(const OFCondition &loaded, char *message) const;
    /// The keyword of the first attribute whose length is stated modulo 65,536, as some writers of explicit VR do with
    /// long ones; empty if there is none.
    std::string wrapped_attribute() const;
    /// Bytes that DCMTK has to read.
    off_t size() const { return count; }
    bool was_deflated() const { return inflated >= 0; }
    /// The transfer syntax, where it is one that DCMTK does not know: HTJ2K and private ones. Such data sets are in
    /// explicit little endian with encapsulated pixels (PS3.5 A.4), and DCMTK is told so.
    const std::string &foreign_syntax() const { return foreign; }
    /// HTJ2K, which OpenJPEG decodes (PS3.5 A.4.12).
    static bool is_high_throughput(const std::string &syntax);

private:
    std::string name, syntax;
    off_t count = 0;
    int inflated = -1;
    std::string foreign;
    bool is_little = true;
    /// Whether the last reading ended because sequences nest too deeply.
    mutable bool is_too_deep = false;
    /// Where the file names it, in how many bytes.
    size_t syntax_at = 0, syntax_length = 0;

    cd_status inflate_from(int file, size_t start, char *message);
};

/// What a transfer syntax is called, with its UID; the UID alone where it has no name that is known.
std::string syntax_name(const std::string &uid);
/// Whether the data sets of a transfer syntax can be taken apart.
bool is_known_syntax(const std::string &uid);

}  // namespace cd
