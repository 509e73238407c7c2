#include "listener.hpp"

namespace cd {

cd_net_status receive_report(T_ASC_Association *peer, int timeout, std::unique_ptr<DcmDataset> &report, char *message) {
    T_ASC_PresentationContextID id = 0;
    T_DIMSE_Message came = {};
    DcmDataset *detail = nullptr;
    const OFCondition received = DIMSE_receiveCommand(peer, DIMSE_NONBLOCKING, timeout, &id, &came, &detail);
    delete detail;
    if (received.bad()) return explain(received, "its report was awaited", message);
    T_DIMSE_Message response = {};
    if (came.CommandField == DIMSE_C_ECHO_RQ) {
        return DIMSE_sendEchoResponse(peer, id, &came.msg.CEchoRQ, STATUS_Success, nullptr).good()
            ? CD_NET_OK
            : fail(message, CD_NET_ABORTED, std::string("the connection broke"));
    }
    if (came.CommandField != DIMSE_N_EVENT_REPORT_RQ || came.msg.NEventReportRQ.DataSetType == DIMSE_DATASET_NULL) {
        return fail(message, CD_NET_NONSENSE, std::string("it sent what it was not asked for"));
    }
    const T_DIMSE_N_EventReportRQ &request = came.msg.NEventReportRQ;
    DcmDataset *data = nullptr;
    const OFCondition listed =
        DIMSE_receiveDataSetInMemory(peer, DIMSE_NONBLOCKING, timeout, &id, &data, nullptr, nullptr);
    report.reset(data);
    if (listed.bad()) return explain(listed, "its report was coming", message);
    response.CommandField = DIMSE_N_EVENT_REPORT_RSP;
    T_DIMSE_N_EventReportRSP &answer = response.msg.NEventReportRSP;
    answer.MessageIDBeingRespondedTo = request.MessageID;
    answer.DimseStatus = STATUS_Success;
    answer.DataSetType = DIMSE_DATASET_NULL;
    answer.EventTypeID = request.EventTypeID;
    answer.opts =
        O_NEVENTREPORT_AFFECTEDSOPCLASSUID | O_NEVENTREPORT_AFFECTEDSOPINSTANCEUID | O_NEVENTREPORT_EVENTTYPEID;
    OFStandard::strlcpy(answer.AffectedSOPClassUID, request.AffectedSOPClassUID, sizeof answer.AffectedSOPClassUID);
    OFStandard::strlcpy(
        answer.AffectedSOPInstanceUID, request.AffectedSOPInstanceUID, sizeof answer.AffectedSOPInstanceUID);
    // The report counts whether or not the peer hears our thanks.
    DIMSE_sendMessageUsingMemoryData(peer, id, &response, nullptr, nullptr, nullptr, nullptr);
    return CD_NET_OK;
}

Listener::~Listener() {
    if (network_) ASC_dropNetwork(&network_);
}

cd_net_status Listener::open(uint16_t port, const cd_node &node, char *message) {
    timeout_ = node.timeout;
    ours_ = node.calling;
    if (ASC_initializeNetwork(NET_ACCEPTOR, port, node.timeout, &network_).good()) return CD_NET_OK;
    return fail(
        message, CD_NET_LOCAL, "port " + std::to_string(port) + " is taken or may not be listened to; set listen_port");
}

cd_net_status Listener::report(int timeout, std::unique_ptr<DcmDataset> &report, char *message) {
    T_ASC_Association *peer = nullptr;
    const OFCondition came =
        ASC_receiveAssociation(network_, &peer, ASC_DEFAULTMAXPDU, nullptr, nullptr, OFFalse, DUL_NOBLOCK, timeout);
    if (came.bad()) {
        if (peer) {
            ASC_dropAssociation(peer);
            ASC_destroyAssociation(&peer);
        }
        const bool is_silence = came.code() == DULC_NOASSOCIATIONREQUEST;
        return is_silence ? fail(message, CD_NET_TIMEOUT, std::string("its report did not come in time")) : CD_NET_OK;
    }
    const int count = ASC_countPresentationContexts(peer->params);
    const char *syntaxes[] = {UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax};
    for (int at = 0; at < count; at++) {
        T_ASC_PresentationContext proposed;
        if (ASC_getPresentationContext(peer->params, at, &proposed).bad()) continue;
        const OFString kind = proposed.abstractSyntax;
        if (kind != UID_StorageCommitmentPushModelSOPClass && kind != UID_VerificationSOPClass) continue;
        for (int i = 0; i < proposed.transferSyntaxCount; i++) {
            const OFString syntax = proposed.proposedTransferSyntaxes[i];
            if (syntax != syntaxes[0] && syntax != syntaxes[1]) continue;
            // The peer reports as the provider it is: the role it proposes is the one it gets.
            ASC_acceptPresentationContext(
                peer->params, proposed.presentationContextID, syntax.c_str(), proposed.proposedRole);
            break;
        }
    }
    cd_net_status status = CD_NET_OK;
    if (ASC_acknowledgeAssociation(peer).good()) {
        while (status == CD_NET_OK && !report) status = receive_report(peer, timeout_, report, message);
        // Whoever came without a report is no reason to stop waiting.
        if (!report) status = CD_NET_OK;
        T_ASC_PresentationContextID id = 0;
        T_DIMSE_Message last = {};
        const OFCondition ended = DIMSE_receiveCommand(peer, DIMSE_NONBLOCKING, 5, &id, &last, nullptr);
        if (ended == DUL_PEERREQUESTEDRELEASE) ASC_acknowledgeRelease(peer);
    }
    ASC_dropSCPAssociation(peer, 1);
    ASC_destroyAssociation(&peer);
    return status;
}

}  // namespace cd
