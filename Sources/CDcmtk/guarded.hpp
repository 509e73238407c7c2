// A connection that somebody opened to us, under limits that hold whatever he sends: how long he may take, how long a
// PDU may be, and how many bytes a message may have.
#pragma once
#include "association.hpp"

#include "dcmtk/dcmnet/dcmlayer.h"
#include "dcmtk/dcmnet/dcmtrans.h"

#include <atomic>
#include <chrono>
#include <mutex>

namespace cd {

/// The most bytes of a PDU of data that a caller is allowed.
const uint32_t longest_data_pdu = 64 << 10;

/// What is known of one caller. One thread serves it; another looks after its time.
class Caller {
public:
    explicit Caller(int socket) : socket_(socket) {}
    Caller(const Caller &) = delete;
    Caller &operator=(const Caller &) = delete;
    ~Caller() {
        close_once([](int file) { ::close(file); });
    }

    /// Begins something for which he has so long, and for which he may send so many bytes. Every 16 KiB that come
    /// earn him another second.
    void expect(std::chrono::seconds time, int64_t bytes);
    /// Ends the connection if his time is up.
    void end_if_late();
    /// Ends the connection: whoever reads from it is told that it broke.
    void end();
    bool was_late() const { return was_late_; }
    bool broke_limit() const { return broke_limit_; }

    /// Takes account of bytes that came. False if they break a limit.
    bool take(const uint8_t *bytes, size_t count);
    /// Closes the socket by whatever closes it, once: from then on its number may be somebody else's.
    template <class Body> void close_once(Body body) {
        std::lock_guard<std::mutex> guard(mutex_);
        if (socket_ >= 0) body(socket_);
        socket_ = -1;
    }

    /// Whether the thread that serves it has ended.
    std::atomic<bool> is_done{false};

private:
    std::mutex mutex_;
    int socket_;
    std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::now();
    int64_t left_ = 0;
    uint8_t header_[6] = {};
    size_t header_count_ = 0;
    uint64_t body_left_ = 0;
    std::atomic<bool> was_late_{false}, broke_limit_{false};
};

/// Makes guarded connections, of plain or of secured ones. The caller is the one that the thread serves.
class GuardedLayer : public DcmTransportLayer {
public:
    GuardedLayer(DcmTransportLayer *inner, std::mutex &gate) : inner_(inner), gate_(gate) {}
    DcmTransportConnection *createConnection(DcmNativeSocketType socket, OFBool is_secure) override;

    /// Whom the thread serves, and whether it holds the gate still: DCMTK takes a socket by a variable that all threads
    /// share, so that only one at a time may pass, up to here.
    static thread_local Caller *caller;
    static thread_local bool holds_gate;

private:
    DcmTransportLayer *inner_;
    std::mutex &gate_;
};

}  // namespace cd
