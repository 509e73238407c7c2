// See CNcursesGuard.h.
#define _GNU_SOURCE
#include "CNcursesGuard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#define LEAVE_SIZE 512
#define SHOWN_ERRORS 16384
#define GRACE_SECONDS 2

static const int crashes[] = {SIGSEGV, SIGABRT, SIGILL, SIGFPE, SIGBUS, SIGTRAP, SIGQUIT};
static const int requests[] = {SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGTSTP, SIGCONT, SIGALRM};
#define CRASHES (sizeof crashes / sizeof crashes[0])
#define REQUESTS (sizeof requests / sizeof requests[0])

static struct {
    struct termios state;
    int terminal; /* a descriptor of our own */
    int null_device;
    char leave[LEAVE_SIZE];
    size_t leave_count;
    int errors, real_errors; /* memory and the real standard error; -1 without capture */
    int signal_pipe[2];
    struct sigaction old_crash[CRASHES], old_request[REQUESTS];
    stack_t old_stack;
    bool own_stack, backtraces;
} guard = {.terminal = -1, .null_device = -1, .errors = -1, .real_errors = -1, .signal_pipe = {-1, -1}};

static atomic_int armed;    /* the terminal is ours and has to be given back */
static atomic_int handling; /* the handlers are installed */
static atomic_int signals, termination, untaken;
static char signal_stack[65536];

static void write_all(int descriptor, const char *bytes, size_t count) {
    int tries = 0;
    while (count > 0) {
        ssize_t n = write(descriptor, bytes, count);
        if (n > 0) {
            bytes += n;
            count -= (size_t)n;
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN && tries++ < 20) { /* a slow line: wait a little, not for ever */
            struct pollfd p = {descriptor, POLLOUT, 0};
            poll(&p, 1, 50);
            continue;
        }
        return;
    }
}

static void release_errors(void) {
    if (guard.real_errors < 0) return;
    dup2(guard.real_errors, STDERR_FILENO);
    if (guard.errors < 0) return;
    off_t size = lseek(guard.errors, 0, SEEK_END);
    off_t from = size > SHOWN_ERRORS ? size - SHOWN_ERRORS : 0;
    char piece[1024];
    while (from < size) {
        ssize_t n = pread(guard.errors, piece, sizeof piece, from);
        if (n <= 0) break;
        write_all(guard.real_errors, piece, (size_t)n);
        from += n;
    }
    if (ftruncate(guard.errors, 0) != 0) { /* shown twice at worst */
    }
}

/* Once only, from whichever thread or handler comes first. */
static void give_back(bool dying) {
    if (!atomic_exchange(&armed, 0)) return;
    int saved = errno;
    sigset_t ttou, before;
    sigemptyset(&ttou);
    sigaddset(&ttou, SIGTTOU); /* blocked, a background process may change the terminal's state */
    pthread_sigmask(SIG_BLOCK, &ttou, &before);
    /* When dying, another thread may be drawing: its frame must not land behind our farewell. */
    if (dying && guard.null_device >= 0) dup2(guard.null_device, STDOUT_FILENO);
    write_all(guard.terminal, guard.leave, guard.leave_count);
    tcsetattr(guard.terminal, TCSANOW, &guard.state);
    tcflush(guard.terminal, TCIFLUSH); /* mouse reports still on their way are no commands for the shell */
    release_errors();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
}

static void at_exit(void) { give_back(false); }

static void die_of(int number) {
    give_back(true);
    signal(number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + number);
}

static void on_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    give_back(true);
    for (size_t i = 0; i < CRASHES; i++)
        if (crashes[i] == number) {
            /* Swift's own handler waits half a minute for a key, so it gets its turn only if somebody asked for it
               (SWIFT_BACKTRACE is set). */
            struct sigaction old;
            memset(&old, 0, sizeof old);
            old.sa_handler = SIG_DFL;
            if (guard.backtraces) {
                old = guard.old_crash[i];
                dup2(guard.terminal, STDOUT_FILENO);
            }
            sigaction(number, &old, NULL);
        }
    /* A fault of the processor happens again on return, with all it tells; anything else has to be sent again. */
    if (info == NULL || info->si_code <= 0 || number == SIGTRAP) raise(number);
}

static void wake(int bit) {
    atomic_fetch_or(&signals, bit);
    char byte = 0;
    ssize_t n = write(guard.signal_pipe[1], &byte, 1);
    (void)n; /* full is as good as written */
}

static void on_request(int number) {
    int saved = errno;
    switch (number) {
    case SIGWINCH: wake(NC_SIGNAL_RESIZE); break;
    case SIGTSTP: wake(NC_SIGNAL_STOP); break;
    case SIGCONT: wake(NC_SIGNAL_CONTINUE); break;
    case SIGALRM:
        if (atomic_load(&untaken)) die_of(atomic_load(&termination));
        break;
    default:
        if (atomic_load(&untaken)) die_of(number);
        atomic_store(&termination, number);
        atomic_store(&untaken, 1);
        alarm(GRACE_SECONDS);
        wake(NC_SIGNAL_TERMINATE);
    }
    errno = saved;
}

