// Texts of any character set as UTF-8 (PS3.3 C.12.1.1.2).
#include "support.hpp"

#include "dcmtk/dcmdata/dcspchrs.h"

#include <cstring>
#include <iconv.h>

namespace {

bool is_utf8(const std::string &text) {
    size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const size_t more = lead < 0x80    ? 0
            : lead >= 0xc2 && lead <= 0xdf ? 1
            : (lead & 0xf0) == 0xe0        ? 2
            : lead >= 0xf0 && lead <= 0xf4 ? 3
                                           : SIZE_MAX;
        if (more == SIZE_MAX || i + more >= text.size() + (more == 0)) return false;
        for (size_t k = 1; k <= more; k++) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        }
        if (more >= 2) {
            // Overlong forms, surrogates, and beyond Unicode.
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90)
                || (lead == 0xf4 && second > 0x8f)) {
                return false;
            }
        }
        i += 1 + more;
    }
    return true;
}

/// Common misspellings of the defined terms: "ISO_IR_100", "ISO-IR 100".
std::string corrected(std::string set) {
    for (size_t i = 0; i < set.size(); i++) {
        if (set.compare(i, 6, "ISO-IR") == 0 || set.compare(i, 6, "ISO IR") == 0) set[i + 3] = '_';
        if (set.compare(i, 7, "ISO_IR_") == 0 || set.compare(i, 7, "ISO_IR-") == 0) set[i + 6] = ' ';
    }
    return set;
}

bool by_iconv(const char *encoding, std::string &in, std::string &out) {
    const iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == iconv_t(-1)) return false;
    out.assign(in.size() * 4 + 4, 0);
    char *from = in.data(), *to = out.data();
    size_t left = in.size(), room = out.size();
    const bool is_done = iconv(converter, &from, &left, &to, &room) != size_t(-1) && left == 0;
    iconv_close(converter);
    if (is_done) out.resize(out.size() - room);
    return is_done;
}

/// JIS X 0208 and 0212 between escape sequences, half-width katakana in the upper half: the code extensions of Japanese
/// names (PS3.3 table C.12-4), which the C library knows under no name of their own. They are put into EUC-JP.
bool japanese(const std::string &raw, std::string &out) {
    enum { single, kanji, supplementary } mode = single;
    std::string euc;
    for (size_t i = 0; i < raw.size();) {
        const auto byte = static_cast<unsigned char>(raw[i]);
        if (byte == 0x1b) {
            auto is = [&](const char *sequence) { return raw.compare(i + 1, std::strlen(sequence), sequence) == 0; };
            if (is("$(D")) {
                mode = supplementary;
                i += 4;
            } else if (is("$B") || is("$@")) {
                mode = kanji;
                i += 3;
            } else if (is("(B") || is("(J")) {
                mode = single;
                i += 3;
            } else if (is(")I")) {
                i += 3;
            } else {
                return false;
            }
        } else if (mode != single && byte > 0x20) {
            if (i + 1 >= raw.size()) return false;
            if (mode == supplementary) euc.push_back(char(0x8f));
            euc.push_back(char(byte | 0x80));
            euc.push_back(char(raw[i + 1] | 0x80));
            i += 2;
        } else {
            if (byte >= 0xa1 && byte <= 0xdf) euc.push_back(char(0x8e));
            else if (byte >= 0x80) return false;
            euc.push_back(char(byte));
            i++;
        }
    }
    return by_iconv("EUC-JP", euc, out);
}

bool by_dcmtk(const std::string &set, const char *delimiters, const OFString &raw, std::string &out) {
    DcmSpecificCharacterSet converter;
    OFString converted;
    if (converter.selectCharacterSet(OFString(set.c_str()), "ISO_IR 192").bad()) return false;
    if (converter.convertString(raw, converted, delimiters).bad()) return false;
    out.assign(converted.c_str(), converted.length());
    return is_utf8(out);
}

std::string trimmed(const std::string &text) {
    const char *blank = " \t\r\n";
    const size_t begin = text.find_first_not_of(std::string(blank) + '\0');
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(std::string(blank) + '\0') - begin + 1);
}

}  // namespace

bool cd::utf8(DcmItem &item, const std::string &character_set, const DcmTagKey &tag, std::string &out) {
    OFString value;
    out.clear();
    if (item.findAndGetOFStringArray(tag, value).bad()) return true;
    const std::string raw(value.c_str(), value.length());
    bool is_ascii = true;
    for (const char c : raw) {
        // An escape sequence switches ISO 2022 sets with plain 7-bit bytes.
        if (static_cast<unsigned char>(c) >= 0x80 || c == 0x1b) is_ascii = false;
    }
    if (is_ascii) {
        out = trimmed(raw);
        return true;
    }
    const std::string set = corrected(character_set);
    if (set == "ISO_IR 192") {
        if (!is_utf8(raw)) return false;
        out = trimmed(raw);
        return true;
    }
    const char *delimiters = tag == DCM_PatientName || tag == DCM_ReferringPhysicianName ? "\\^=" : "\\";
    // Not "IR 138", which is Hebrew.
    const bool is_katakana = set.size() >= 5 && set.compare(set.size() - 5, 5, "IR 13") == 0;
    const bool is_japanese =
        is_katakana || set.find("IR 87") != std::string::npos || set.find("IR 159") != std::string::npos;
    const bool is_known = by_dcmtk(set, delimiters, value, out) || (is_japanese && japanese(raw, out));
    if (!is_known) {
        // UTF-8 whose writer forgot to say so; no other set gives valid UTF-8 but by a rare chance.
        const bool is_stated = !set.empty() && DcmSpecificCharacterSet().selectCharacterSet(set.c_str()).good();
        if (is_stated || raw.find(char(0x1b)) != std::string::npos || !is_utf8(raw)) return false;
        out = raw;
    }
    out = trimmed(out);
    return true;
}
