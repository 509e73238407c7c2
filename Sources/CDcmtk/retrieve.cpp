// C-GET: the peer sends what was asked for over the same association.
#include "readable.hpp"
#include "retrieval.hpp"
#include "storage.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <unistd.h>

namespace {

/// What belongs to a CT study and is read.
const char *const kinds[] = {
    UID_CTImageStorage,        UID_EnhancedCTImageStorage, UID_LegacyConvertedEnhancedCTImageStorage,
    UID_RTStructureSetStorage, UID_SegmentationStorage,
};

/// What images may be compressed by. Each is a context of its own, so that the peer need not recode what it has. Not
/// deflated data sets, of which DCMTK takes a value's memory before it looks whether there is such a value.
const char *const compressed[] = {
    UID_JPEGProcess14SV1TransferSyntax, UID_JPEGProcess14TransferSyntax,        UID_JPEGLSLosslessTransferSyntax,
    UID_JPEGLSLossyTransferSyntax,      UID_JPEG2000LosslessOnlyTransferSyntax, UID_JPEG2000TransferSyntax,
    UID_RLELosslessTransferSyntax,      UID_JPEGProcess2_4TransferSyntax,       UID_JPEGProcess1TransferSyntax,
};

std::vector<cd::Service> services() {
    std::vector<cd::Service> all{{UID_GETStudyRootQueryRetrieveInformationModel, cd::plain_syntaxes()}};
    for (const char *kind : kinds) {
        all.push_back({kind, cd::plain_syntaxes(), ASC_SC_ROLE_SCP});
        if (std::strcmp(kind, UID_RTStructureSetStorage) == 0) continue;
        for (const char *syntax : compressed) all.push_back({kind, {syntax}, ASC_SC_ROLE_SCP});
    }
    return all;
}

/// How many bytes an object may have: an image without an end fills no disk.
const int64_t largest_object = int64_t(4) << 30;

struct Get {
    std::string series, folder;
    std::set<std::string> wanted;
    void *context;
    void (*stored)(void *context, const char *instance);
    bool is_full = false;
    /// Why something could not be written.
    std::string why;
    /// How many images came that were not asked for.
    size_t foreign = 0;
    /// How many cannot be read, or are cut off.
    size_t damaged = 0;

    static cd_net_status unwritten(const std::string &reason, char *message) {
        return cd::fail(
            message, CD_NET_FILE,
            "what came could not be written to the disk" + (reason.empty() ? reason : " (" + reason + ")"));
    }

    /// What came and was not taken, as a clause; "" if there is none.
    std::string refused() const {
        std::string clause;
        if (foreign > 0) {
            clause = std::to_string(foreign) + " that came are of another series or carry another UID than announced";
        }
        return damaged == 0 ? clause
                            : cd::joined(clause, std::to_string(damaged) + " that came are damaged or cut off");
    }

    /// Whether an object is what it was announced as, of the series, and one of those that were asked for. It is read up to
    /// its pixels, as carefully as any file, and what is cut off is not taken.
    bool is_asked_for(const std::string &path, const T_DIMSE_C_StoreRQ &request) {
        char message[CD_MESSAGE_SIZE];
        cd::Readable source;
        DcmFileFormat format;
        bool has_pixels = false;
        if (source.open(path.c_str(), message) != CD_OK || source.load_checked(format, has_pixels, message) != CD_OK) {
            damaged++;
            return false;
        }
        DcmDataset &object = *format.getDataset();
        const std::string instance = request.AffectedSOPInstanceUID;
        const bool is_wanted = cd::text(object, DCM_SeriesInstanceUID) == series
            && cd::text(object, DCM_SOPInstanceUID) == instance && (wanted.empty() || wanted.count(instance) != 0);
        if (!is_wanted) foreign++;
        return is_wanted;
    }

    /// Takes an instance that came, or says by which status it is refused.
    DIC_US take(cd::Arriving &file, const T_DIMSE_C_StoreRQ &request) {
        const std::string instance = request.AffectedSOPInstanceUID;
        if (!file.settle()) {
            why = std::strerror(file.problem());
            is_full = true;
            return STATUS_STORE_Refused_OutOfResources;
        }
        if (!cd::is_uid(instance)) {
            foreign++;
            return STATUS_STORE_Error_DataSetDoesNotMatchSOPClass;
        }
        if (!is_asked_for(file.path(), request)) return STATUS_STORE_Error_DataSetDoesNotMatchSOPClass;
        if (rename(file.path().c_str(), (folder + "/" + instance + ".dcm").c_str()) != 0) {
            why = std::strerror(errno);
            is_full = true;
            return STATUS_STORE_Refused_OutOfResources;
        }
        file.hand_over();
        stored(context, instance.c_str());
        return STATUS_Success;
    }

