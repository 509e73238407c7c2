// DICOM over the network (PS3.7, PS3.8) as plain C: one association a call, opened and ended within it.
//
// No call waits longer than its node's time for anything the peer owes. `message` receives a clause in ASCII that never
// holds patient data. Texts given are UTF-8 or ASCII and live during the call only.
#ifndef CDCMTK_NETWORK_H
#define CDCMTK_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What became of a conversation.
typedef enum {
    CD_NET_OK = 0,
    /// Nobody listens there, or the name is not known.
    CD_NET_UNREACHABLE,
    /// The peer refused the association.
    CD_NET_REJECTED,
    /// The peer does not offer the service asked for.
    CD_NET_NOT_OFFERED,
    /// The peer answered a request with a failure.
    CD_NET_REFUSED,
    /// The peer ended the association or the connection broke.
    CD_NET_ABORTED,
    /// The peer did not answer in time.
    CD_NET_TIMEOUT,
    /// Keys, certificates or the secured connection.
    CD_NET_TLS,
    /// What was received could not be written, or what was to be sent not be read.
    CD_NET_FILE,
    /// The peer sent what it was not asked for, or what is no DICOM.
    CD_NET_NONSENSE,
    /// Something on this side: memory, sockets.
    CD_NET_LOCAL
} cd_net_status;

/// Whom to speak to.
typedef struct {
    /// Our AE title and theirs, at most 16 characters.
    const char *calling, *called;
    const char *host;
    uint16_t port;
    /// How long to wait for a connection and for each answer, s.
    int32_t timeout;
    bool uses_tls;
    /// PEM files; key and certificate may be NULL where the peer asks for none. The peer's certificate must be signed
    /// by one of `trusted`.
    const char *key, *certificate, *trusted;
} cd_node;

/// C-ECHO.
cd_net_status cd_net_echo(const cd_node *node, char *message);

/// What is looked for; NULL or "" for anything.
typedef struct {
    /// STUDY, SERIES or IMAGE (study root, PS3.4 C.6.2).
    const char *level;
    const char *study, *series, *accession, *patient_id, *study_date, *modality;
} cd_query;

/// One match; UTF-8, empty where the peer says nothing.
typedef struct {
    const char *study, *study_date, *study_description, *series, *series_description, *modality, *sop_class, *instance;
    /// How many instances a series has, −1 where the peer does not say.
    int32_t instances;
} cd_match;

/// C-FIND.
cd_net_status cd_net_find(
    const cd_node *node, const cd_query *query, void *context, void (*visit)(void *context, const cd_match *match),
    char *message);

/// C-GET of a series, or of some of its instances where `count` is not 0. Each instance that comes is written whole as
/// `<folder>/<SOPInstanceUID>.dcm`, and is told of when it is on the disk. What belongs to another series is refused.
/// On CD_NET_OK `message` says why less came than was asked for, as far as the peer tells; otherwise it is empty.
cd_net_status cd_net_get(
    const cd_node *node, const char *study, const char *series, const char *const *instances, size_t count,
    const char *folder, void *context, void (*stored)(void *context, const char *instance), char *message);

/// What a peer says it has sent.
typedef struct {
    int32_t completed, failed;
} cd_net_moved;

/// C-MOVE of a series, or of some of its instances where `count` is not 0, to our AE title: the peer sends them over
/// associations of its own, which cd_net_listen takes. `is_coming` is asked about 50 times a second whether images came
/// or are coming since it was asked last; while they do, the peer owes no answer. On CD_NET_OK `message` says what could
/// not be sent, as far as the peer tells; otherwise it is empty.
cd_net_status cd_net_move(
    const cd_node *node, const char *study, const char *series, const char *const *instances, size_t count,
    void *context, bool (*is_coming)(void *context), cd_net_moved *moved, char *message);

