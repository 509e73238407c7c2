// What C-GET and C-MOVE have in common.
#pragma once
#include "association.hpp"

namespace cd {

/// Fills the keys of a request: a series, or some of its instances (PS3.4 C.6.2).
inline void name_wanted(
    DcmDataset &keys, const char *study, const char *series, const char *const *instances, size_t count) {
    keys.putAndInsertString(DCM_QueryRetrieveLevel, count ? "IMAGE" : "SERIES");
    keys.putAndInsertString(DCM_StudyInstanceUID, study);
    keys.putAndInsertString(DCM_SeriesInstanceUID, series);
    std::string list;
    for (size_t i = 0; i < count; i++) list += (i ? "\\" : "") + std::string(instances[i]);
    if (count) keys.putAndInsertString(DCM_SOPInstanceUID, list.c_str());
}

/// Takes the list of failed instances that may come with an answer off the association. What is missing is counted here.
inline OFCondition swallow(Association &peer, T_ASC_PresentationContextID id, T_DIMSE_DataSetType kind) {
    if (kind == DIMSE_DATASET_NULL) return EC_Normal;
    DcmDataset *failed = nullptr;
    const OFCondition came =
        DIMSE_receiveDataSetInMemory(peer.raw(), DIMSE_NONBLOCKING, peer.timeout(), &id, &failed, nullptr, nullptr);
    delete failed;
    return came;
}

/// Two clauses, either of which may be empty.
inline std::string joined(const std::string &one, const std::string &other) {
    return one + (one.empty() || other.empty() ? "" : "; ") + other;
}

/// A status that ends the request, as people write it.
inline std::string could_not_send(unsigned failures, DIC_US status) {
    char number[8];
    std::snprintf(number, sizeof number, "%04Xh", unsigned(status));
    return "it says that it could not send " + std::to_string(failures) + " (status " + number + ")";
}

}  // namespace cd
