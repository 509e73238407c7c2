// One association with a peer, from the connection to the release.
#pragma once
#include "support.hpp"

#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dimse.h"
#include "dcmtk/dcmtls/tlslayer.h"

#include <memory>

namespace cd {

inline cd_net_status fail(char *message, cd_net_status status, const std::string &what) {
    std::snprintf(message, CD_MESSAGE_SIZE, "%s", what.c_str());
    return status;
}

/// What a DCMTK condition means between peers.
cd_net_status explain(const OFCondition &condition, const char *doing, char *message);

/// What a peer's status says (PS3.7 C, PS3.4 B.2.3, C.4), as a clause.
std::string meaning(DIC_US status);

/// Runs the body of an `extern "C"` function.
template <class Body> cd_net_status guarded_net(char *message, Body body) noexcept {
    try {
        message[0] = 0;
        initialise();
        return body();
    } catch (const std::bad_alloc &) {
        return fail(message, CD_NET_LOCAL, std::string("memory ran out"));
    } catch (...) {
        return fail(message, CD_NET_NONSENSE, std::string("the answer could not be taken apart"));
    }
}

/// A service that is asked for, with the transfer syntaxes that go for it.
struct Service {
    std::string abstract_syntax;
    std::vector<const char *> transfer_syntaxes;
    T_ASC_SC_ROLE role = ASC_SC_ROLE_DEFAULT;
};

/// The uncompressed syntaxes, which every peer has.
std::vector<const char *> plain_syntaxes();

class Association {
public:
    Association() = default;
    Association(const Association &) = delete;
    Association &operator=(const Association &) = delete;
    /// Ends what is still open by an abort: a conversation that went well was released.
    ~Association();

    cd_net_status open(const cd_node &node, const std::vector<Service> &services, char *message);
    void release();

    /// The context that was accepted for a service, or 0.
    T_ASC_PresentationContextID context(const std::string &abstract_syntax) const;
    T_ASC_PresentationContextID context(const std::string &abstract_syntax, const char *transfer_syntax) const;

    T_ASC_Association *raw() { return association_; }
    DIC_US next_message() { return association_->nextMsgID++; }
    int timeout() const { return timeout_; }

private:
    cd_net_status secure(const cd_node &node, char *message);

    T_ASC_Network *network_ = nullptr;
    T_ASC_Association *association_ = nullptr;
    T_ASC_Parameters *parameters_ = nullptr;
    std::unique_ptr<DcmTLSTransportLayer> layer_;
    int timeout_ = 30;
    bool is_open_ = false;
};

}  // namespace cd
