// C-MOVE: the peer sends what was asked for to a port of ours, over associations that it opens (storescp.cpp).
#include "retrieval.hpp"

#include <chrono>
#include <thread>

namespace {

const char *const service = UID_MOVEStudyRootQueryRetrieveInformationModel;

cd_net_status ask(cd::Association &peer, const char *destination, DcmDataset &keys, char *message) {
    T_DIMSE_Message request = {};
    request.CommandField = DIMSE_C_MOVE_RQ;
    T_DIMSE_C_MoveRQ &move = request.msg.CMoveRQ;
    move.MessageID = peer.next_message();
    OFStandard::strlcpy(move.AffectedSOPClassUID, service, sizeof move.AffectedSOPClassUID);
    OFStandard::strlcpy(move.MoveDestination, destination, sizeof move.MoveDestination);
    move.Priority = DIMSE_PRIORITY_MEDIUM;
    move.DataSetType = DIMSE_DATASET_PRESENT;
    const OFCondition asked =
        DIMSE_sendMessageUsingMemoryData(peer.raw(), peer.context(service), &request, nullptr, &keys, nullptr, nullptr);
    return asked.good() ? CD_NET_OK : cd::explain(asked, "images were asked for", message);
}

/// Waits for an answer for as long as images come, and then for as long as a peer may be silent. A peer need not say
/// anything before all of it is sent.
bool is_answered(cd::Association &peer, void *context, bool (*is_coming)(void *context)) {
    using Clock = std::chrono::steady_clock;
    const auto patience = std::chrono::seconds(peer.timeout());
    auto end = Clock::now() + patience;
    while (!ASC_dataWaiting(peer.raw(), 0)) {
        const auto now = Clock::now();
        if (is_coming(context)) end = now + patience;
        if (now >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

}  // namespace

extern "C" cd_net_status cd_net_move(
    const cd_node *node, const char *study, const char *series, const char *const *instances, size_t count,
    void *context, bool (*is_coming)(void *context), cd_net_moved *moved, char *message) {
    *moved = cd_net_moved{};
    return cd::guarded_net(message, [&]() -> cd_net_status {
        cd::Association peer;
        if (const cd_net_status status = peer.open(*node, {{service, cd::plain_syntaxes()}}, message)) return status;
        DcmDataset keys;
        cd::name_wanted(keys, study, series, instances, count);
        if (const cd_net_status status = ask(peer, node->calling, keys, message)) return status;
        for (;;) {
            if (!is_answered(peer, context, is_coming)) {
                return cd::fail(
                    message, CD_NET_TIMEOUT,
                    std::string("it neither answered nor sent anything after images were asked for"));
            }
            T_ASC_PresentationContextID id = 0;
            T_DIMSE_Message came = {};
            DcmDataset *detail = nullptr;
            const OFCondition received =
                DIMSE_receiveCommand(peer.raw(), DIMSE_NONBLOCKING, peer.timeout(), &id, &came, &detail);
            delete detail;
            if (received.bad()) return cd::explain(received, "images were asked for", message);
            if (came.CommandField != DIMSE_C_MOVE_RSP) {
                return cd::fail(message, CD_NET_NONSENSE, std::string("it sent what it was not asked for"));
            }
            const T_DIMSE_C_MoveRSP &response = came.msg.CMoveRSP;
            const OFCondition listed = cd::swallow(peer, id, response.DataSetType);
            if (listed.bad()) return cd::explain(listed, "images were asked for", message);
            if (DICOM_PENDING_STATUS(response.DimseStatus)) continue;
            if (response.opts & O_MOVE_NUMBEROFCOMPLETEDSUBOPERATIONS) {
                moved->completed = response.NumberOfCompletedSubOperations;
            }
            if (response.opts & O_MOVE_NUMBEROFWARNINGSUBOPERATIONS) {
                moved->completed += response.NumberOfWarningSubOperations;
            }
            if (response.opts & O_MOVE_NUMBEROFFAILEDSUBOPERATIONS) {
                moved->failed = response.NumberOfFailedSubOperations;
            }
            peer.release();
            if (response.DimseStatus != STATUS_Success && !DICOM_WARNING_STATUS(response.DimseStatus)) {
                return cd::fail(message, CD_NET_REFUSED, cd::meaning(response.DimseStatus));
            }
            // What could not be sent is for the caller, who counts what came.
            if (moved->failed > 0) {
                const std::string said = cd::could_not_send(unsigned(moved->failed), response.DimseStatus);
                std::snprintf(message, CD_MESSAGE_SIZE, "%s", said.c_str());
            }
            return CD_NET_OK;
        }
    });
}
