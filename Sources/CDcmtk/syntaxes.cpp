// What is said of files that cannot be taken apart: the names of transfer syntaxes, and lengths that wrapped.
#include "readable.hpp"

#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

struct Name {
    const char *uid, *name;
};

/// Those that DCMTK 3.6.7 does not name.
const Name names[] = {
    {"1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed"},
    {"1.2.840.10008.1.2.4.104", "MPEG-4 High Profile, 3D"},
    {"1.2.840.10008.1.2.4.110", "JPEG XL Lossless"},
    {"1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression"},
    {"1.2.840.10008.1.2.4.112", "JPEG XL"},
    {"1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless"},
    {"1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 Lossless RPCL"},
    {"1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000"},
    {"1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced"},
    {"1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate"},
    {"1.2.840.10008.1.2.6.1", "RFC 2557 MIME Encapsulation"},
    {"1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 Uncompressed Progressive Video"},
    {"1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 Uncompressed Interlaced Video"},
    {"1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression"},
    {"1.2.840.10008.1.20", "Papyrus 3 Implicit VR Little Endian"},
    {"1.2.840.113619.5.2", "GE Private Implicit VR Big Endian"},
    {"1.2.840.113619.5.3", "GE Private DLX"},
};

/// A file's bytes for a look, without a copy of them.
struct Mapped {
    const uint8_t *bytes = nullptr;
    size_t count = 0;

    explicit Mapped(const std::string &name, off_t size) {
        const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0 || size <= 0) {
            if (file >= 0) close(file);
            return;
        }
        void *place = mmap(nullptr, size_t(size), PROT_READ, MAP_PRIVATE, file, 0);
        close(file);
        if (place == MAP_FAILED) return;
        bytes = static_cast<const uint8_t *>(place);
        count = size_t(size);
    }
    Mapped(const Mapped &) = delete;
    Mapped &operator=(const Mapped &) = delete;
    ~Mapped() {
        if (bytes) munmap(const_cast<uint8_t *>(bytes), count);
    }
};

/// One element of explicit little endian.
struct Element {
    uint32_t tag = 0, length = 0;
    size_t header = 0;
    bool is_short = false, is_open = false;
};

uint32_t word(const uint8_t *here) { return uint32_t(here[0] | here[1] << 8); }
uint32_t long_word(const uint8_t *here) { return word(here) | word(here + 2) << 16; }

/// Reads the head of an element. False if there is none.
bool read_head(const Mapped &file, size_t at, Element &element) {
    if (at + 8 > file.count) return false;
    const uint8_t *here = file.bytes + at;
    element = {};
    element.tag = word(here) << 16 | word(here + 2);
    if (word(here) == 0xfffe) {
        element.length = 0;
        element.header = 8;
        element.is_open = true;
        const uint32_t which = word(here + 2);
        return which == 0xe000 || which == 0xe00d || which == 0xe0dd;
    }
    static const char longs[] = "OBODOFOLOVOWSQSVUCUNURUTUV";
    static const char shorts[] = "AEASATCSDADSDTFDFLISLOLTPNSHSLSSSTTMUIULUS";
    auto is_one_of = [here](const char *kinds) {
        for (; *kinds; kinds += 2) {
            if (here[4] == uint8_t(kinds[0]) && here[5] == uint8_t(kinds[1])) return true;
        }
        return false;
    };
    if (is_one_of(shorts)) {
        element.is_short = true;
        element.length = word(here + 6);
        element.header = 8;
        return true;
    }
    if (!is_one_of(longs) || at + 12 > file.count) return false;
    element.length = long_word(here + 8);
    element.header = 12;
    element.is_open = (here[4] == 'S' && here[5] == 'Q') || element.length == 0xffffffff;
    return true;
}

}  // namespace

std::string cd::syntax_name(const std::string &uid) {
    for (const Name &known : names) {
        if (uid == known.uid) return std::string(known.name) + ", " + uid;
    }
    const DcmXfer known(uid.c_str());
    return known.getXfer() == EXS_Unknown ? uid : std::string(known.getXferName()) + ", " + uid;
}

bool cd::is_known_syntax(const std::string &uid) {
    return uid.empty() || DcmXfer(uid.c_str()).getXfer() != EXS_Unknown;
}

std::string cd::Readable::wrapped_attribute() const {
    if (syntax != UID_LittleEndianExplicitTransferSyntax
        && syntax != UID_DeflatedExplicitVRLittleEndianTransferSyntax) {
        return {};
    }
    const Mapped file(name, count);
    // Sequences and items are entered by going on behind their heads.
    Element last, element;
    size_t behind = 0;
    for (size_t at = 132; at < file.count;) {
        if (read_head(file, at, element)) {
            last = element;
            const size_t next = at + element.header + (element.is_open ? 0 : element.length);
            behind = at + element.header;
            at = next;
            continue;
        }
        if (!last.is_short) return {};
        // Where the value ends if its length is 65,536 times so much greater, another element must begin.
        for (size_t end = behind + last.length + 65536; end <= file.count; end += 65536) {
            const bool is_next = end == file.count
                || (read_head(file, end, element) && (element.tag > last.tag || element.tag >> 16 == 0xfffe));
            if (is_next) return DcmTag(DcmTagKey(Uint16(last.tag >> 16), Uint16(last.tag))).getTagName();
        }
        return {};
    }
    return {};
}

cd_status cd::Readable::explain(const OFCondition &loaded, char *message) const {
    if (is_too_deep) return fail(message, CD_DAMAGED, "its sequences are nested too deeply");
    if (!is_known_syntax(syntax) && !is_high_throughput(syntax)) {
        std::snprintf(message, CD_MESSAGE_SIZE, "its transfer syntax (%s) is not read", syntax_name(syntax).c_str());
        return CD_UNSUPPORTED;
    }
    const std::string wrapped = wrapped_attribute();
    if (!wrapped.empty()) {
        std::snprintf(
            message, CD_MESSAGE_SIZE,
            "%s is longer than 64 KiB, which explicit VR cannot state, and its length wrapped; export the file with "
            "implicit VR",
            wrapped.c_str());
        return CD_DAMAGED;
    }
    return fail(message, CD_DAMAGED, "the file is damaged or cut off", loaded);
}
