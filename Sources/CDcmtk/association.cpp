#include "association.hpp"

#include "dcmtk/dcmnet/dcmtrans.h"
#include "dcmtk/dcmnet/diutil.h"
#include "dcmtk/dcmtls/tlsciphr.h"

namespace cd {

namespace {

std::string rejection(const T_ASC_Parameters *parameters, const cd_node &node) {
    T_ASC_RejectParameters reject;
    ASC_getRejectParameters(const_cast<T_ASC_Parameters *>(parameters), &reject);
    const bool is_user = reject.source == ASC_SOURCE_SERVICEUSER;
    const int reason = int(reject.reason) & 0xff;
    if (is_user && reason == 7) return "it does not go by the AE title " + std::string(node.called);
    if (is_user && reason == 3) return "it does not know our AE title " + std::string(node.calling);
    if (reject.source == ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED) return "it is busy; try again later";
    return "it refused the association without saying why; the AE titles may not be registered there";
}

}  // namespace

std::vector<const char *> plain_syntaxes() {
    return {UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax};
}

cd_net_status explain(const OFCondition &condition, const char *doing, char *message) {
    const std::string during = std::string(" while ") + doing;
    if (condition == DIMSE_NODATAAVAILABLE || condition == DUL_READTIMEOUT) {
        return fail(message, CD_NET_TIMEOUT, "it did not answer in time" + during);
    }
    if (condition == DUL_PEERABORTEDASSOCIATION || condition == DUL_PEERREQUESTEDRELEASE) {
        return fail(message, CD_NET_ABORTED, "it ended the association" + during);
    }
    if (condition.module() == OFM_dcmtls || condition.code() == DULC_TLSERROR) {
        return fail(message, CD_NET_TLS, "the secured connection failed" + during);
    }
    if (condition.module() == OFM_dcmnet) {
        const unsigned short code = condition.code();
        if (code == DIMSEC_PARSEFAILED || code == DIMSEC_UNEXPECTEDREQUEST || code == DIMSEC_UNEXPECTEDRESPONSE
            || code == DIMSEC_BADCOMMANDTYPE || code == DIMSEC_BADDATA || code == DIMSEC_BADMESSAGE
            || code == DULC_ILLEGALPDU || code == DULC_UNRECOGNIZEDPDUTYPE) {
            return fail(message, CD_NET_NONSENSE, "it sent what is no DICOM message" + during);
        }
    }
    return fail(message, CD_NET_ABORTED, "the connection broke" + during);
}

std::string meaning(DIC_US status) {
    char number[8];
    std::snprintf(number, sizeof number, "%04Xh", unsigned(status));
    const std::string at = std::string(" (status ") + number + ")";
    if (status == 0xa702) return "it could not send what was asked for" + at;
    if ((status & 0xff00) == 0xa700) return "it is out of resources" + at;
    if ((status & 0xff00) == 0xa900) return "it says that the object and what was announced do not fit" + at;
    if (status == 0xa801) return "it does not know where to send to" + at;
    if ((status & 0xf000) == 0xc000) return "it could not understand or process the request" + at;
    if (status == 0x0122) return "it does not store objects of this kind" + at;
    if (status == 0x0124) return "we are not authorised" + at;
    if (status == 0x0110) return "it failed to process the request" + at;
    if (status == 0x0111) return "it has an object of this UID already" + at;
    if (status == 0x0112) return "it does not have the object" + at;
    return "it answered with a failure" + at;
}

Association::~Association() {
    if (association_ && is_open_) ASC_abortAssociation(association_);
    // An association that was refused may hold the parameters or not: they are freed once, here.
    if (parameters_) ASC_destroyAssociationParameters(&parameters_);
    if (association_) {
        association_->params = nullptr;
        ASC_destroyAssociation(&association_);
    }
    if (network_) ASC_dropNetwork(&network_);
}

void Association::release() {
    if (!is_open_) return;
    ASC_releaseAssociation(association_);
    is_open_ = false;
}

cd_net_status Association::secure(const cd_node &node, char *message) {
    layer_ = std::make_unique<DcmTLSTransportLayer>(NET_REQUESTOR, nullptr, OFTrue);
    auto unreadable = [&](const char *what) {
        return fail(message, CD_NET_TLS, std::string("the ") + what + " cannot be read, or is no PEM file");
    };
    layer_->setPrivateKeyPasswd("");
    if (node.key && layer_->setPrivateKeyFile(node.key, DCF_Filetype_PEM).bad()) return unreadable("private key");
    if (node.certificate && layer_->setCertificateFile(node.certificate, DCF_Filetype_PEM).bad()) {
        return unreadable("certificate");
    }
    if (node.key && node.certificate && !layer_->checkPrivateKeyMatchesCertificate()) {
        return fail(message, CD_NET_TLS, std::string("private key and certificate do not belong together"));
    }
    if (!node.trusted || layer_->addTrustedCertificateFile(node.trusted, DCF_Filetype_PEM).bad()) {
        return unreadable("file of trusted certificates");
    }
    layer_->setCertificateVerification(DCV_requireCertificate);
    if (layer_->setTLSProfile(TSP_Profile_BCP195).bad() || layer_->activateCipherSuites().bad()) {
        return fail(message, CD_NET_TLS, std::string("this machine's OpenSSL has none of the ciphers of BCP 195"));
    }
    if (ASC_setTransportLayer(network_, layer_.get(), 0).bad()
        || ASC_setTransportLayerType(parameters_, OFTrue).bad()) {
        return fail(message, CD_NET_TLS, std::string("the secured connection could not be set up"));
    }
    return CD_NET_OK;
}

cd_net_status Association::open(const cd_node &node, const std::vector<Service> &services, char *message) {
    timeout_ = node.timeout;
    dcmConnectionTimeout.set(node.timeout);
    dcmSocketSendTimeout.set(node.timeout);
    dcmSocketReceiveTimeout.set(node.timeout);
    if (ASC_initializeNetwork(NET_REQUESTOR, 0, node.timeout, &network_).bad()
        || ASC_createAssociationParameters(&parameters_, ASC_DEFAULTMAXPDU).bad()) {
        return fail(message, CD_NET_LOCAL, std::string("the network could not be set up"));
    }
    if (node.uses_tls) {
        if (const cd_net_status status = secure(node, message)) return status;
    }
    ASC_setAPTitles(parameters_, node.calling, node.called, nullptr);
    const std::string address = std::string(node.host) + ":" + std::to_string(node.port);
    ASC_setPresentationAddresses(parameters_, "localhost", address.c_str());
    T_ASC_PresentationContextID id = 1;
    for (const Service &service : services) {
        std::vector<const char *> syntaxes = service.transfer_syntaxes;
        if (ASC_addPresentationContext(
                parameters_, id, service.abstract_syntax.c_str(), syntaxes.data(), int(syntaxes.size()), service.role)
                .bad()) {
            return fail(message, CD_NET_LOCAL, std::string("the association could not be described"));
        }
        id = T_ASC_PresentationContextID(id + 2);
    }
    const OFCondition asked = ASC_requestAssociation(network_, parameters_, &association_);
    if (asked.good()) {
        is_open_ = true;
        if (ASC_countAcceptedPresentationContexts(parameters_) > 0) return CD_NET_OK;
        return fail(message, CD_NET_NOT_OFFERED, std::string("it offers none of the services asked for"));
    }
    if (asked == DUL_ASSOCIATIONREJECTED) return fail(message, CD_NET_REJECTED, rejection(parameters_, node));
    if (asked.module() == OFM_dcmtls || asked.code() == DULC_TLSERROR) {
        return fail(
            message, CD_NET_TLS,
            std::string("the secured connection failed: it speaks no TLS, or one side does not trust the other's "
                        "certificate"));
    }
    const bool is_connected = asked.code() != DULC_REQUESTASSOCIATIONFAILED && asked.code() != DULC_TCPINITERROR
        && asked.code() != DULC_UNKNOWNHOST;
    if (is_connected) return explain(asked, "the association was negotiated", message);
    return fail(
        message, CD_NET_UNREACHABLE, std::string("nobody answers at ") + address + ", or the name is not known");
}

T_ASC_PresentationContextID Association::context(const std::string &abstract_syntax) const {
    return is_open_ ? ASC_findAcceptedPresentationContextID(association_, abstract_syntax.c_str()) : 0;
}

T_ASC_PresentationContextID Association::context(
    const std::string &abstract_syntax, const char *transfer_syntax) const {
    if (!is_open_) return 0;
    return ASC_findAcceptedPresentationContextID(association_, abstract_syntax.c_str(), transfer_syntax);
}

}  // namespace cd
