// C-ECHO and C-FIND.
#include "association.hpp"

namespace {

struct Search {
    const cd_query *query;
    void *context;
    void (*visit)(void *context, const cd_match *match);
};

void found(void *data, T_DIMSE_C_FindRQ *, int, T_DIMSE_C_FindRSP *, DcmDataset *answer) noexcept {
    // Called from within DCMTK: an exception must not pass through it.
    try {
        if (!answer) return;
        const Search &search = *static_cast<Search *>(data);
        const std::string characters = cd::whole_text(*answer, DCM_SpecificCharacterSet);
        auto utf8 = [&](const DcmTagKey &tag) {
            std::string out;
            return cd::utf8(*answer, characters, tag, out) ? out : std::string();
        };
        const std::string study = cd::text(*answer, DCM_StudyInstanceUID), date = cd::text(*answer, DCM_StudyDate);
        const std::string about = utf8(DCM_StudyDescription), series = cd::text(*answer, DCM_SeriesInstanceUID);
        const std::string about_series = utf8(DCM_SeriesDescription), kind = cd::text(*answer, DCM_SOPClassUID);
        const std::string instance = cd::text(*answer, DCM_SOPInstanceUID);
        const bool is_study = std::string(search.query->level) == "STUDY";
        const std::string modality =
            is_study ? cd::whole_text(*answer, DCM_ModalitiesInStudy) : cd::text(*answer, DCM_Modality);
        int32_t count = -1;
        if (!cd::whole_number(*answer, DCM_NumberOfSeriesRelatedInstances, count)) count = -1;
        const cd_match match{study.c_str(),    date.c_str(), about.c_str(),    series.c_str(), about_series.c_str(),
                             modality.c_str(), kind.c_str(), instance.c_str(), count};
        search.visit(search.context, &match);
    } catch (...) {}
}

OFCondition put(DcmDataset &keys, const DcmTagKey &tag, const char *value) {
    return keys.putAndInsertString(tag, value ? value : "");
}

}  // namespace

extern "C" cd_net_status cd_net_echo(const cd_node *node, char *message) {
    return cd::guarded_net(message, [&]() -> cd_net_status {
        cd::Association peer;
        const std::vector<cd::Service> services{{UID_VerificationSOPClass, cd::plain_syntaxes()}};
        if (const cd_net_status status = peer.open(*node, services, message)) return status;
        DIC_US status = 0;
        DcmDataset *detail = nullptr;
        const OFCondition asked =
            DIMSE_echoUser(peer.raw(), peer.next_message(), DIMSE_NONBLOCKING, peer.timeout(), &status, &detail);
        delete detail;
        if (asked.bad()) return cd::explain(asked, "it was called", message);
        if (status != STATUS_Success) return cd::fail(message, CD_NET_REFUSED, cd::meaning(status));
        peer.release();
        return CD_NET_OK;
    });
}

extern "C" cd_net_status cd_net_find(
    const cd_node *node, const cd_query *query, void *context, void (*visit)(void *context, const cd_match *match),
    char *message) {
    return cd::guarded_net(message, [&]() -> cd_net_status {
        cd::Association peer;
        const char *service = UID_FINDStudyRootQueryRetrieveInformationModel;
        const std::vector<cd::Service> services{{service, cd::plain_syntaxes()}};
        if (const cd_net_status status = peer.open(*node, services, message)) return status;
        DcmDataset keys;
        const std::string level = query->level;
        put(keys, DCM_SpecificCharacterSet, "ISO_IR 192");
        put(keys, DCM_QueryRetrieveLevel, query->level);
        put(keys, DCM_StudyInstanceUID, query->study);
        if (level == "STUDY") {
            put(keys, DCM_StudyDate, query->study_date);
            put(keys, DCM_StudyDescription, nullptr);
            put(keys, DCM_AccessionNumber, query->accession);
            put(keys, DCM_PatientID, query->patient_id);
            put(keys, DCM_ModalitiesInStudy, query->modality);
        } else {
            put(keys, DCM_SeriesInstanceUID, query->series);
        }
        if (level == "SERIES") {
            put(keys, DCM_Modality, query->modality);
            put(keys, DCM_SeriesDescription, nullptr);
            put(keys, DCM_NumberOfSeriesRelatedInstances, nullptr);
        }
        if (level == "IMAGE") {
            put(keys, DCM_SOPClassUID, nullptr);
            put(keys, DCM_SOPInstanceUID, nullptr);
        }
        T_DIMSE_C_FindRQ request = {};
        request.MessageID = peer.next_message();
        OFStandard::strlcpy(request.AffectedSOPClassUID, service, sizeof request.AffectedSOPClassUID);
        request.Priority = DIMSE_PRIORITY_MEDIUM;
        request.DataSetType = DIMSE_DATASET_PRESENT;
        T_DIMSE_C_FindRSP response = {};
        DcmDataset *detail = nullptr;
        Search search{query, context, visit};
        int count = 0;
        const OFCondition asked = DIMSE_findUser(
            peer.raw(), peer.context(service), &request, &keys, count, found, &search, DIMSE_NONBLOCKING,
            peer.timeout(), &response, &detail);
        delete detail;
        if (asked.bad()) return cd::explain(asked, "it was searched", message);
        if (response.DimseStatus != STATUS_Success) {
            return cd::fail(message, CD_NET_REFUSED, cd::meaning(response.DimseStatus));
        }
        peer.release();
        return CD_NET_OK;
    });
}