    cd_net_status answer(
        cd::Association &peer, T_ASC_PresentationContextID id, const T_DIMSE_C_StoreRQ &request, char *message) {
        T_ASC_PresentationContext accepted;
        if (ASC_findAcceptedPresentationContext(peer.raw()->params, id, &accepted).bad()) {
            return cd::fail(message, CD_NET_NONSENSE, std::string("it sent what it was not asked for"));
        }
        const std::string kind = request.AffectedSOPClassUID, instance = request.AffectedSOPInstanceUID;
        const std::string path = folder + "/.receiving";
        // What a pull that was killed has left.
        unlink(path.c_str());
        cd::Arriving file(
            path, cd::is_uid(kind) ? kind : "", cd::is_uid(instance) ? instance : "", accepted.acceptedTransferSyntax,
            "");
        file.limit(largest_object);
        T_ASC_PresentationContextID data_id = id;
        const OFCondition came = cd::receive_into(peer.raw(), peer.timeout(), data_id, file, true);
        if (!file.is_well()) return unwritten(std::strerror(file.problem()), message);
        if (came.bad() || data_id != id) return cd::explain(came, "an image was coming", message);
        T_DIMSE_C_StoreRSP response = {};
        response.DimseStatus = take(file, request);
        response.MessageIDBeingRespondedTo = request.MessageID;
        response.DataSetType = DIMSE_DATASET_NULL;
        response.opts = O_STORE_AFFECTEDSOPCLASSUID | O_STORE_AFFECTEDSOPINSTANCEUID;
        OFStandard::strlcpy(
            response.AffectedSOPClassUID, request.AffectedSOPClassUID, sizeof response.AffectedSOPClassUID);
        OFStandard::strlcpy(
            response.AffectedSOPInstanceUID, request.AffectedSOPInstanceUID, sizeof response.AffectedSOPInstanceUID);
        const OFCondition told = DIMSE_sendStoreResponse(peer.raw(), id, &request, &response, nullptr);
        if (is_full) return unwritten(why, message);
        return told.good() ? CD_NET_OK : cd::explain(told, "images were coming", message);
    }
};

cd_net_status ask(
    cd::Association &peer, const char *study, const char *series, const char *const *instances, size_t count,
    char *message) {
    DcmDataset keys;
    cd::name_wanted(keys, study, series, instances, count);
    T_DIMSE_Message request = {};
    request.CommandField = DIMSE_C_GET_RQ;
    T_DIMSE_C_GetRQ &get = request.msg.CGetRQ;
    get.MessageID = peer.next_message();
    const char *service = UID_GETStudyRootQueryRetrieveInformationModel;
    OFStandard::strlcpy(get.AffectedSOPClassUID, service, sizeof get.AffectedSOPClassUID);
    get.Priority = DIMSE_PRIORITY_MEDIUM;
    get.DataSetType = DIMSE_DATASET_PRESENT;
    const OFCondition asked =
        DIMSE_sendMessageUsingMemoryData(peer.raw(), peer.context(service), &request, nullptr, &keys, nullptr, nullptr);
    return asked.good() ? CD_NET_OK : cd::explain(asked, "images were asked for", message);
}

}  // namespace

extern "C" cd_net_status cd_net_get(
    const cd_node *node, const char *study, const char *series, const char *const *instances, size_t count,
    const char *folder, void *context, void (*stored)(void *context, const char *instance), char *message) {
    return cd::guarded_net(message, [&]() -> cd_net_status {
        cd::Association peer;
        if (const cd_net_status status = peer.open(*node, services(), message)) return status;
        if (!peer.context(UID_GETStudyRootQueryRetrieveInformationModel)) {
            return cd::fail(
                message, CD_NET_NOT_OFFERED,
                std::string(
                    "it offers no C-GET; where it offers C-MOVE, use --move, or retrieve = \"move\" in its settings"));
        }
        if (const cd_net_status status = ask(peer, study, series, instances, count, message)) return status;
        Get get{series, folder, std::set<std::string>(instances, instances + count), context, stored};
        for (;;) {
            T_ASC_PresentationContextID id = 0;
            T_DIMSE_Message came = {};
            DcmDataset *detail = nullptr;
            const OFCondition received =
                DIMSE_receiveCommand(peer.raw(), DIMSE_NONBLOCKING, peer.timeout(), &id, &came, &detail);
            delete detail;
            if (received.bad()) return cd::explain(received, "images were coming", message);
            if (came.CommandField == DIMSE_C_STORE_RQ) {
                if (const cd_net_status status = get.answer(peer, id, came.msg.CStoreRQ, message)) return status;
                continue;
            }
            if (came.CommandField != DIMSE_C_GET_RSP) {
                return cd::fail(message, CD_NET_NONSENSE, std::string("it sent what it was not asked for"));
            }
            const T_DIMSE_C_GetRSP &response = came.msg.CGetRSP;
            const OFCondition listed = cd::swallow(peer, id, response.DataSetType);
            if (listed.bad()) return cd::explain(listed, "images were coming", message);
            if (DICOM_PENDING_STATUS(response.DimseStatus)) continue;
            // Warnings (some could not be sent) are for the caller, who counts what came.
            if (response.DimseStatus != STATUS_Success && !DICOM_WARNING_STATUS(response.DimseStatus)) {
                return cd::fail(message, CD_NET_REFUSED, cd::joined(cd::meaning(response.DimseStatus), get.refused()));
            }
            std::string remark;
            const bool has_failures = (response.opts & O_GET_NUMBEROFFAILEDSUBOPERATIONS) != 0;
            if (has_failures && response.NumberOfFailedSubOperations > 0) {
                remark = cd::could_not_send(response.NumberOfFailedSubOperations, response.DimseStatus);
            }
            remark = cd::joined(remark, get.refused());
            peer.release();
            std::snprintf(message, CD_MESSAGE_SIZE, "%s", remark.c_str());
            return CD_NET_OK;
        }
    });
}
