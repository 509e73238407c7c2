// Waits for callers and serves each in a thread of its own.
#include "storage.hpp"

#include "dcmtk/dcmtls/tlsciphr.h"

#include <arpa/inet.h>
#include <cerrno>
#include <list>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace {

/// Callers over the most there may be that are still told so; those beyond are cut off.
const size_t spare = 16;

class Socket {
public:
    ~Socket() {
        if (file >= 0) ::close(file);
    }
    int file = -1;

    cd_net_status open(const cd_listening &wanted, uint16_t &port, char *message) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(wanted.port);
        if (inet_pton(AF_INET, wanted.address, &address.sin_addr) != 1) {
            return cd::fail(message, CD_NET_LOCAL, std::string(wanted.address) + " is no IPv4 address");
        }
        file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int yes = 1;
        socklen_t length = sizeof address;
        auto *any = reinterpret_cast<sockaddr *>(&address);
        if (file < 0 || setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0
            || bind(file, any, length) != 0 || listen(file, 128) != 0 || getsockname(file, any, &length) != 0) {
            return cd::fail(
                message, CD_NET_LOCAL, "port " + std::to_string(wanted.port) + " is taken or may not be listened to");
        }
        port = ntohs(address.sin_port);
        return CD_NET_OK;
    }
};

struct Served {
    explicit Served(int socket) : caller(socket) {}
    cd::Caller caller;
    std::thread thread;
};

class Server {
public:
    Server(const cd_listening &wanted, const cd_listen_calls &calls) : wanted_(wanted), calls_(calls) {}
    ~Server() {
        is_ending_ = true;
        for (Served &served : served_) served.caller.end();
        for (Served &served : served_) {
            if (served.thread.joinable()) served.thread.join();
        }
        if (network_) ASC_dropNetwork(&network_);
    }

    cd_net_status run(char *message) {
        uint16_t port = 0;
        if (const cd_net_status status = socket_.open(wanted_, port, message)) return status;
        if (const cd_net_status status = prepare(message)) return status;
        tell(CD_LISTEN_READY, "", port);
        while (!calls_.is_stopped(calls_.context)) {
            pollfd waiting{socket_.file, POLLIN, 0};
            const int count = poll(&waiting, 1, 200);
            tidy();
            if (count < 0 && errno != EINTR) {
                return cd::fail(message, CD_NET_LOCAL, std::string("the port cannot be listened to any more"));
            }
            if (count > 0) accept_one();
        }
        // Whatever is in hand is finished, within the time that peers have for anything.
        is_ending_ = true;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(wanted_.timeout);
        while (!served_.empty() && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            tidy();
        }
        return CD_NET_OK;
    }

private:
    const cd_listening &wanted_;
    const cd_listen_calls &calls_;
    Socket socket_;
    T_ASC_Network *network_ = nullptr;
    DcmTransportLayer plain_;
    std::unique_ptr<DcmTLSTransportLayer> secure_;
    std::mutex gate_;
    std::unique_ptr<cd::GuardedLayer> layer_;
    std::list<Served> served_;
    std::atomic<bool> is_ending_{false};
    uint64_t number_ = 0;

    void tell(cd_listen_event event, const char *clause, uint16_t port = 0) {
        const cd_listen_news news{event, "", number_, 0, clause, port};
        calls_.told(calls_.context, &news);
    }

    cd_net_status prepare(char *message) {
        dcmSocketSendTimeout.set(wanted_.timeout);
        dcmSocketReceiveTimeout.set(wanted_.timeout);
        // Names of computers are asked for nowhere: a name server that is silent would hold everybody.
        dcmDisableGethostbyaddr.set(OFTrue);
        // With a socket from elsewhere DCMTK opens none of its own.
        dcmExternalSocketHandle.set(socket_.file);
        const OFCondition made = ASC_initializeNetwork(NET_ACCEPTOR, 0, wanted_.timeout, &network_);
        if (made.bad()) return cd::fail(message, CD_NET_LOCAL, std::string("the network could not be set up"));
        DcmTransportLayer *inner = &plain_;
        if (wanted_.uses_tls) {
            secure_ = std::make_unique<DcmTLSTransportLayer>(NET_ACCEPTOR, nullptr, OFTrue);
            if (const cd_net_status status = cd::secure_listening(wanted_, *secure_, message)) return status;
            inner = secure_.get();
        }
        layer_ = std::make_unique<cd::GuardedLayer>(inner, gate_);
        if (ASC_setTransportLayer(network_, layer_.get(), 0).good()) return CD_NET_OK;
        return cd::fail(message, CD_NET_LOCAL, std::string("the network could not be set up"));
    }

