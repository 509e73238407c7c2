#!/usr/bin/env python3
"""The table of tools/headline-real.sh: every patient once, tested by the fold that never saw them, beside
baseline-threshold; the median with a bootstrap interval; and how much of the radiologists' nodules the masks hold.

usage: headline_real.py FOLDER RECIPE DATA     (standard library only)
"""
import csv
import glob
import gzip
import os
import random
import statistics
import struct
import sys

LUNGS = ("Lung_L", "Lung_R")


def scores(path):
    """{(patient, structure): (surface Dice, HD95)} of one evaluation; what is not defined is None."""
    def number(text):
        return float(text) if text else None
    with open(path, newline="", encoding="utf-8") as file:
        return {(row["patient"], row["structure"]): (number(row["surface_dice_2mm"]), number(row["hd95_mm"]))
                for row in csv.DictReader(file)}


def organs(folder, recipe):
    """{structure: [(surface Dice at its tolerance, tolerance, HD95, patient)]} of all that is no lung, over the folds."""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, f"{recipe}-fold-*.csv"))):
        if path.endswith(".part.csv"):
            continue
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["structure"] in LUNGS + ("Lungs",) or not row.get("surface_dice"):
                    continue
                distance = float(row["hd95_mm"]) if row["hd95_mm"] else None
                found.setdefault(row["structure"], []).append(
                    (float(row["surface_dice"]), float(row["tolerance_mm"]), distance, row["patient"]))
    return found


def unambiguous(folder, name):
    """Surface Dice of the lungs without the slices that are marked as ambiguous: [(score, patient, lung)]."""
    found = []
    for path in sorted(glob.glob(os.path.join(folder, f"{name}.csv"))):
        if path.endswith(".part.csv"):
            continue
        with open(path, newline="", encoding="utf-8") as file:
            found += [(float(row["surface_dice_unambiguous"]), row["patient"], row["structure"])
                      for row in csv.DictReader(file)
                      if row["structure"] in LUNGS and row.get("surface_dice_unambiguous")]
    return found


def print_unambiguous(name, found):
    """A line on them; nothing where nobody said which slices are ambiguous."""
    if not found:
        return
    worst, patient, lung = min(found)
    print(f"\nWithout the slices that are marked as ambiguous, {name}: median "
          f"{statistics.median([score for score, _, _ in found]):.4f}, worst {worst:.4f} ({patient}, {lung}).")


def print_organs(found):
    """The table of what is no lung; nothing where there is none."""
    if not found:
        return
    print("\n| structure | tolerance, mm | median | mean | worst | HD95, median | patients |\n|---|---|---|---|---|---|---|")
    for structure, rows in found.items():
        scores_of = [score for score, _, _, _ in rows]
        worst, _, _, patient = min(rows)
        distances = [distance for _, _, distance, _ in rows if distance is not None]
        print(f"| {structure} | {rows[0][1]:g} | {statistics.median(scores_of):.3f} | {statistics.mean(scores_of):.3f} "
              f"| {worst:.3f} ({patient}) | {statistics.median(distances):.1f} | {len(rows)} |")
    patients = sorted({patient for rows in found.values() for _, _, _, patient in rows})
    print("\n| patient | " + " | ".join(found) + " |\n|---" + "|---" * len(found) + "|")
    for patient in patients:
        cells = [next((f"{score:.3f}" for score, _, _, whose in rows if whose == patient), "") for rows in found.values()]
        print(f"| {patient} | " + " | ".join(cells) + " |")


def voxels(path):
    """The grid's size and the voxels of a NIfTI file of 8-bit numbers, as bytes."""
    with gzip.open(path, "rb") as file:
        data = file.read()
    order = "<" if struct.unpack_from("<i", data, 0)[0] == 348 else ">"
    if struct.unpack_from(order + "i", data, 0)[0] != 348:
        raise SystemExit(f"{path} is no NIfTI-1 file.")
    size = struct.unpack_from(order + "8h", data, 40)[1:4]
    kind, offset = struct.unpack_from(order + "h", data, 70)[0], int(struct.unpack_from(order + "f", data, 108)[0])
    count = size[0] * size[1] * size[2]
    if kind not in (2, 256) or len(data) < offset + count:
        raise SystemExit(f"{path} is cut off, or not of 8-bit numbers.")
    return size, data[offset:offset + count]


def orientation(path):
    """The rows of the sform, which have to be equal for voxels to be compared one by one."""
    with gzip.open(path, "rb") as file:
        data = file.read(348)
    return [round(value, 3) for value in struct.unpack_from("<12f", data, 280)]


