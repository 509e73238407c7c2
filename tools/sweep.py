#!/usr/bin/env python3
"""Takes everything below a folder of images through import, review and export, as a user would.

    tools/sweep.py BINARY FOLDER

For each DICOM folder and each image file: `import`; then `review` in a terminal of its own, accepted unseen; then `export`
in every form that fits. Prints a line each: worked, or the sentence with which it was refused. Ends with 1 if a program
crashed, hung, or refused without a sentence.
"""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

binary, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
images = (".nii", ".nii.gz", ".mha", ".mhd", ".nrrd", ".nhdr", ".hdr", ".mgz")
bad = 0


def sources():
    for folder, folders, names in os.walk(data):
        folders.sort()
        files = [n for n in sorted(names) if n.lower().endswith(images)]
        rest = [n for n in names if n not in files and not n.endswith((".md", ".txt", ".json", ".xz", ".csv"))]
        is_dicom = [n for n in rest if is_dicom_like(os.path.join(folder, n))]
        if len(is_dicom) > 1:
            yield folder
        # A folder of unlike files is gone through file by file as well.
        yield from (os.path.join(folder, n) for n in is_dicom if len(is_dicom) == 1 or "awkward" in folder)
        yield from (os.path.join(folder, n) for n in files)


def is_dicom_like(path):
    with open(path, "rb") as file:
        head = file.read(132)
    return head[128:132] == b"DICM" or path.endswith((".dcm", ".seg")) or head[:1] in (b"\x08", b"\x02")


def run(home, *words):
    process = subprocess.Popen(
        [binary, *words], env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        return None, "", "HANG"
    return process.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def environment(home):
    keep = {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH") if k in os.environ}
    return keep | {"HOME": home, "PLEURA_HOME": home + "/p", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "USER": "sweep"}


def review(home, case):
    """Opens a case in a terminal, accepts it, and leaves. What went wrong, or ""."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(binary, [binary, "review", case], environment(home))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 130, 0, 0))
    seen, end, told, asked = "", time.time() + 60, "", 0
    while time.time() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen = (seen + os.read(terminal, 65536).decode(errors="replace"))[-400000:]
            except OSError:
                break
            continue
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][A-Z0-9]", "", seen)
        if asked == 0 and "saved" in text:
            os.write(terminal, b":accept!\r")
            asked = 1
        elif asked == 1 and ("filed as" in text or "accepted" in text):
            os.write(terminal, b"q")
            asked = 2
    else:
        told = "review: no end in 60 s at step %d" % asked
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    if told or asked < 2:
        return told or "review ended early with status %d" % status
    return "" if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else "review ended with status %d" % status


for source in sources():
    home = tempfile.mkdtemp(prefix="pleura-sweep-")
    name = os.path.relpath(source, data)
    try:
        status, out, err = run(home, "import", source, "--json")
        if status not in (0, 2):
            bad += 1
            print(f"BAD   {name}: import ended with {status}: {err[:200]}")
            continue
        report = json.loads(out) if out.strip() else {"cases": [], "skipped": []}
        for item in report["cases"]:
            trouble = review(home, item["id"])
            done = []
            for form, file in [("rtstruct", "a.dcm"), ("seg", "b.dcm"), ("nifti", "c.nii.gz"), ("nrrd", "d.nrrd"), ("seg.nrrd", "e.seg.nrrd")]:
                if trouble:
                    break
                code, _, said = run(home, "export", item["id"], "--format", form, "-o", os.path.join(home, file))
                if code == 0:
                    done.append(form)
                elif code != 2 or "." not in said:
                    trouble = f"export {form} ended with {code}: {said[:200]}"
                else:
                    done.append(form + " refused: " + said.strip().replace("pleura: ", "")[:110])
            bad += bool(trouble)
            note = f" ({'; '.join(item['warnings'])[:160]})" if item["warnings"] else ""
            print(f"{'BAD  ' if trouble else 'works'} {name} {item['size']}{note}: {trouble or ', '.join(done)}")
        if not report["cases"]:
            reasons = sorted({s["reason"] for s in report["skipped"]}) or [err.strip()]
            plain = all(r.strip() for r in reasons)
            bad += not plain
            print(f"{'no   ' if plain else 'BAD  '} {name}: {' | '.join(reasons)[:300]}")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    sys.stdout.flush()
sys.exit(1 if bad else 0)