    void tidy() {
        for (auto at = served_.begin(); at != served_.end();) {
            if (at->caller.is_done) {
                at->thread.join();
                at = served_.erase(at);
            } else {
                at->caller.end_if_late();
                ++at;
            }
        }
    }

    void accept_one() {
        const int socket = accept4(socket_.file, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            // The caller is still waiting, so that without a pause this would be asked again at once, all the time.
            const bool is_short = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
            if (is_short) std::this_thread::sleep_for(std::chrono::milliseconds(50));
            return;
        }
        // Otherwise each answer waits for the peer's acknowledgement of the piece before it.
        const int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        const size_t most = size_t(wanted_.most_associations);
        if (served_.size() >= most + spare) {
            ::close(socket);
            return tell(CD_LISTEN_REFUSED, "there are too many connections already");
        }
        const bool is_busy = served_.size() >= most;
        number_++;
        served_.emplace_back(socket);
        Served &served = served_.back();
        served.caller.expect(std::chrono::seconds(wanted_.timeout), int64_t(2) << 20);
        try {
            served.thread = std::thread(
                [this, &served, is_busy, socket, number = number_] { serve(served.caller, socket, is_busy, number); });
        } catch (const std::exception &) {
            served_.pop_back();
            tell(CD_LISTEN_REFUSED, "there are too many connections already");
        }
    }

    void serve(cd::Caller &caller, int socket, bool is_busy, uint64_t number) noexcept {
        T_ASC_Association *peer = nullptr;
        try {
            cd::GuardedLayer::caller = &caller;
            gate_.lock();
            cd::GuardedLayer::holds_gate = true;
            dcmExternalSocketHandle.set(socket);
            const OFCondition came = ASC_receiveAssociation(
                network_, &peer, cd::longest_data_pdu, nullptr, nullptr, wanted_.uses_tls ? OFTrue : OFFalse,
                DUL_NOBLOCK, wanted_.timeout);
            if (cd::GuardedLayer::holds_gate) {
                cd::GuardedLayer::holds_gate = false;
                gate_.unlock();
            }
            if (came.good()) {
                cd::StorageService(wanted_, calls_, caller, number, is_ending_).serve(peer, is_busy);
            } else {
                const cd_listen_news news{
                    CD_LISTEN_CUT,
                    "",
                    number,
                    0,
                    caller.was_late() ? "it asked for no association in time"
                                      : "it asked for no association in a way that is DICOM, or TLS failed",
                    0};
                calls_.told(calls_.context, &news);
            }
        } catch (...) {
            if (cd::GuardedLayer::holds_gate) {
                cd::GuardedLayer::holds_gate = false;
                gate_.unlock();
            }
            // Whoever is told has to know that it ended: its study would be open for ever otherwise.
            const cd_listen_news news{CD_LISTEN_CUT, "", number, 0, "it could not be served, for want of memory", 0};
            calls_.told(calls_.context, &news);
        }
        // What is written last is to be read before the connection ends: the peer closes it, or its time does.
        if (peer) {
            ASC_dropSCPAssociation(peer, 2);
            ASC_destroyAssociation(&peer);
        }
        caller.is_done = true;
    }
};

}  // namespace

cd_net_status cd::secure_listening(const cd_listening &wanted, DcmTLSTransportLayer &layer, char *message) {
    auto unreadable = [&](const char *what) {
        return fail(message, CD_NET_TLS, std::string("the ") + what + " cannot be read, or is no PEM file");
    };
    layer.setPrivateKeyPasswd("");
    if (!wanted.key || layer.setPrivateKeyFile(wanted.key, DCF_Filetype_PEM).bad()) return unreadable("private key");
    if (!wanted.certificate || layer.setCertificateFile(wanted.certificate, DCF_Filetype_PEM).bad()) {
        return unreadable("certificate");
    }
    if (!layer.checkPrivateKeyMatchesCertificate()) {
        return fail(message, CD_NET_TLS, std::string("private key and certificate do not belong together"));
    }
    if (wanted.trusted && layer.addTrustedCertificateFile(wanted.trusted, DCF_Filetype_PEM).bad()) {
        return unreadable("file of trusted certificates");
    }
    layer.setCertificateVerification(wanted.trusted ? DCV_requireCertificate : DCV_ignoreCertificate);
    if (layer.setTLSProfile(TSP_Profile_BCP195).bad() || layer.activateCipherSuites().bad()) {
        return fail(message, CD_NET_TLS, std::string("this machine's OpenSSL has none of the ciphers of BCP 195"));
    }
    return CD_NET_OK;
}

extern "C" cd_net_status cd_net_listen(const cd_listening *wanted, const cd_listen_calls *calls, char *message) {
    return cd::guarded_net(message, [&]() -> cd_net_status { return Server(*wanted, *calls).run(message); });
}
