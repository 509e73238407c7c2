#include "readable.hpp"

#include "dcmtk/dcmdata/dcistrmf.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace {

/// The largest deflated data set that is read: 500 slices of 512 × 512 in one file.
const off_t largest_inflated = off_t(1) << 28;

/// Preamble and meta group of a data set in explicit little endian.
std::vector<uint8_t> plain_beginning() {
    std::vector<uint8_t> bytes(128, 0);
    std::string syntax = UID_LittleEndianExplicitTransferSyntax;
    if (syntax.size() % 2 == 1) syntax.push_back(0);
    const auto length = uint8_t(syntax.size());
    const uint8_t group[] = {'D', 'I', 'C', 'M', 2, 0,    0, 0,   'U', 'L',    4, 0, uint8_t(8 + length),
                             0,   0,   0,   2,   0, 0x10, 0, 'U', 'I', length, 0};
    bytes.insert(bytes.end(), std::begin(group), std::end(group));
    bytes.insert(bytes.end(), syntax.begin(), syntax.end());
    return bytes;
}

bool write_all(int file, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        const ssize_t written = write(file, bytes, count);
        if (written <= 0) return false;
        bytes += written;
        count -= size_t(written);
    }
    return true;
}

/// How far DCMTK may descend into sequences, by the stack that it takes, about 1 KiB a level: threads have 512 KiB or more.
const size_t deepest_stack = 256 << 10;

/// A stream that ends where DCMTK has descended so far that the stack would not last, whatever led it there. (What
/// `check_nesting` sees can be deceived by values that look like tags.)
template <class Stream> class Bounded : public Stream {
public:
    using Stream::Stream;
    bool was_too_deep() const { return was_too_deep_; }
    OFBool eos() override { return is_too_deep() ? OFTrue : Stream::eos(); }
    offile_off_t avail() override { return is_too_deep() ? 0 : Stream::avail(); }
    offile_off_t read(void *to, offile_off_t count) override { return is_too_deep() ? 0 : Stream::read(to, count); }

private:
    const char *const top_ = static_cast<const char *>(__builtin_frame_address(0));
    bool was_too_deep_ = false;

    bool is_too_deep() {
        const auto *here = static_cast<const char *>(__builtin_frame_address(0));
        if (here < top_ && size_t(top_ - here) > deepest_stack) was_too_deep_ = true;
        return was_too_deep_;
    }
};

/// Inflates nothing: where DCMTK takes a file to be deflated and its meta group says otherwise to us, it is damaged.
class PlainStream : public DcmInputFileStream {
public:
    explicit PlainStream(const OFFilename &name) : DcmInputFileStream(name) {}
    OFCondition installCompressionFilter(E_StreamCompression) override { return EC_UnsupportedEncoding; }
};

/// A file of which a few bytes read as others: the transfer syntax in the meta group.
class RenamedProducer : public DcmFileProducer {
public:
    RenamedProducer(const OFFilename &name, size_t at, std::string bytes)
        : DcmFileProducer(name), start(offile_off_t(at)), bytes(std::move(bytes)) {}

    offile_off_t read(void *buffer, offile_off_t length) override {
        const offile_off_t got = DcmFileProducer::read(buffer, length);
        for (size_t i = 0; i < bytes.size(); i++) {
            const offile_off_t at = start + offile_off_t(i) - position;
            if (at >= 0 && at < got) static_cast<char *>(buffer)[at] = bytes[i];
        }
        position += got;
        return got;
    }
    offile_off_t skip(offile_off_t length) override {
        const offile_off_t skipped = DcmFileProducer::skip(length);
        position += skipped;
        return skipped;
    }
    void putback(offile_off_t length) override {
        DcmFileProducer::putback(length);
        position -= length;
    }

private:
    offile_off_t start, position = 0;
    std::string bytes;
};

/// Values that stay in the file until they are asked for are read from the file itself.
class RenamedStream : public DcmInputStream {
public:
    RenamedStream(const OFFilename &name, size_t at, std::string bytes)
        : DcmInputStream(&producer), producer(name, at, std::move(bytes)), name(name) {}

    DcmInputStreamFactory *newFactory() const override {
        return currentProducer() == &producer ? new DcmInputFileStreamFactory(name, tell()) : nullptr;
    }
    OFCondition installCompressionFilter(E_StreamCompression) override { return EC_UnsupportedEncoding; }

private:
    RenamedProducer producer;
    OFFilename name;
};
/// The bytes of a path in which a byte that is no UTF-8 stands as a character of U+F780 to U+F7FF: names of files are
/// bytes, and Swift's texts are not.
std::string file_name(const char *path) {
    std::string bytes;
    for (const char *at = path; *at; at++) {
        const auto c = [at](int i) { return static_cast<unsigned char>(at[i]); };
        if (c(0) == 0xef && (c(1) == 0x9e || c(1) == 0x9f) && c(2) >= 0x80 && c(2) <= 0xbf) {
            bytes.push_back(char((c(1) == 0x9e ? 0x80 : 0xc0) + (c(2) - 0x80)));
            at += 2;
        } else {
            bytes.push_back(*at);
        }
    }
    return bytes;
}

/// Says why the system refused a file.
cd_status refused(char *message, const char *what, int error) {
    std::snprintf(message, CD_MESSAGE_SIZE, "%s: %s", what, std::strerror(error));
    return CD_NOT_FOUND;
}

}  // namespace

cd::Readable::~Readable() {
    if (inflated >= 0) close(inflated);
}

