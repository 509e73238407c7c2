// C-STORE and storage commitment.
#include "association.hpp"
#include "listener.hpp"
#include "readable.hpp"

#include <ctime>

namespace {

struct Outgoing {
    cd::Readable source;
    DcmFileFormat file;
    std::string kind, instance, syntax;
};

cd_net_status load(const char *path, Outgoing &out, char *message) {
    char why[CD_MESSAGE_SIZE];
    if (out.source.open(path, why) != CD_OK || out.source.load(out.file).bad()) {
        return cd::fail(message, CD_NET_FILE, std::string("a file that was to be sent cannot be read as DICOM"));
    }
    DcmDataset &data = *out.file.getDataset();
    out.kind = cd::text(data, DCM_SOPClassUID);
    out.instance = cd::text(data, DCM_SOPInstanceUID);
    out.syntax = DcmXfer(data.getOriginalXfer()).getXferID();
    if (!out.kind.empty() && !out.instance.empty() && !out.syntax.empty()) return CD_NET_OK;
    return cd::fail(message, CD_NET_FILE, std::string("a file that was to be sent says not what it is"));
}

/// Sends one object; `status` is the peer's.
cd_net_status store(cd::Association &peer, Outgoing &out, DIC_US &status, char *message) {
    auto id = peer.context(out.kind, out.syntax.c_str());
    if (!id) {
        return cd::fail(message, CD_NET_NOT_OFFERED, std::string("it takes no objects of this kind in their encoding"));
    }
    T_DIMSE_C_StoreRQ request = {};
    request.MessageID = peer.next_message();
    OFStandard::strlcpy(request.AffectedSOPClassUID, out.kind.c_str(), sizeof request.AffectedSOPClassUID);
    OFStandard::strlcpy(request.AffectedSOPInstanceUID, out.instance.c_str(), sizeof request.AffectedSOPInstanceUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    T_DIMSE_C_StoreRSP response = {};
    DcmDataset *detail = nullptr;
    const OFCondition sent = DIMSE_storeUser(
        peer.raw(), id, &request, nullptr, out.file.getDataset(), nullptr, nullptr, DIMSE_NONBLOCKING, peer.timeout(),
        &response, &detail);
    delete detail;
    if (sent.bad()) return cd::explain(sent, "an object was sent", message);
    status = response.DimseStatus;
    return CD_NET_OK;
}

/// Tells of every object that a report names. False if it is about another transaction.
bool tell(
    DcmDataset &report, const std::string &transaction, void *context,
    void (*visit)(void *context, const cd_net_outcome *outcome)) {
    if (cd::text(report, DCM_TransactionUID) != transaction) return false;
    auto each = [&](DcmItem &item, bool is_failure) {
        const std::string kind = cd::text(item, DCM_ReferencedSOPClassUID);
        const std::string instance = cd::text(item, DCM_ReferencedSOPInstanceUID);
        Uint16 reason = 0;
        if (is_failure && (item.findAndGetUint16(DCM_FailureReason, reason).bad() || reason == 0)) reason = 0x0110;
        const cd_net_outcome outcome{kind.c_str(), instance.c_str(), reason};
        visit(context, &outcome);
    };
    cd::for_each_item(report, DCM_ReferencedSOPSequence, [&](DcmItem &item) { each(item, false); });
    cd::for_each_item(report, DCM_FailedSOPSequence, [&](DcmItem &item) { each(item, true); });
    return true;
}

cd_net_status request_commitment(
    cd::Association &peer, const std::string &transaction, const cd_net_outcome *objects, size_t count, char *message) {
    DcmDataset keys;
    keys.putAndInsertString(DCM_TransactionUID, transaction.c_str());
    for (size_t i = 0; i < count; i++) {
        DcmItem *item = nullptr;
        if (keys.findOrCreateSequenceItem(DCM_ReferencedSOPSequence, item, -2).bad()) throw std::bad_alloc();
        item->putAndInsertString(DCM_ReferencedSOPClassUID, objects[i].sop_class);
        item->putAndInsertString(DCM_ReferencedSOPInstanceUID, objects[i].instance);
    }
    T_DIMSE_Message request = {};
    request.CommandField = DIMSE_N_ACTION_RQ;
    T_DIMSE_N_ActionRQ &action = request.msg.NActionRQ;
    action.MessageID = peer.next_message();
    const char *kind = UID_StorageCommitmentPushModelSOPClass;
    OFStandard::strlcpy(action.RequestedSOPClassUID, kind, sizeof action.RequestedSOPClassUID);
    OFStandard::strlcpy(
        action.RequestedSOPInstanceUID, UID_StorageCommitmentPushModelSOPInstance,
        sizeof action.RequestedSOPInstanceUID);
    action.ActionTypeID = 1;
    action.DataSetType = DIMSE_DATASET_PRESENT;
    const OFCondition asked =
        DIMSE_sendMessageUsingMemoryData(peer.raw(), peer.context(kind), &request, nullptr, &keys, nullptr, nullptr);
    if (asked.bad()) return cd::explain(asked, "it was asked to commit", message);
    T_ASC_PresentationContextID id = 0;
    T_DIMSE_Message came = {};
    DcmDataset *detail = nullptr;
    const OFCondition received =
        DIMSE_receiveCommand(peer.raw(), DIMSE_NONBLOCKING, peer.timeout(), &id, &came, &detail);
    delete detail;
    if (received.bad()) return cd::explain(received, "it was asked to commit", message);
    if (came.CommandField != DIMSE_N_ACTION_RSP) {
        return cd::fail(message, CD_NET_NONSENSE, std::string("it sent what it was not asked for"));
    }
    const DIC_US status = came.msg.NActionRSP.DimseStatus;
    return status == STATUS_Success ? CD_NET_OK : cd::fail(message, CD_NET_REFUSED, cd::meaning(status));
}

}  // namespace

extern "C" cd_net_status cd_net_store(
    const cd_node *node, const char *const *files, size_t count, void *context,
    void (*visit)(void *context, const cd_net_outcome *outcome), char *message) {
    return cd::guarded_net(message, [&]() -> cd_net_status {
        // Everything is read before anything is sent: a file that is damaged stops the whole.
        std::vector<std::unique_ptr<Outgoing>> objects;
        std::vector<cd::Service> services;
        for (size_t i = 0; i < count; i++) {
            objects.push_back(std::make_unique<Outgoing>());
            Outgoing &out = *objects.back();
            if (const cd_net_status status = load(files[i], out, message)) return status;
            bool is_known = false;
            for (const cd::Service &service : services) {
                if (service.abstract_syntax == out.kind && out.syntax == service.transfer_syntaxes[0]) is_known = true;
            }
            if (!is_known) services.push_back({out.kind, {out.syntax.c_str()}});
        }
        if (services.size() > 128) {
            return cd::fail(message, CD_NET_LOCAL, std::string("these are too many kinds of objects for one push"));
        }
        cd::Association peer;
        if (const cd_net_status status = peer.open(*node, services, message)) return status;
        for (auto &object : objects) {
            DIC_US status = 0;
            if (const cd_net_status sent = store(peer, *object, status, message)) return sent;
            const bool is_kept = status == STATUS_Success || DICOM_WARNING_STATUS(status);
            const cd_net_outcome outcome{object->kind.c_str(), object->instance.c_str(), status};
            visit(context, &outcome);
            if (!is_kept) return cd::fail(message, CD_NET_REFUSED, cd::meaning(status));
        }
        peer.release();
        return CD_NET_OK;
    });
}

extern "C" cd_net_status cd_net_commit(
    const cd_node *node, uint16_t listening_port, int32_t patience, const cd_net_outcome *objects, size_t count,
    void *context, void (*visit)(void *context, const cd_net_outcome *outcome), char *message) {
    return cd::guarded_net(message, [&]() -> cd_net_status {
        // Open before the peer is asked: some report at once.
        cd::Listener listener;
        if (listening_port) {
            if (const cd_net_status status = listener.open(listening_port, *node, message)) return status;
        }
        char uid[100];
        const std::string transaction = dcmGenerateUniqueIdentifier(uid);
        cd::Association peer;
        const std::vector<cd::Service> services{{UID_StorageCommitmentPushModelSOPClass, cd::plain_syntaxes()}};
        if (const cd_net_status status = peer.open(*node, services, message)) return status;
        if (const cd_net_status status = request_commitment(peer, transaction, objects, count, message)) return status;
        const time_t end = time(nullptr) + patience;
        if (listening_port) peer.release();
        while (time(nullptr) < end) {
            std::unique_ptr<DcmDataset> report;
            const int left = int(end - time(nullptr));
            const cd_net_status status = listening_port
                ? listener.report(left < 1 ? 1 : left, report, message)
                : cd::receive_report(peer.raw(), left < 1 ? 1 : left, report, message);
            if (status == CD_NET_TIMEOUT) break;
            if (status != CD_NET_OK) return status;
            if (!report || !tell(*report, transaction, context, visit)) continue;
            peer.release();
            return CD_NET_OK;
        }
        return cd::fail(message, CD_NET_TIMEOUT, std::string("its report on the commitment did not come in time"));
    });
}
