// Gives the terminal back whatever ends the program, and passes on the signals a full-screen program has to act on.
// Everything the handlers do is async-signal-safe. One guard at a time in a process.
#ifndef CNCURSES_GUARD_H
#define CNCURSES_GUARD_H
#include <stdbool.h>
#include <stddef.h>

enum {
    NC_SIGNAL_RESIZE = 1,    /* SIGWINCH: the window has another size */
    NC_SIGNAL_STOP = 2,      /* SIGTSTP: somebody wants the program stopped */
    NC_SIGNAL_CONTINUE = 4,  /* SIGCONT: the program runs on, the terminal may have been used by others */
    NC_SIGNAL_TERMINATE = 8, /* SIGTERM, SIGHUP or SIGINT has come and was not yet taken */
};

/* Remembers the state of the terminal on descriptor `terminal` and installs the handlers. `leave` are the bytes that
   bring its screen back to normal. With `capture_errors`, standard error goes to memory until the terminal is given
   back, so that no library's message breaks the screen. Returns a descriptor to poll for signals; -1 with errno. */
int nc_guard_arm(int terminal, const char *leave, size_t count, bool capture_errors);

/* Writes the bytes, gives the terminal its old state, shows captured errors, and removes the handlers. */
void nc_guard_disarm(void);

/* The NC_SIGNAL_ bits that came since the last call; empties the descriptor. */
int nc_guard_take_signals(void);

/* The signal that asks for an end, or 0. Taking it stops the clock: untaken, the program is ended after 2 seconds,
   and at once by a second signal. */
int nc_guard_take_termination(void);

/* The same signal as long as it was not taken, without taking it; else 0. */
int nc_guard_pending_termination(void);

/* Stops the process group as Ctrl-Z does, with the terminal given back; returns when it runs on. The caller has to
   leave and enter the screen around it. */
void nc_guard_stop(void);

/* Keeps captured errors from filling the memory: drops what is older when it is over `limit` bytes. */
void nc_guard_trim_errors(size_t limit);
#endif
