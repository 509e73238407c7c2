#include "storage.hpp"

#include "dcmtk/dcmdata/dcostrma.h"
#include "dcmtk/dcmnet/diutil.h"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace {

/// What is taken: what belongs to a CT study and is read.
const char *const images[] = {
    UID_CTImageStorage,
    UID_EnhancedCTImageStorage,
    UID_LegacyConvertedEnhancedCTImageStorage,
    UID_SegmentationStorage,
};
const char *const others[] = {UID_RTStructureSetStorage, UID_RTDoseStorage};

const char *const compressed[] = {
    UID_JPEGProcess14SV1TransferSyntax, UID_JPEGProcess14TransferSyntax,        UID_JPEGLSLosslessTransferSyntax,
    UID_JPEGLSLossyTransferSyntax,      UID_JPEG2000LosslessOnlyTransferSyntax, UID_JPEG2000TransferSyntax,
    UID_RLELosslessTransferSyntax,      UID_JPEGProcess2_4TransferSyntax,       UID_JPEGProcess1TransferSyntax,
};

template <size_t N> bool has(const char *const (&list)[N], const char *text) {
    for (const char *each : list) {
        if (std::strcmp(each, text) == 0) return true;
    }
    return false;
}

bool is_taken(const char *kind, const char *syntax) {
    const bool is_plain = std::strcmp(syntax, UID_LittleEndianExplicitTransferSyntax) == 0
        || std::strcmp(syntax, UID_LittleEndianImplicitTransferSyntax) == 0;
    if (is_plain) {
        return has(images, kind) || has(others, kind) || std::strcmp(kind, UID_VerificationSOPClass) == 0
            || std::strcmp(kind, UID_StorageCommitmentPushModelSOPClass) == 0;
    }
    return has(images, kind) && has(compressed, syntax);
}

/// Accepts of each service the first encoding that the peer proposes and we read, so that it need not recode.
void accept_contexts(T_ASC_Parameters *parameters) {
    const int count = ASC_countPresentationContexts(parameters);
    for (int at = 0; at < count; at++) {
        T_ASC_PresentationContext proposed;
        if (ASC_getPresentationContext(parameters, at, &proposed).bad()) continue;
        bool is_known = false;
        for (int i = 0; i < proposed.transferSyntaxCount && !is_known; i++) {
            if (!is_taken(proposed.abstractSyntax, proposed.proposedTransferSyntaxes[i])) continue;
            is_known = true;
            ASC_acceptPresentationContext(
                parameters, proposed.presentationContextID, proposed.proposedTransferSyntaxes[i], ASC_SC_ROLE_DEFAULT);
        }
        if (is_known) continue;
        const bool is_ours = has(images, proposed.abstractSyntax) || has(others, proposed.abstractSyntax);
        ASC_refusePresentationContext(
            parameters, proposed.presentationContextID,
            is_ours ? ASC_P_TRANSFERSYNTAXESNOTSUPPORTED : ASC_P_ABSTRACTSYNTAXNOTSUPPORTED);
    }
}

/// A text as a peer may have written it, without what could steer a terminal or end a line.
std::string plain(const char *text) {
    std::string shown;
    for (; *text && shown.size() < 64; text++) shown.push_back(*text >= 0x20 && *text <= 0x7e ? *text : '?');
    while (!shown.empty() && shown.back() == ' ') shown.pop_back();
    return shown;
}

class ArrivingConsumer : public DcmConsumer {
public:
    ArrivingConsumer(cd::Arriving &file, bool ends_early) : file_(file), ends_early_(ends_early) {}
    OFBool good() const override { return !ends_early_ || file_.is_well() ? OFTrue : OFFalse; }
    OFCondition status() const override { return good() ? EC_Normal : EC_InvalidStream; }
    OFBool isFlushed() const override { return OFTrue; }
    offile_off_t avail() const override { return 1 << 20; }
    offile_off_t write(const void *bytes, offile_off_t count) override {
        file_.write(bytes, size_t(count));
        return count;
    }
    void flush() override {}

private:
    cd::Arriving &file_;
    const bool ends_early_;
};

class ArrivingStream : public DcmOutputStream {
public:
    explicit ArrivingStream(ArrivingConsumer &consumer) : DcmOutputStream(&consumer) {}
};

}  // namespace

