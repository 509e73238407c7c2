// What the files of this target share: errors, once-only set-up, exact reading of attributes.
#pragma once
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"
#include "CDcmtk.h"

#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <sys/types.h>
#include <vector>

namespace cd {

/// Registers the codecs and silences DCMTK's logger, on the first call only.
void initialise();

inline cd_status fail(char *message, cd_status status, const char *what) {
    std::snprintf(message, CD_MESSAGE_SIZE, "%s", what);
    return status;
}

/// DCMTK's own text names tags and causes, never values.
inline cd_status fail(char *message, cd_status status, const char *what, const OFCondition &cause) {
    // "I/O suspension or premature end of stream", "Invalid stream": nobody is helped by these.
    if (cause == EC_StreamNotifyClient || cause == EC_EndOfStream || cause == EC_InvalidStream) {
        return fail(message, status, what);
    }
    std::snprintf(message, CD_MESSAGE_SIZE, "%s (%s)", what, cause.text());
    return status;
}

/// Runs the body of an `extern "C"` function: nothing may unwind into Swift.
template <class Body> cd_status guarded(char *message, Body body) noexcept {
    try {
        message[0] = 0;
        initialise();
        return body();
    } catch (const std::bad_alloc &) {
        return fail(message, CD_NO_MEMORY, "memory ran out");
    } catch (const std::exception &) {
        return fail(message, CD_DAMAGED, "the file could not be taken apart");
    } catch (...) {
        return fail(message, CD_DAMAGED, "the file could not be taken apart");
    }
}

/// What a file with a preamble says of itself before its data set.
struct MetaGroup {
    std::string syntax;
    /// Where the syntax stands, and how many bytes it has there.
    size_t syntax_at = 0, syntax_length = 0;
    /// Where the data set begins.
    size_t size = 0;
};

/// Reads the meta group, which is explicit little endian whatever follows.
MetaGroup read_meta_group(int file);
/// Refuses files whose sequences nest so deeply that parsing them would overrun the stack. Looks at what is before the
/// pixel data, or, from `start` on, at what is behind it.
cd_status check_nesting(int file, bool is_little, char *message, off_t start = 0);

/// Value `position` of an attribute without the padding around it; empty if there is none.
std::string text(DcmItem &item, const DcmTagKey &tag, unsigned long position = 0);
/// All values of an attribute, joined by backslashes.
std::string whole_text(DcmItem &item, const DcmTagKey &tag);
/// Parses a DS or IS exactly as written (DCMTK's own conversion is not correctly rounded); NaN if it is no number.
double exact_number(const char *begin, const char *end);
/// A number of an attribute (DS, IS or binary); NaN if there is none.
double number(DcmItem &item, const DcmTagKey &tag, unsigned long position = 0);
/// Every number of a DS attribute. False if one is not a number.
bool numbers(DcmItem &item, const DcmTagKey &tag, std::vector<double> &out);
/// A text as UTF-8 by the data set's character set; UTF-8 itself where none or an unknown one is stated. False if it
/// cannot be converted.
bool utf8(DcmItem &item, const std::string &character_set, const DcmTagKey &tag, std::string &out);

template <size_t N> void copy(char (&to)[N], const std::string &from) { std::snprintf(to, N, "%s", from.c_str()); }

/// The items of a sequence in order, by a walk that costs the same for each (getItem counts from the start).
template <class Body> void for_each_item(DcmItem &parent, const DcmTagKey &tag, Body body) {
    DcmSequenceOfItems *sequence = nullptr;
    if (parent.findAndGetSequence(tag, sequence).bad() || !sequence) return;
    DcmObject *at = nullptr;
    while ((at = sequence->nextInContainer(at)) != nullptr) {
        if (auto *item = dynamic_cast<DcmItem *>(at)) body(*item);
    }
}

/// The first item of a sequence, or NULL.
inline DcmItem *first_item(DcmItem &parent, const DcmTagKey &tag) {
    DcmItem *found = nullptr;
    return parent.findAndGetSequenceItem(tag, found, 0).good() ? found : nullptr;
}

/// A whole number of 32 bits. False if there is none.
inline bool whole_number(DcmItem &item, const DcmTagKey &tag, int32_t &out) {
    const double value = number(item, tag);
    if (!(value >= -2147483647.0 && value <= 2147483647.0) || value != double(int32_t(value))) return false;
    out = int32_t(value);
    return true;
}

}  // namespace cd
