#!/usr/bin/env python3
"""Checks that what the Markdown documents link to is there: files of the repository, and headings in documents.

usage: check_links.py FOLDER [FILE.md ...]

FOLDER is the root of the repository; without files, all that git knows there are checked. Links to other servers are
not followed. Prints what is wrong, a line each, and exits with 1 if anything is.
"""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
NAMED = re.compile(r"<a\s+(?:name|id)=[\"']([^\"']+)[\"']")
# [text](target "title"), and images; the text may hold one pair of brackets, the target one pair of parentheses.
INLINE = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?((?:[^\s()<>]|\([^\s()]*\))*)>?(?:\s+[\"'][^)]*)?\s*\)")
# [label]: target
DEFINITION = re.compile(r"^ {0,3}\[([^\]]+)\]:\s*<?(\S+?)>?(?:\s.*)?$")
# [text][label]
REFERENCE = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\[([^\[\]]+)\]")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)


def without_code(text):
    """The lines of a document, code blanked out: what is quoted there is no link and no heading."""
    lines, fence = [], None
    for line in text.split("\n"):
        found = FENCE.match(line)
        if fence is None and found:
            fence = found.group(1)
            lines.append("")
        elif fence is not None:
            # The fence ends with at least as many of the same signs.
            if found and found.group(1).startswith(fence) and line.strip() == found.group(1):
                fence = None
            lines.append("")
        else:
            lines.append(line)
    return lines


def without_spans(line):
    """A line with its code spans blanked out."""
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", lambda found: " " * len(found.group()), line)


def anchor(heading):
    """What GitHub makes of a heading: lower case, without punctuation, blanks as dashes."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    kept = "".join(c for c in text.lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return kept.replace(" ", "-")


def anchors(text):
    """All that a document can be entered at."""
    known, counts = set(), {}
    for line in without_code(text):
        known.update(NAMED.findall(line))
        found = HEADING.match(line)
        if not found:
            continue
        name = anchor(found.group(1))
        count = counts.get(name, 0)
        counts[name] = count + 1
        known.add(name if count == 0 else f"{name}-{count}")
    return known


def links(text):
    """The targets of a document's links with their lines, and the labels that it uses and does not define."""
    found, used, defined = [], [], set()
    for number, line in enumerate(without_code(text), 1):
        line = without_spans(line)
        definition = DEFINITION.match(line)
        if definition:
            defined.add(definition.group(1).lower())
            found.append((number, definition.group(2)))
            continue
        found += [(number, target) for target in INLINE.findall(line)]
        used += [(number, label) for label in REFERENCE.findall(line)]
    missing = [(number, label) for number, label in used if label.lower() not in defined]
    return found, missing


def complaints(root, documents):
    """What is wrong with the links of these documents, a sentence each."""
    root = root.resolve()
    known = {}

    def anchors_of(path):
        if path not in known:
            known[path] = anchors(path.read_text(encoding="utf-8"))
        return known[path]

    for document in documents:
        here = root / document
        found, missing = links(here.read_text(encoding="utf-8"))
        for number, label in missing:
            yield f"{document}:{number}: [{label}] is not defined"
        for number, target in found:
            if ELSEWHERE.match(target):
                continue
            path, _, fragment = target.partition("#")
            path, fragment = unquote(path), unquote(fragment)
            goal = (here.parent / path).resolve() if path else here.resolve()
            if not goal.is_relative_to(root):
                yield f"{document}:{number}: {target} leads out of the repository"
            elif not goal.exists():
                yield f"{document}:{number}: {target} is not there"
            elif fragment and goal.suffix == ".md" and fragment not in anchors_of(goal):
                yield f"{document}:{number}: {target}: no heading has that name"


def committed(root):
    """The documents that git knows."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "*.md"], check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (root / name).exists()]


def main(arguments):
    if not arguments:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    root = Path(arguments[0])
    wrong = list(complaints(root, arguments[1:] or committed(root)))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
