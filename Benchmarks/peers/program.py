"""program.py PLEURA FOLDER HOME KEYS: starts the review in a terminal of its own, 200x60, and prints milliseconds
from the start to the first slice on screen and, once the case is open, CPU of the drawing thread for each key."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

BLOCKS = set("▀▄▌▐▘▝▖▗▚▞▛▜▙▟█")


def start(arguments, environment):
    """Starts a program in a terminal; also says when it did, on the clock of all processes."""
    sized, go = os.pipe()
    told, tell = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(sized, 1)
        os.write(tell, repr(time.clock_gettime(time.CLOCK_MONOTONIC)).encode())
        os.execve(arguments[0], arguments, environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
    os.write(go, b"1")
    return pid, terminal, float(os.read(told, 100))


def read(terminal, seconds):
    """What comes until nothing has come for so long."""
    data = b""
    while select.select([terminal], [], [], seconds)[0]:
        try:
            data += os.read(terminal, 1 << 16)
        except OSError:
            return data
    return data


def cpu(pid):
    with open(f"/proc/{pid}/task/{pid}/schedstat") as file:
        return int(file.read().split()[0]) / 1e6


pleura, folder, home, keys = *sys.argv[1:4], int(sys.argv[4])
environment = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", PLEURA_HOME=home)
pid, terminal, begun = start([pleura, "review", folder], environment)
screen, answer, deadline = "", {}, time.monotonic() + 60
try:
    while sum(c in BLOCKS for c in screen) < 1000:
        if time.monotonic() > deadline:
            sys.exit("no slice came on screen")
        screen += read(terminal, 0.0005).decode("utf-8", "replace")
    answer["first_slice"] = (time.clock_gettime(time.CLOCK_MONOTONIC) - begun) * 1e3
    tail = ""
    while keys and "saved" not in tail:
        if time.monotonic() > deadline:
            sys.exit("the case did not open")
        tail = tail[-20000:] + read(terminal, 0.2).decode("utf-8", "replace")
    read(terminal, 3)
    frames = []
    for number in range(keys):
        before = cpu(pid)
        os.write(terminal, b"j" if number % 40 < 20 else b"k")
        read(terminal, 0.06)
        frames.append(cpu(pid) - before)
    answer["frames"] = frames
finally:
    os.kill(pid, signal.SIGKILL)  # what it would write is thrown away
    os.close(terminal)
    os.waitpid(pid, 0)
print(json.dumps(answer))
