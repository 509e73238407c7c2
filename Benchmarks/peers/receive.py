#!/usr/bin/env python3
"""receive.py PLEURA FOLDER: how fast `pleura listen` receives, beside DCMTK's storescp on the same disk, and how long a
series takes from its last image to the worklist with its prediction.

FOLDER holds a CT series. Its images are sent as 300 of one series (copies get UIDs of their own) by storescu: to each
receiver in turn, three times, the best counts. Pleura has every object on the disk (fsync) before it says success;
storescp has not. Then fifty storescu at once, and the series as it is, to be predicted."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

COUNT = 300


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def send(port, files):
    """Seconds until storescu has sent files, and whether all were taken."""
    begun = time.monotonic()
    sent = subprocess.run(["storescu", "-aec", "PLEURA", "-aet", "CT1", "127.0.0.1", str(port), *map(str, files)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun, sent.returncode == 0


def wait_for(port):
    for _ in range(200):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("nobody listens")


class Listening:
    """`pleura listen` in a data folder of its own."""

    def __init__(self, pleura, home, *options):
        self.home, self.port, self.log = home, free_port(), Path(home) / "log"
        environment = dict(os.environ, PLEURA_HOME=str(home), XDG_CONFIG_HOME=str(Path(home) / "config"))
        self.process = subprocess.Popen([pleura, "listen", "--port", str(self.port), *options], env=environment,
                                        stdout=subprocess.DEVNULL, stderr=self.log.open("w"))
        try:
            wait_for(self.port)
        except SystemExit:
            self.process.kill()
            raise

    def objects(self):
        return sum(1 for _ in Path(self.home).rglob("*.dcm"))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def three_times(make):
    """The best of three sendings, each to a receiver and a folder of its own."""
    best = None
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            took = make(Path(folder))
            best = took if best is None else min(best, took)
    return best


def many(folder, source):
    """COUNT images of one series, from those of a folder."""
    files = sorted(path for path in Path(source).rglob("*") if path.is_file())
    made = []
    for number in range(COUNT):
        made.append(shutil.copy(files[number % len(files)], folder / f"{number:03}.dcm"))
        if number >= len(files):
            subprocess.run(["dcmodify", "-nb", "-gin", made[-1]], check=True, stdout=subprocess.DEVNULL)
    return made


def main():
    pleura, source = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        images = many(Path(folder), source)

        def ours(home):
            listening = Listening(pleura, home, "--quiet", "86400")
            took, is_well = send(listening.port, images)
            listening.end()
            if not is_well or listening.objects() != COUNT:
                raise SystemExit("not all was received")
            return took

        def theirs(home, **environment):
            port = free_port()
            process = subprocess.Popen(["storescp", "-od", str(home), str(port)], env=dict(os.environ, **environment),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            took, is_well = send(port, images)
            process.kill()
            process.wait()
            if not is_well or len(list(home.iterdir())) != COUNT:
                raise SystemExit("not all was received by storescp")
            return took

        own, usual = three_times(ours), three_times(theirs)
        tuned = three_times(lambda home: theirs(home, TCP_NODELAY="1"))
        print(f"{COUNT} images: {own:.2f} s; storescp {usual:.2f} s ({usual / own:.1f}x), "
              f"with TCP_NODELAY=1 {tuned:.2f} s ({tuned / own:.2f}x)", flush=True)

        with tempfile.TemporaryDirectory() as home:
            listening = Listening(pleura, home, "--quiet", "86400")
            answers = [None] * 50

            def sender(index):
                answers[index] = send(listening.port, images[index::50])[1]

            begun = time.monotonic()
            threads = [threading.Thread(target=sender, args=(index,)) for index in range(50)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took = time.monotonic() - begun
            listening.end()
            print(f"50 senders at once: {took:.2f} s, {sum(map(bool, answers))} of 50 well, "
                  f"{listening.objects()} of {COUNT} images there", flush=True)

        with tempfile.TemporaryDirectory() as home:
            listening = Listening(pleura, home, "--quiet", "1", "--once-quiet", "1")
            files = sorted(path for path in Path(source).rglob("*") if path.is_file())
            send(listening.port, files)
            listening.process.wait()
            text = listening.log.read_text()
            found = re.search(r"on the worklist ([0-9.]+) s after", text)
            seconds = float(found.group(1)) - 1 if found else None
            print(f"{len(files)} images, from the end of the quiet second to the worklist with a prediction: "
                  + (f"{seconds:.1f} s" if seconds is not None else "no case\n" + text), flush=True)


main()
