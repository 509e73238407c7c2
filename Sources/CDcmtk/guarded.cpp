#include "guarded.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace cd {

namespace {

/// The most that a PDU may have: what an association is asked for by grows with its contexts, what data comes in is
/// agreed upon, and the rest is short (PS3.8 9.3).
uint32_t longest(uint8_t type) {
    switch (type) {
    case 1: return 1u << 20;
    case 4: return longest_data_pdu;
    default: return 1u << 10;
    }
}

class GuardedConnection : public DcmTransportConnection {
public:
    GuardedConnection(DcmNativeSocketType socket, DcmTransportConnection *inner, Caller *caller)
        : DcmTransportConnection(socket), inner_(inner), caller_(caller) {}
    ~GuardedConnection() override {
        caller_->close_once([this](int) { inner_.reset(); });
    }

    OFCondition serverSideHandshake() override { return inner_->serverSideHandshake(); }
    OFCondition clientSideHandshake() override { return inner_->clientSideHandshake(); }
    OFCondition renegotiate(const char *) override { return EC_IllegalCall; }
    ssize_t read(void *to, size_t count) override {
        const ssize_t got = inner_->read(to, count);
        if (got <= 0 || caller_->take(static_cast<const uint8_t *>(to), size_t(got))) return got;
        errno = EPROTO;
        return -1;
    }
    ssize_t write(void *from, size_t count) override { return inner_->write(from, count); }
    void close() override {
        caller_->close_once([this](int) { inner_->close(); });
    }
    void closeTransportConnection() override {
        caller_->close_once([this](int) { inner_->closeTransportConnection(); });
    }
    unsigned long getPeerCertificateLength() override { return inner_->getPeerCertificateLength(); }
    unsigned long getPeerCertificate(void *to, unsigned long count) override {
        return inner_->getPeerCertificate(to, count);
    }
    OFBool networkDataAvailable(int timeout) override { return inner_->networkDataAvailable(timeout); }
    OFBool isTransparentConnection() override { return inner_->isTransparentConnection(); }
    OFString &dumpConnectionParameters(OFString &text) override { return text = ""; }

private:
    std::unique_ptr<DcmTransportConnection> inner_;
    Caller *const caller_;
};

}  // namespace

thread_local Caller *GuardedLayer::caller = nullptr;
thread_local bool GuardedLayer::holds_gate = false;

DcmTransportConnection *GuardedLayer::createConnection(DcmNativeSocketType socket, OFBool is_secure) {
    if (holds_gate) {
        holds_gate = false;
        gate_.unlock();
    }
    DcmTransportConnection *plain = inner_->createConnection(socket, is_secure);
    return plain && caller ? new GuardedConnection(socket, plain, caller) : plain;
}

void Caller::expect(std::chrono::seconds time, int64_t bytes) {
    std::lock_guard<std::mutex> guard(mutex_);
    until_ = std::chrono::steady_clock::now() + time;
    left_ = bytes;
}

void Caller::end_if_late() {
    // Somebody who is closing it already may wait for the peer.
    std::unique_lock<std::mutex> guard(mutex_, std::try_to_lock);
    if (!guard || socket_ < 0 || std::chrono::steady_clock::now() < until_) return;
    was_late_ = true;
    shutdown(socket_, SHUT_RDWR);
}

void Caller::end() {
    std::lock_guard<std::mutex> guard(mutex_);
    if (socket_ >= 0) shutdown(socket_, SHUT_RDWR);
}

bool Caller::take(const uint8_t *bytes, size_t count) {
    std::lock_guard<std::mutex> guard(mutex_);
    left_ -= int64_t(count);
    until_ += std::chrono::microseconds(int64_t(count) * 1000000 / 16384);
    if (left_ < 0) broke_limit_ = true;
    while (count > 0 && !broke_limit_) {
        if (body_left_ > 0) {
            const size_t step = body_left_ < count ? size_t(body_left_) : count;
            body_left_ -= step;
            bytes += step;
            count -= step;
            continue;
        }
        header_[header_count_++] = *bytes++;
        count--;
        if (header_count_ < sizeof header_) continue;
        header_count_ = 0;
        const uint32_t length =
            uint32_t(header_[2]) << 24 | uint32_t(header_[3]) << 16 | uint32_t(header_[4]) << 8 | uint32_t(header_[5]);
        if (header_[0] < 1 || header_[0] > 7 || length > longest(header_[0])) broke_limit_ = true;
        body_left_ = length;
    }
    return !broke_limit_;
}

}  // namespace cd