/// What a peer said of an object that was sent, or is to keep.
typedef struct {
    const char *sop_class, *instance;
    /// The status of PS3.7 C, or of storage commitment the failure reason; 0 is success.
    uint16_t status;
} cd_net_outcome;

/// C-STORE of files, in order, each in the transfer syntax it has. Ends at the first that is refused.
cd_net_status cd_net_store(
    const cd_node *node, const char *const *files, size_t count, void *context,
    void (*visit)(void *context, const cd_net_outcome *outcome), char *message);

/// Storage commitment (PS3.4 J): asks the peer to vouch for objects, and waits for its report, on the same association
/// or, where `listening_port` is not 0, on one that the peer opens to us (without TLS). CD_NET_NOT_OFFERED if the peer
/// offers no such service, CD_NET_TIMEOUT if the report does not come within `patience` seconds.
cd_net_status cd_net_commit(
    const cd_node *node, uint16_t listening_port, int32_t patience, const cd_net_outcome *objects, size_t count,
    void *context, void (*visit)(void *context, const cd_net_outcome *outcome), char *message);

/// How others may call us.
typedef struct {
    /// The IPv4 address and port that are listened to; port 0 for any that is free.
    const char *address;
    uint16_t port;
    /// Our AE title, which callers have to name; "" for any.
    const char *title;
    /// The AE titles that may call; none for any.
    const char *const *callers;
    size_t caller_count;
    /// Where what arrives is written, under names of our own; must be there.
    const char *folder;
    /// How long a peer may be silent, s. What it sends must come by at least 16 KiB a second beyond that.
    int32_t timeout;
    /// How many may call at once, and how many bytes an object may have.
    int32_t most_associations;
    int64_t largest_object;
    bool uses_tls;
    /// PEM files; with `trusted`, callers have to show a certificate that is signed by one of these.
    const char *key, *certificate, *trusted;
    /// Nodes that are called to report on a storage commitment, where one of them (`called`) asked.
    const cd_node *reporters;
    size_t reporter_count;
} cd_listening;

/// An object that arrived whole and is on the disk.
typedef struct {
    /// The file: data set as it came, behind a meta group.
    const char *path;
    /// Who sent it, in printable ASCII.
    const char *calling;
    /// What it was announced as: UIDs of digits and dots, which the data set may contradict.
    const char *sop_class, *instance;
    /// The number of its association.
    uint64_t association;
} cd_arrival;

typedef enum {
    /// Listening on `port`.
    CD_LISTEN_READY,
    /// An association began; was released; was refused; ended otherwise.
    CD_LISTEN_BEGAN,
    CD_LISTEN_ENDED,
    CD_LISTEN_REFUSED,
    CD_LISTEN_CUT
} cd_listen_event;

typedef struct {
    cd_listen_event event;
    /// Who, in printable ASCII; "" where he did not come to say.
    const char *calling;
    uint64_t association;
    /// How many objects were taken over it.
    uint64_t count;
    /// Why it was refused or cut, as a clause about the peer.
    const char *clause;
    uint16_t port;
} cd_listen_news;

/// What is asked and told meanwhile, from any thread and from several at once.
typedef struct {
    void *context;
    /// Takes a file over by moving it away, and returns 0; or returns the status that refuses it.
    uint16_t (*arrived)(void *context, const cd_arrival *arrival);
    /// Whether an object is kept: 0, or the failure reason of storage commitment (PS3.3 C.14.1.1).
    uint16_t (*vouches)(void *context, const char *sop_class, const char *instance);
    void (*told)(void *context, const cd_listen_news *news);
    bool (*is_stopped)(void *context);
} cd_listen_calls;

/// Serves C-ECHO, C-STORE and storage commitment (whose report goes out on the association that asked, unless the peer is
/// one of the reporters) until it is stopped; objects in hand are finished then.
cd_net_status cd_net_listen(const cd_listening *wanted, const cd_listen_calls *calls, char *message);

#ifdef __cplusplus
}
#endif
#endif
