#include "support.hpp"

#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/oflog/oflog.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>

namespace cd {

void initialise() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        // Private attributes and broken writers leave VR UN on standard attributes; the dictionary knows better.
        dcmEnableUnknownVRConversion.set(OFTrue);
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
        DcmRLEDecoderRegistration::registerCodecs();
    });
}

static std::string trimmed(const char *begin, const char *end) {
    auto blank = [](char c) { return c == ' ' || c == '\0' || c == '\t' || c == '\r' || c == '\n'; };
    while (begin < end && blank(*begin)) begin++;
    while (begin < end && blank(end[-1])) end--;
    return std::string(begin, end);
}

std::string text(DcmItem &item, const DcmTagKey &tag, unsigned long position) {
    OFString value;
    if (item.findAndGetOFString(tag, value, position).bad()) return {};
    return trimmed(value.c_str(), value.c_str() + value.length());
}

std::string whole_text(DcmItem &item, const DcmTagKey &tag) {
    OFString value;
    if (item.findAndGetOFStringArray(tag, value).bad()) return {};
    return trimmed(value.c_str(), value.c_str() + value.length());
}

double exact_number(const char *begin, const char *end) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    while (begin < end && *begin == ' ') begin++;
    while (begin < end && (end[-1] == ' ' || end[-1] == '\0')) end--;
    if (begin < end && *begin == '+') begin++;
    double value = 0;
    const auto parsed = std::from_chars(begin, end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value)) return none;
    return value;
}

double number(DcmItem &item, const DcmTagKey &tag, unsigned long position) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    DcmElement *element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || !element) return none;
    Uint16 us = 0;
    Sint16 ss = 0;
    Uint32 ul = 0;
    Sint32 sl = 0;
    Float64 fd = 0;
    switch (element->ident()) {
    case EVR_DS:
    case EVR_IS: {
        const std::string value = text(item, tag, position);
        return exact_number(value.data(), value.data() + value.size());
    }
    case EVR_US: return element->getUint16(us, position).good() ? us : none;
    case EVR_SS: return element->getSint16(ss, position).good() ? ss : none;
    case EVR_UL: return element->getUint32(ul, position).good() ? ul : none;
    case EVR_SL: return element->getSint32(sl, position).good() ? sl : none;
    default: return element->getFloat64(fd, position).good() && std::isfinite(fd) ? fd : none;
    }
}

bool numbers(DcmItem &item, const DcmTagKey &tag, std::vector<double> &out) {
    out.clear();
    DcmElement *element = nullptr;
    char *characters = nullptr;
    Uint32 length = 0;
    if (item.findAndGetElement(tag, element).bad() || !element || element->ident() != EVR_DS) return false;
    if (element->getString(characters, length).bad()) return false;
    if (!characters || length == 0) return true;
    const char *at = characters, *const end = characters + length;
    for (;;) {
        const char *stop = static_cast<const char *>(std::memchr(at, '\\', size_t(end - at)));
        if (!stop) stop = end;
        const double value = exact_number(at, stop);
        if (std::isnan(value)) return false;
        out.push_back(value);
        if (stop == end) return true;
        at = stop + 1;
    }
}

}  // namespace cd

extern "C" bool cd_has_dictionary(void) {
    try {
        cd::initialise();
        return dcmDataDict.isDictionaryLoaded();
    } catch (...) {
        return false;
    }
}
