"""Puts the folds of tools/refine-real.sh together into the tables of docs/refine.md.

Usage: refine_real.py FOLDER, with FOLDER/fold-N.json as `pleura evaluate --json` writes them.
"""

import glob
import json
import os
import sys

AIM = 0.99
SHOWN = [0, 1, 2, 3, 5, 10]


def name(method):
    """A model's method is called by its folder; the others by what they are."""
    return method if " " in method or method in ("copying", "interpolation", "both sides") else "refine"


def curve_row(slices):
    length = len(slices[0]["scores"])
    mean = [sum(s["scores"][n] for s in slices) / len(slices) for n in range(length)]
    needed = sorted(next((n for n, v in enumerate(s["scores"]) if v >= AIM), 99) for s in slices)
    median = needed[(len(needed) - 1) // 2]
    given = sum(s["prompts"] for s in slices)
    worse = sum(s["worsened"] for s in slices) / given if given else 0
    return (
        [str(len(slices))]
        + [f"{mean[n]:.3f}" for n in SHOWN]
        + [f"{sum(mean[1:]) / (length - 1):.3f}", "never" if median == 99 else str(median), f"{100 * worse:.1f} %"]
    )


def curves(slices, groups, key):
    methods = list(dict.fromkeys(name(s["method"]) for s in slices))
    print(f"| {key} | method | slices |" + "".join(f" {n} |" for n in SHOWN) + " area | to 0.99 | worse |")
    print("|---|---|---|" + "---|" * (len(SHOWN) + 3))
    for group in groups:
        for method in methods:
            own = [s for s in slices if name(s["method"]) == method and (group == "all" or s[key] == group)]
            if own:
                print(f"| {group} | {method} | " + " | ".join(curve_row(own)) + " |")
    print()


def carried(entries, groups, key):
    methods = list(dict.fromkeys(name(e["method"]) for e in entries))
    print(f"| {key} |" + "".join(f" {m} | 95 % | worse |" for m in methods))
    print("|---|" + "---|---|---|" * len(methods))
    for group in groups:
        cells = []
        for method in methods:
            own = [e for e in entries if name(e["method"]) == method and (group == "all" or e[key] == group)]
            needed, repaired = sum(e["needed"] for e in own), sum(e["repaired"] for e in own)
            nearly = sum(e["nearly"] for e in own)
            harmed, count = sum(e["harmed"] for e in own), sum(e["slices"] for e in own)
            cells.append(f" {repaired} of {needed} ({100 * repaired / max(needed, 1):.0f} %) | {100 * nearly / max(needed, 1):.0f} % | {harmed} of {count} |")
        print(f"| {group} |" + "".join(cells))
    print()


def main():
    folder = sys.argv[1]
    slices, entries, patients = [], [], set()
    for path in sorted(glob.glob(os.path.join(folder, "fold-*.json"))):
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        slices += report["slices"]
        entries += report["carried"]
        patients |= {s["patient"] for s in report["slices"]}
    if not slices:
        print("No fold has been measured.")
        return
    print(f"{len(patients)} patients, each by a network that never saw them. Surface Dice of slices at 2 mm by prompts:\n")
    for key in ("structure", "kind"):
        curves(slices, ["all"] * (key == "structure") + sorted({s[key] for s in slices}), key)
    print("Slices repaired without another touch, of those within 25 mm that needed the same correction (99 %, then 95 % of the contour within 2 mm):\n")
    for key in ("structure", "kind"):
        carried(entries, ["all"] * (key == "structure") + sorted({e[key] for e in entries}), key)


main()