namespace cd {

bool is_uid(const std::string &text) {
    return !text.empty() && text.size() <= 64 && text.find_first_not_of("0123456789.") == std::string::npos;
}

Arriving::Arriving(
    const std::string &path, const std::string &kind, const std::string &instance, const std::string &syntax,
    const std::string &sender)
    : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)),
      is_well_(file_ >= 0), problem_(file_ >= 0 ? 0 : errno) {
    std::vector<uint8_t> group;
    auto number = [&](uint32_t value, int count) {
        for (int i = 0; i < count; i++) group.push_back(uint8_t(value >> (8 * i)));
    };
    auto put = [&](uint16_t element, const char *vr, std::string value, char padding) {
        if (value.size() % 2 == 1) value.push_back(padding);
        number(2, 2);
        number(element, 2);
        group.push_back(uint8_t(vr[0]));
        group.push_back(uint8_t(vr[1]));
        number(uint32_t(value.size()), 2);
        group.insert(group.end(), value.begin(), value.end());
    };
    // FileMetaInformationVersion is of VR OB, which has a longer head.
    const uint8_t version[] = {2, 0, 1, 0, 'O', 'B', 0, 0, 2, 0, 0, 0, 0, 1};
    group.insert(group.end(), std::begin(version), std::end(version));
    put(0x0002, "UI", kind, 0);
    put(0x0003, "UI", instance, 0);
    put(0x0010, "UI", syntax, 0);
    put(0x0012, "UI", OFFIS_IMPLEMENTATION_CLASS_UID, 0);
    put(0x0013, "SH", OFFIS_DTK_IMPLEMENTATION_VERSION_NAME, ' ');
    if (!sender.empty()) put(0x0016, "AE", sender.substr(0, 16), ' ');
    std::vector<uint8_t> body;
    body.swap(group);
    group.assign(128, 0);
    for (const char c : {'D', 'I', 'C', 'M'}) group.push_back(uint8_t(c));
    const uint8_t length[] = {2, 0, 0, 0, 'U', 'L', 4, 0};
    group.insert(group.end(), std::begin(length), std::end(length));
    number(uint32_t(body.size()), 4);
    group.insert(group.end(), body.begin(), body.end());
    waiting_ = std::move(group);
}

Arriving::~Arriving() {
    if (file_ >= 0) ::close(file_);
    // A name that was taken is somebody else's.
    if (is_ours_ && file_ >= 0) unlink(path_.c_str());
}

void Arriving::write(const void *bytes, size_t count) {
    if (!is_well_) return;
    left_ -= int64_t(count);
    if (left_ < 0) {
        is_well_ = false;
        problem_ = EFBIG;
        return;
    }
    const auto *from = static_cast<const uint8_t *>(bytes);
    waiting_.insert(waiting_.end(), from, from + count);
    if (waiting_.size() >= (1u << 20)) flush();
}

void Arriving::flush() {
    size_t done = 0;
    while (is_well_ && done < waiting_.size()) {
        const ssize_t written = ::write(file_, waiting_.data() + done, waiting_.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            is_well_ = false;
            problem_ = errno;
        } else {
            done += size_t(written);
        }
    }
    waiting_.clear();
}

bool Arriving::settle() {
    flush();
    if (is_well_ && fsync(file_) != 0) {
        is_well_ = false;
        problem_ = errno;
    }
    return is_well_;
}

void StorageService::tell(cd_listen_event event, const char *clause) const {
    const cd_listen_news news{event, calling_.c_str(), number_, count_, clause, 0};
    calls_.told(calls_.context, &news);
}

const char *StorageService::objection(T_ASC_Association *peer, bool is_busy, T_ASC_RejectParameters &reject) {
    reject = {ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, ASC_REASON_SU_NOREASON};
    char calling[64] = "", called[64] = "", name[128] = "";
    ASC_getAPTitles(peer->params, calling, sizeof calling, called, sizeof called, nullptr, 0);
    calling_ = plain(calling);
    if (is_busy) {
        reject = {
            ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
            ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED};
        return "there are too many associations already";
    }
    if (ASC_getApplicationContextName(peer->params, name, sizeof name).bad()
        || std::strcmp(name, UID_StandardApplicationContext) != 0) {
        reject.reason = ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED;
        return "it speaks another language than DICOM";
    }
    if (wanted_.title && wanted_.title[0] && plain(called) != wanted_.title) {
        reject.reason = ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED;
        return "it calls another AE title than ours";
    }
    bool is_known = wanted_.caller_count == 0;
    for (size_t i = 0; i < wanted_.caller_count; i++) is_known = is_known || calling_ == wanted_.callers[i];
    if (is_known) return "";
    reject.reason = ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED;
    return "its AE title is none of those that may send";
}

