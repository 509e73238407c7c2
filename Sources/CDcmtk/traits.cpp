#include "traits.hpp"

#include <utility>

namespace {

/// A hash that tells texts apart and does not tell what they are (FNV-1a of 64 bits); empty for an empty text.
std::string hash_of(const std::string &text) {
    if (text.empty()) return {};
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    char hex[17];
    std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash));
    return hex;
}

/// A name as every writer writes it: in capitals, without empty components at its end.
std::string plain_name(std::string name) {
    while (!name.empty() && (name.back() == '^' || name.back() == '=' || name.back() == ' ')) name.pop_back();
    for (char &c : name) {
        if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
    }
    return name;
}

}  // namespace

void cd::put_trait(cd_trait_text &to, const std::string &value) {
    std::string plain = value;
    for (char &c : plain) {
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
    }
    copy(to.text, plain);
}

std::string cd::digits(const std::string &text) {
    std::string found;
    for (const char c : text) {
        // What follows is the offset from UTC.
        if (c == '+' || c == '-') break;
        if ((c >= '0' && c <= '9') || c == '.') found.push_back(c);
    }
    return found;
}

std::string cd::decimal_comma(DcmItem &data) {
    static const std::pair<DcmTagKey, const char *> places[] = {
        {DCM_ImagePositionPatient, "ImagePositionPatient"},
        {DCM_ImageOrientationPatient, "ImageOrientationPatient"},
        {DCM_PixelSpacing, "PixelSpacing"},
        {DCM_SliceThickness, "SliceThickness"},
        {DCM_RescaleSlope, "RescaleSlope"},
        {DCM_RescaleIntercept, "RescaleIntercept"},
    };
    for (const auto &place : places) {
        if (whole_text(data, place.first).find(',') != std::string::npos) return place.second;
    }
    return {};
}

void cd::fill_traits(DcmItem &data, cd_trait_text *traits) {
    auto put = [&](cd_trait trait, const std::string &value) { put_trait(traits[trait], value); };
    auto take = [&](cd_trait trait, const DcmTagKey &tag) { put(trait, whole_text(data, tag)); };
    put(CD_TRAIT_PATIENT_ID, hash_of(text(data, DCM_PatientID)));
    put(CD_TRAIT_PATIENT_NAME, hash_of(plain_name(whole_text(data, DCM_PatientName))));
    put(CD_TRAIT_BIRTH_DATE, hash_of(text(data, DCM_PatientBirthDate)));
    take(CD_TRAIT_KERNEL, DCM_ConvolutionKernel);
    take(CD_TRAIT_TEMPORAL_POSITION, DCM_TemporalPositionIdentifier);
    take(CD_TRAIT_CARDIAC_PHASE, DCM_NominalPercentageOfCardiacPhase);
    take(CD_TRAIT_RESPIRATORY_PHASE, DCM_NominalPercentageOfRespiratoryPhase);
    take(CD_TRAIT_ACQUISITION, DCM_AcquisitionNumber);
    take(CD_TRAIT_IMAGE_TYPE, DCM_ImageType);
    take(CD_TRAIT_TUBE_VOLTAGE, DCM_KVP);
    const double energy = number(data, DCM_MonoenergeticEnergyEquivalent);
    put(CD_TRAIT_ENERGY, energy > 0 ? std::to_string(energy) : std::string());
    take(CD_TRAIT_ECHO, DcmTagKey(0x0018, 0x0086));
    take(CD_TRAIT_CONTRAST, DCM_ContrastBolusAgent);
    take(CD_TRAIT_THICKNESS, DCM_SliceThickness);
    take(CD_TRAIT_SERIES_NUMBER, DCM_SeriesNumber);
    take(CD_TRAIT_DESCRIPTION, DCM_SeriesDescription);
    const std::string slope = text(data, DCM_RescaleSlope), intercept = text(data, DCM_RescaleIntercept);
    if (!slope.empty() || !intercept.empty()) put(CD_TRAIT_RESCALE, slope + " and " + intercept);
    const std::string moment = digits(text(data, DCM_AcquisitionDateTime));
    const std::string time = digits(text(data, DCM_AcquisitionTime));
    if (!moment.empty()) {
        put(CD_TRAIT_TIME, moment);
    } else if (!time.empty()) {
        put(CD_TRAIT_TIME, digits(text(data, DCM_AcquisitionDate)) + time);
    }
    take(CD_TRAIT_TRIGGER_TIME, DcmTagKey(0x0018, 0x1060));
}