OFCondition cd::Readable::load(DcmFileFormat &format, Uint32 longest, const DcmTagKey &until, off_t *stopped_at) const {
    auto read_from = [&](auto &stream) {
        if (stream.status().bad()) return stream.status();
        format.transferInit();
        const OFCondition result = format.readUntilTag(stream, EXS_Unknown, EGL_noChange, longest, until);
        format.transferEnd();
        if (stopped_at) *stopped_at = off_t(stream.tell());
        is_too_deep = stream.was_too_deep();
        return is_too_deep ? EC_InvalidStream : result;
    };
    if (foreign.empty()) {
        Bounded<PlainStream> stream(name.c_str());
        return read_from(stream);
    }
    std::string known = UID_JPEG2000TransferSyntax;
    known.resize(syntax_length, 0);
    Bounded<RenamedStream> stream(name.c_str(), syntax_at, known);
    return read_from(stream);
}

bool cd::Readable::is_high_throughput(const std::string &syntax) {
    return syntax == "1.2.840.10008.1.2.4.201" || syntax == "1.2.840.10008.1.2.4.202"
        || syntax == "1.2.840.10008.1.2.4.203";
}

cd_status cd::Readable::open(const char *path, char *message) {
    struct stat about;
    name = file_name(path);
    if (stat(name.c_str(), &about) != 0) return refused(message, "it cannot be opened", errno);
    if (!S_ISREG(about.st_mode)) return fail(message, CD_NOT_FOUND, "it is not a regular file");
    if (about.st_size == 0) return fail(message, CD_EMPTY, "it is empty (0 bytes)");
    const OpenedFile opened(name.c_str());
    if (opened.file < 0) return refused(message, "it cannot be opened", errno);
    unsigned char head[512] = {0};
    const ssize_t got = read(opened.file, head, sizeof head);
    if (got < 0) return refused(message, "it cannot be read", errno);
    bool is_dicom = got >= 132 && std::memcmp(head + 128, "DICM", 4) == 0;
    const MetaGroup meta = is_dicom ? read_meta_group(opened.file) : MetaGroup{};
    syntax = meta.syntax;
    bool is_big = meta.syntax == UID_BigEndianExplicitTransferSyntax;
    // Files without preamble begin with group 2 or 8, element by element, in either byte order.
    if (!is_dicom && got >= 16) {
        const bool begins_little = (head[0] == 0x02 || head[0] == 0x08) && head[1] == 0 && head[3] == 0;
        is_big = head[0] == 0 && (head[1] == 0x02 || head[1] == 0x08) && head[2] == 0;
        is_dicom = begins_little || is_big;
    }
    if (!is_dicom) return fail(message, CD_NOT_DICOM, "not DICOM");
    is_little = !is_big;
    count = about.st_size;
    if (!meta.syntax.empty() && DcmXfer(meta.syntax.c_str()).getXfer() == EXS_Unknown) {
        const bool is_uid = meta.syntax.find_first_not_of("0123456789.") == std::string::npos;
        if (!is_uid || meta.syntax_length < std::strlen(UID_JPEG2000TransferSyntax)) {
            std::snprintf(
                message, CD_MESSAGE_SIZE, "its transfer syntax (%.64s) is not known",
                is_uid ? meta.syntax.c_str() : "no UID");
            return CD_UNSUPPORTED;
        }
        foreign = meta.syntax;
        syntax_at = meta.syntax_at;
        syntax_length = meta.syntax_length;
    }
    if (meta.syntax != UID_DeflatedExplicitVRLittleEndianTransferSyntax) {
        return check_nesting(opened.file, !is_big, message);
    }
    if (cd_status status = inflate_from(opened.file, meta.size, message)) return status;
    return check_nesting(inflated, true, message);
}

cd_status cd::Readable::inflate_from(int file, size_t start, char *message) {
    inflated = memfd_create("inflated", MFD_CLOEXEC);
    const std::vector<uint8_t> beginning = plain_beginning();
    if (inflated < 0 || !write_all(inflated, beginning.data(), beginning.size())) {
        return fail(message, CD_NO_MEMORY, "memory ran out");
    }
    name = "/proc/self/fd/" + std::to_string(inflated);
    z_stream stream = {};
    // Deflate alone, without zlib's header (PS3.5 A.5).
    if (inflateInit2(&stream, -15) != Z_OK) return fail(message, CD_NO_MEMORY, "memory ran out");
    const std::unique_ptr<z_stream, int (*)(z_stream *)> end(&stream, inflateEnd);
    std::vector<uint8_t> in(65536), out(65536);
    off_t total = 0;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        if (stream.avail_in == 0) {
            const ssize_t got = pread(file, in.data(), in.size(), off_t(start));
            // What there is of a file that is cut off may be enough; DCMTK says.
            if (got <= 0) break;
            start += size_t(got);
            stream.next_in = in.data();
            stream.avail_in = uInt(got);
        }
        stream.next_out = out.data();
        stream.avail_out = uInt(out.size());
        result = inflate(&stream, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return fail(message, CD_DAMAGED, "its deflated data set is damaged");
        }
        const size_t made = out.size() - stream.avail_out;
        total += off_t(made);
        if (total > largest_inflated) {
            return fail(message, CD_UNSUPPORTED, "its deflated data set is larger than 256 MiB");
        }
        if (!write_all(inflated, out.data(), made)) return fail(message, CD_NO_MEMORY, "memory ran out");
    }
    count = total + off_t(beginning.size());
    return CD_OK;
}