void StorageService::serve(T_ASC_Association *peer, bool is_busy) {
    T_ASC_RejectParameters reject;
    const char *why = objection(peer, is_busy, reject);
    if (why[0]) {
        ASC_rejectAssociation(peer, &reject);
        return tell(CD_LISTEN_REFUSED, why);
    }
    accept_contexts(peer->params);
    if (ASC_acknowledgeAssociation(peer).bad()) return tell(CD_LISTEN_CUT, "the association was negotiated");
    tell(CD_LISTEN_BEGAN);
    const std::chrono::seconds patience(wanted_.timeout);
    caller_.expect(patience, most_of_command);
    for (;;) {
        T_ASC_PresentationContextID id = 0;
        T_DIMSE_Message came = {};
        DcmDataset *detail = nullptr;
        const OFCondition received = DIMSE_receiveCommand(peer, DIMSE_NONBLOCKING, 1, &id, &came, &detail);
        delete detail;
        if (received == DIMSE_NODATAAVAILABLE && !is_ending_ && !caller_.was_late()) continue;
        if (received == DUL_PEERREQUESTEDRELEASE) {
            ASC_acknowledgeRelease(peer);
            return tell(CD_LISTEN_ENDED);
        }
        if (received.bad()) {
            const bool is_abort = received == DUL_PEERABORTEDASSOCIATION;
            if (!is_abort) ASC_abortAssociation(peer);
            const char *how = is_ending_ ? "we are ending"
                : caller_.was_late()     ? "it fell silent"
                : caller_.broke_limit()  ? "it sent more than is allowed, or what is no DICOM"
                : is_abort               ? "it broke off"
                                         : "the connection broke, or it sent what is no DICOM";
            return tell(CD_LISTEN_CUT, how);
        }
        if (!answer(peer, id, came)) {
            // A peer that wants no report on this association ends it as it should.
            if (is_released_) {
                ASC_acknowledgeRelease(peer);
                return tell(CD_LISTEN_ENDED);
            }
            ASC_abortAssociation(peer);
            return tell(
                CD_LISTEN_CUT,
                caller_.was_late()          ? "it fell silent in the midst of an object"
                    : caller_.broke_limit() ? "it sent more than is allowed, or what is no DICOM"
                                            : "the connection broke, or it sent what is no DICOM");
        }
        caller_.expect(patience, most_of_command);
    }
}

bool StorageService::answer(T_ASC_Association *peer, T_ASC_PresentationContextID id, const T_DIMSE_Message &came) {
    switch (came.CommandField) {
    case DIMSE_C_ECHO_RQ: return DIMSE_sendEchoResponse(peer, id, &came.msg.CEchoRQ, STATUS_Success, nullptr).good();
    case DIMSE_C_STORE_RQ: return store(peer, id, came.msg.CStoreRQ);
    case DIMSE_N_ACTION_RQ: return commit(peer, id, came.msg.NActionRQ);
    default: return false;
    }
}

std::string StorageService::next_path() const {
    static std::atomic<uint64_t> number{0};
    return std::string(wanted_.folder) + "/" + std::to_string(getpid()) + "-" + std::to_string(++number) + ".part";
}

OFCondition receive_into(
    T_ASC_Association *peer, int timeout, T_ASC_PresentationContextID &id, Arriving &file, bool ends_early) {
    ArrivingConsumer consumer(file, ends_early);
    ArrivingStream stream(consumer);
    return DIMSE_receiveDataSetInFile(peer, DIMSE_NONBLOCKING, timeout, &id, &stream, nullptr, nullptr);
}

bool StorageService::store(T_ASC_Association *peer, T_ASC_PresentationContextID id, const T_DIMSE_C_StoreRQ &request) {
    T_ASC_PresentationContext context;
    if (ASC_findAcceptedPresentationContext(peer->params, id, &context).bad()) return false;
    const std::string kind = request.AffectedSOPClassUID, instance = request.AffectedSOPInstanceUID;
    const bool is_fit = kind == context.abstractSyntax && is_uid(instance);
    DIC_US status = STATUS_STORE_Error_CannotUnderstand;
    caller_.expect(std::chrono::seconds(wanted_.timeout), wanted_.largest_object);
    const std::string path = next_path();
    Arriving file(path, is_uid(kind) ? kind : "", is_fit ? instance : "", context.acceptedTransferSyntax, calling_);
    T_ASC_PresentationContextID data_id = id;
    if (receive_into(peer, wanted_.timeout, data_id, file).bad() || data_id != id) return false;
    // What is on its way to the disk is no time of the peer's.
    caller_.expect(std::chrono::seconds(3600), 1 << 20);
    if (!file.settle()) {
        status = STATUS_STORE_Refused_OutOfResources;
    } else if (is_fit) {
        const cd_arrival arrival{path.c_str(), calling_.c_str(), kind.c_str(), instance.c_str(), number_};
        status = calls_.arrived(calls_.context, &arrival);
        // Whoever takes a file moves it away; what is still there is not wanted.
        if (status == STATUS_Success) file.hand_over();
    }
    if (status == STATUS_Success) count_++;
    T_DIMSE_C_StoreRSP response = {};
    response.DimseStatus = status;
    response.MessageIDBeingRespondedTo = request.MessageID;
    response.DataSetType = DIMSE_DATASET_NULL;
    response.opts = O_STORE_AFFECTEDSOPCLASSUID | O_STORE_AFFECTEDSOPINSTANCEUID;
    OFStandard::strlcpy(response.AffectedSOPClassUID, request.AffectedSOPClassUID, sizeof response.AffectedSOPClassUID);
    OFStandard::strlcpy(
        response.AffectedSOPInstanceUID, request.AffectedSOPInstanceUID, sizeof response.AffectedSOPInstanceUID);
    caller_.expect(std::chrono::seconds(wanted_.timeout), 1 << 20);
    return DIMSE_sendStoreResponse(peer, id, &request, &response, nullptr).good();
}

}  // namespace cd