def kept(nodules, masks):
    """Voxels of the nodules, and how many of them the lungs hold."""
    size, wanted = voxels(nodules)
    inside = bytearray(len(wanted))
    for name in LUNGS:
        path = os.path.join(masks, name + ".nii.gz")
        other, mask = voxels(path)
        if other != size or orientation(path) != orientation(nodules):
            raise SystemExit(f"{path} is not on the grid of {nodules}.")
        for place, value in enumerate(mask):
            if value:
                inside[place] = 1
    total = sum(1 for value in wanted if value)
    return total, sum(1 for place, value in enumerate(wanted) if value and inside[place])


def interval(patients, rounds=10_000):
    """The middle 95 % of the medians of samples drawn with replacement, always the same ones. Patients are drawn, not
    lungs: the two lungs of a patient are not independent."""
    draw = random.Random(1)
    medians = sorted(statistics.median([value for lungs in draw.choices(patients, k=len(patients)) for value in lungs])
                     for _ in range(rounds))
    return medians[int(0.025 * rounds)], medians[int(0.975 * rounds) - 1]


def summary(name, table, patients):
    """One row: the median over all lungs with its interval, the mean, and the worst."""
    values = [(table[patient, lung][0], patient, lung) for patient in patients for lung in LUNGS
              if table[patient, lung][0] is not None]
    numbers = [value for value, _, _ in values]
    low, high = interval([[table[patient, lung][0] for lung in LUNGS if table[patient, lung][0] is not None]
                          for patient in patients])
    worst, patient, lung = min(values)
    return (f"| {name} | {statistics.median(numbers):.4f} | {low:.4f} to {high:.4f} | {statistics.mean(numbers):.4f} "
            f"| {worst:.4f} ({patient}, {lung}) | {len(numbers)} |")


def tested(folder, recipe):
    """What the folds of a recipe scored, every patient once, and how many folds there are."""
    network, folds = {}, 0
    for path in sorted(glob.glob(os.path.join(folder, f"{recipe}-fold-*.csv"))):
        if path.endswith(".part.csv"):
            continue
        fold = scores(path)
        if any(key in network for key in fold):
            raise SystemExit(f"{path} tests a patient whom another fold tested as well.")
        network.update(fold)
        folds += 1
    return network, folds


def main(folder, recipe, data):
    network, folds = tested(folder, recipe)
    alone, _ = tested(folder, "alone-" + recipe)
    baseline = scores(os.path.join(folder, "baseline.csv"))
    patients = sorted({patient for patient, _ in network})
    if not patients:
        raise SystemExit(f"{folder} has no fold of {recipe} yet.")
    print(f"`{recipe}`, {folds} of 5 folds by patient; surface Dice at 2 mm and HD95 (mm) on the image's own grid.\n")
    print("| | median | 95 % interval | mean | worst | lungs |\n|---|---|---|---|---|---|")
    print(summary(recipe, network, patients))
    if all((patient, lung) in alone for patient in patients for lung in LUNGS):
        print(summary("its network alone", alone, patients))
    print(summary("baseline-threshold", baseline, patients))
    print("| published, other patients | 0.95 | | 0.92 | | |\n")
    print("| patient | Lung_L | HD95 | baseline | Lung_R | HD95 | baseline | nodules inside |")
    print("|---|---|---|---|---|---|---|---|")
    for patient in patients:
        cells = []
        for lung in LUNGS:
            (score, distance), (other, _) = network[patient, lung], baseline[patient, lung]
            cells += ["n/a" if score is None else f"{score:.4f}", "n/a" if distance is None else f"{distance:.1f}",
                      "n/a" if other is None else f"{other:.4f}"]
        nodules = os.path.join(data, "nodules", patient + ".nii.gz")
        masks = os.path.join(folder, "masks", recipe, patient)
        if os.path.exists(nodules) and os.path.isdir(masks):
            total, inside = kept(nodules, masks)
            cells.append(f"{100 * inside / total:.1f} %" if total else "none drawn")
        else:
            cells.append("")
        print(f"| {patient} | " + " | ".join(cells) + " |")
    differences = [network[key][0] - baseline[key][0] for key in network
                   if key[1] in LUNGS and network[key][0] is not None and baseline[key][0] is not None]
    behind = sum(1 for difference in differences if difference < -0.005)
    print(f"\nAgainst baseline-threshold, lung by lung: median {statistics.median(differences):+.4f}, "
          f"worst {min(differences):+.4f}, more than 0.005 behind in {behind} of {len(differences)}.")
    print_unambiguous(recipe, unambiguous(folder, f"{recipe}-fold-*"))
    print_unambiguous("baseline-threshold", unambiguous(folder, "baseline"))
    print_organs(organs(folder, recipe))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
