#!/usr/bin/env python3
"""first_slice.py PLEURA FOLDER: milliseconds from starting the review in a terminal of 200x60 until its first slice
is on screen, five starts. The data folder is a temporary one."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time

BLOCK = "▀".encode()


def first_slice(pleura, folder, home):
    """One start; `None` if no slice came within ten seconds."""
    sized, go = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(sized, 1)
        environment = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", PLEURA_HOME=home)
        os.execve(pleura, [pleura, "review", folder], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
    begun = time.monotonic()
    os.write(go, b"1")
    blocks, took = 0, None
    while time.monotonic() - begun < 10 and took is None:
        if select.select([terminal], [], [], 0.05)[0]:
            blocks += os.read(terminal, 1 << 16).count(BLOCK)
            if blocks > 1000:  # a slice, not a bar
                took = (time.monotonic() - begun) * 1e3
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return took


program, series = sys.argv[1:3]
with tempfile.TemporaryDirectory() as data:
    for _ in range(5):
        found = first_slice(program, series, data)
        print("no slice" if found is None else f"{found:.0f} ms", flush=True)