static void install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < CRASHES; i++) sigdelset(&action.sa_mask, crashes[i]);
    action.sa_flags = SA_ONSTACK | SA_SIGINFO;
    action.sa_sigaction = on_crash;
    for (size_t i = 0; i < CRASHES; i++) sigaction(crashes[i], &action, &guard.old_crash[i]);
    action.sa_flags = SA_ONSTACK | SA_RESTART;
    action.sa_handler = on_request;
    for (size_t i = 0; i < REQUESTS; i++) {
        sigaction(requests[i], NULL, &guard.old_request[i]);
        /* nohup and the like: who was told to ignore it goes on doing so. */
        bool ignored = guard.old_request[i].sa_handler == SIG_IGN && !(guard.old_request[i].sa_flags & SA_SIGINFO);
        if (ignored
            && (requests[i] == SIGHUP || requests[i] == SIGINT || requests[i] == SIGTERM || requests[i] == SIGTSTP))
            continue;
        sigaction(requests[i], &action, NULL);
    }
}

static void uninstall(void) {
    for (size_t i = 0; i < CRASHES; i++) sigaction(crashes[i], &guard.old_crash[i], NULL);
    for (size_t i = 0; i < REQUESTS; i++) sigaction(requests[i], &guard.old_request[i], NULL);
}

static void close_descriptor(int *descriptor) {
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
}

static void close_all(void) {
    close_descriptor(&guard.terminal);
    close_descriptor(&guard.null_device);
    close_descriptor(&guard.errors);
    close_descriptor(&guard.real_errors);
    close_descriptor(&guard.signal_pipe[0]);
    close_descriptor(&guard.signal_pipe[1]);
}

static void capture(void) {
    if (guard.errors >= 0) dup2(guard.errors, STDERR_FILENO);
}

int nc_guard_arm(int terminal, const char *leave, size_t count, bool capture_errors) {
    static bool registered;
    if (atomic_exchange(&handling, 1)) {
        errno = EBUSY;
        return -1;
    }
    int saved;
    if (count > LEAVE_SIZE) {
        errno = E2BIG;
        goto failed;
    }
    if (tcgetattr(terminal, &guard.state) != 0) goto failed;
    guard.terminal = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
    guard.null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (guard.terminal < 0 || pipe2(guard.signal_pipe, O_NONBLOCK | O_CLOEXEC) != 0) goto failed;
    memcpy(guard.leave, leave, count);
    guard.leave_count = count;
    if (capture_errors) {
        guard.real_errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
        guard.errors = memfd_create("standard error", MFD_CLOEXEC);
        if (guard.real_errors < 0 || guard.errors < 0 || fcntl(guard.errors, F_SETFL, O_APPEND) != 0) {
            close_descriptor(&guard.errors);
            close_descriptor(&guard.real_errors);
        }
        capture();
    }
    guard.backtraces = getenv("SWIFT_BACKTRACE") != NULL;
    atomic_store(&signals, 0);
    atomic_store(&termination, 0);
    atomic_store(&untaken, 0);
    /* A stack of its own lets the handler run when the thread that draws has used up its stack. */
    sigaltstack(NULL, &guard.old_stack);
    guard.own_stack = (guard.old_stack.ss_flags & SS_DISABLE) != 0;
    if (guard.own_stack) {
        stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
        sigaltstack(&stack, NULL);
    }
    if (!registered) {
        registered = true;
        atexit(at_exit);
    }
    atomic_store(&armed, 1);
    install();
    return guard.signal_pipe[0];
failed:
    saved = errno;
    close_all();
    atomic_store(&handling, 0);
    errno = saved;
    return -1;
}

void nc_guard_disarm(void) {
    if (!atomic_load(&handling)) return;
    give_back(false);
    uninstall();
    if (guard.own_stack) sigaltstack(&guard.old_stack, NULL);
    close_all();
    atomic_store(&handling, 0);
}

int nc_guard_take_signals(void) {
    char bytes[64];
    if (guard.signal_pipe[0] >= 0)
        while (read(guard.signal_pipe[0], bytes, sizeof bytes) > 0) {}
    return atomic_exchange(&signals, 0);
}

int nc_guard_take_termination(void) {
    if (atomic_exchange(&untaken, 0)) alarm(0);
    return atomic_load(&termination);
}

int nc_guard_pending_termination(void) { return atomic_load(&untaken) ? atomic_load(&termination) : 0; }

void nc_guard_stop(void) {
    give_back(false);
    struct sigaction ordinary, ours;
    memset(&ordinary, 0, sizeof ordinary);
    ordinary.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &ordinary, &ours);
    kill(0, SIGTSTP); /* the whole job, as the terminal driver would; returns when it runs on */
    sigaction(SIGTSTP, &ours, NULL);
    capture();
    atomic_store(&armed, 1);
}

void nc_guard_trim_errors(size_t limit) {
    if (guard.errors < 0 || !atomic_load(&armed)) return;
    off_t size = lseek(guard.errors, 0, SEEK_END);
    if (size > (off_t)limit && ftruncate(guard.errors, 0) != 0) { /* tried again later */
    }
}
