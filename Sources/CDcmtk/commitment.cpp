// Storage commitment as the one who is asked (PS3.4 J).
#include "readable.hpp"
#include "storage.hpp"

#include <cstring>

namespace {

const char *const kind_of_commitment = UID_StorageCommitmentPushModelSOPClass;

/// Sends a report and waits for the peer to acknowledge it. `is_released`: whether it asked for the end instead.
bool send_report(
    T_ASC_Association *peer, T_ASC_PresentationContextID id, DcmDataset &report, bool has_failures, int timeout,
    bool &is_released) {
    T_DIMSE_Message news = {};
    news.CommandField = DIMSE_N_EVENT_REPORT_RQ;
    T_DIMSE_N_EventReportRQ &event = news.msg.NEventReportRQ;
    event.MessageID = peer->nextMsgID++;
    event.DataSetType = DIMSE_DATASET_PRESENT;
    event.EventTypeID = has_failures ? 2 : 1;
    OFStandard::strlcpy(event.AffectedSOPClassUID, kind_of_commitment, sizeof event.AffectedSOPClassUID);
    OFStandard::strlcpy(
        event.AffectedSOPInstanceUID, UID_StorageCommitmentPushModelSOPInstance, sizeof event.AffectedSOPInstanceUID);
    if (DIMSE_sendMessageUsingMemoryData(peer, id, &news, nullptr, &report, nullptr, nullptr).bad()) return false;
    T_DIMSE_Message thanks = {};
    DcmDataset *detail = nullptr;
    const OFCondition heard = DIMSE_receiveCommand(peer, DIMSE_NONBLOCKING, timeout, &id, &thanks, &detail);
    delete detail;
    is_released = heard == DUL_PEERREQUESTEDRELEASE;
    return heard.good() && thanks.CommandField == DIMSE_N_EVENT_REPORT_RSP;
}

/// Calls a node to report to it, as the provider of the service.
bool call_with_report(const cd_node &node, DcmDataset &report, bool has_failures) {
    cd::Association peer;
    char message[CD_MESSAGE_SIZE];
    const std::vector<cd::Service> services{{kind_of_commitment, cd::plain_syntaxes(), ASC_SC_ROLE_SCP}};
    if (peer.open(node, services, message) != CD_NET_OK) return false;
    bool is_released = false;
    const bool is_heard =
        send_report(peer.raw(), peer.context(kind_of_commitment), report, has_failures, node.timeout, is_released);
    peer.release();
    return is_heard;
}

}  // namespace

namespace cd {

bool StorageService::commit(
    T_ASC_Association *peer, T_ASC_PresentationContextID id, const T_DIMSE_N_ActionRQ &request) {
    if (request.DataSetType == DIMSE_DATASET_NULL) return false;
    caller_.expect(std::chrono::seconds(wanted_.timeout), int64_t(16) << 20);
    T_ASC_PresentationContext context;
    if (ASC_findAcceptedPresentationContext(peer->params, id, &context).bad()) return false;
    // Into a file: from there it is read as carefully as any file.
    Arriving file(next_path(), "", "", context.acceptedTransferSyntax, "");
    T_ASC_PresentationContextID data_id = id;
    char message[CD_MESSAGE_SIZE];
    Readable source;
    DcmFileFormat format;
    if (receive_into(peer, wanted_.timeout, data_id, file).bad() || !file.settle()
        || source.open(file.path().c_str(), message) != CD_OK || source.load(format).bad()) {
        return false;
    }
    DcmDataset &asked = *format.getDataset();
    const std::string transaction = text(asked, DCM_TransactionUID);
    const bool is_ours = std::strcmp(request.RequestedSOPClassUID, UID_StorageCommitmentPushModelSOPClass) == 0
        && request.ActionTypeID == 1 && is_uid(transaction);
    T_DIMSE_Message response = {};
    response.CommandField = DIMSE_N_ACTION_RSP;
    T_DIMSE_N_ActionRSP &answer = response.msg.NActionRSP;
    answer.MessageIDBeingRespondedTo = request.MessageID;
    answer.DimseStatus = is_ours ? STATUS_Success : STATUS_N_InvalidArgumentValue;
    answer.DataSetType = DIMSE_DATASET_NULL;
    answer.ActionTypeID = request.ActionTypeID;
    answer.opts = O_NACTION_AFFECTEDSOPCLASSUID | O_NACTION_AFFECTEDSOPINSTANCEUID | O_NACTION_ACTIONTYPEID;
    OFStandard::strlcpy(answer.AffectedSOPClassUID, request.RequestedSOPClassUID, sizeof answer.AffectedSOPClassUID);
    OFStandard::strlcpy(
        answer.AffectedSOPInstanceUID, request.RequestedSOPInstanceUID, sizeof answer.AffectedSOPInstanceUID);
    if (DIMSE_sendMessageUsingMemoryData(peer, id, &response, nullptr, nullptr, nullptr, nullptr).bad()) return false;
    if (!is_ours) return true;
    DcmDataset report;
    report.putAndInsertString(DCM_TransactionUID, transaction.c_str());
    bool has_failures = false;
    for_each_item(asked, DCM_ReferencedSOPSequence, [&](DcmItem &item) {
        const std::string kind = text(item, DCM_ReferencedSOPClassUID);
        const std::string instance = text(item, DCM_ReferencedSOPInstanceUID);
        const uint16_t reason = calls_.vouches(calls_.context, kind.c_str(), instance.c_str());
        DcmItem *said = nullptr;
        const DcmTagKey place = reason == 0 ? DCM_ReferencedSOPSequence : DCM_FailedSOPSequence;
        if (report.findOrCreateSequenceItem(place, said, -2).bad()) throw std::bad_alloc();
        said->putAndInsertString(DCM_ReferencedSOPClassUID, kind.c_str());
        said->putAndInsertString(DCM_ReferencedSOPInstanceUID, instance.c_str());
        if (reason != 0) said->putAndInsertUint16(DCM_FailureReason, reason);
        has_failures = has_failures || reason != 0;
    });
    // What the settings know by this title is called; others are told where they asked.
    caller_.expect(std::chrono::seconds(3600), 1 << 20);
    for (size_t i = 0; i < wanted_.reporter_count; i++) {
        if (calling_ == wanted_.reporters[i].called && call_with_report(wanted_.reporters[i], report, has_failures)) {
            return true;
        }
    }
    caller_.expect(std::chrono::seconds(wanted_.timeout), most_of_command);
    // A peer that wants its report on another association ends this one without a word.
    return send_report(peer, id, report, has_failures, wanted_.timeout, is_released_);
}

}  // namespace cd
