// What the service of one association does: verification, storage, storage commitment.
#pragma once
#include "guarded.hpp"

namespace cd {

/// What a peer may send before a command is whole: the PDU that it stands in, which may hold what follows it, and a little
/// more. DCMTK takes commands apart in memory, by recursion: of more bytes it could be led deeper than a stack lasts.
const int64_t most_of_command = int64_t(longest_data_pdu) + (16 << 10);

/// A file that takes a data set as it comes. What cannot be written is swallowed, so that the peer can be told.
class Arriving {
public:
    /// Makes the file, which must not be there, and writes the meta group of an object into it.
    Arriving(
        const std::string &path, const std::string &kind, const std::string &instance, const std::string &syntax,
        const std::string &sender);
    /// How many bytes it takes; more are a problem (EFBIG).
    void limit(int64_t most) { left_ = most; }
    bool is_well() const { return is_well_; }
    /// Removes the file unless it was handed over.
    ~Arriving();
    Arriving(const Arriving &) = delete;
    Arriving &operator=(const Arriving &) = delete;

    void write(const void *bytes, size_t count);
    /// Waits until the disk has all of it. False if something of it could not be written; `problem` says why, as errno.
    bool settle();
    int problem() const { return problem_; }
    /// The file is somebody else's from now on.
    void hand_over() { is_ours_ = false; }
    const std::string &path() const { return path_; }

private:
    std::string path_;
    int file_;
    bool is_well_, is_ours_ = true;
    int problem_ = 0;
    int64_t left_ = INT64_MAX;
    std::vector<uint8_t> waiting_;

    void flush();
};

/// Serves an association that was asked for, until the peer ends it.
class StorageService {
public:
    StorageService(
        const cd_listening &wanted, const cd_listen_calls &calls, Caller &caller, uint64_t number,
        const std::atomic<bool> &is_ending)
        : wanted_(wanted), calls_(calls), caller_(caller), number_(number), is_ending_(is_ending) {}

    /// Negotiates, serves and releases. `is_busy`: there are too many already.
    void serve(T_ASC_Association *peer, bool is_busy);

private:
    const cd_listening &wanted_;
    const cd_listen_calls &calls_;
    Caller &caller_;
    const uint64_t number_;
    const std::atomic<bool> &is_ending_;
    std::string calling_;
    uint64_t count_ = 0;
    /// Whether the peer asked for the end while something else was waited for.
    bool is_released_ = false;

    void tell(cd_listen_event event, const char *clause = "") const;
    /// Why an association is refused; "" if it is not.
    const char *objection(T_ASC_Association *peer, bool is_busy, T_ASC_RejectParameters &reject);
    bool answer(T_ASC_Association *peer, T_ASC_PresentationContextID id, const T_DIMSE_Message &came);
    /// Where the next data set goes.
    std::string next_path() const;
    bool store(T_ASC_Association *peer, T_ASC_PresentationContextID id, const T_DIMSE_C_StoreRQ &request);
    bool commit(T_ASC_Association *peer, T_ASC_PresentationContextID id, const T_DIMSE_N_ActionRQ &request);
};

/// Receives a data set into a file, as it comes: to its end, whatever becomes of the file, or no longer than the file takes it.
OFCondition receive_into(
    T_ASC_Association *peer, int timeout, T_ASC_PresentationContextID &id, Arriving &file, bool ends_early = false);

/// Digits and dots: the only thing of a peer's that goes into a name.
bool is_uid(const std::string &text);

/// Secures what others open to us.
cd_net_status secure_listening(const cd_listening &wanted, DcmTLSTransportLayer &layer, char *message);

}  // namespace cd
