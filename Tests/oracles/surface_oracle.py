"""What DeepMind's surface-distance says of pairs of NIfTI masks, as JSON on standard output.

    surface_oracle.py TOLERANCE,... SX,SY,SZ REFERENCE TEST [REFERENCE TEST]...

The spacing is given, because NIfTI's header rounds it to float32.
"""

import json
import sys

import nibabel
import numpy
import surface_distance


def measure(reference, test, spacing, tolerances):
    masks = [numpy.asarray(nibabel.load(path).dataobj) > 0 for path in (reference, test)]
    distances = surface_distance.compute_surface_distances(*masks, spacing)
    averages = surface_distance.compute_average_surface_distance(distances)
    return {
        "surfaceDice": [surface_distance.compute_surface_dice_at_tolerance(distances, mm) for mm in tolerances],
        "overlaps": [
            [float(part) for part in surface_distance.compute_surface_overlap_at_tolerance(distances, mm)]
            for mm in tolerances
        ],
        "averages": [float(value) for value in averages],
        "hausdorff": [float(surface_distance.compute_robust_hausdorff(distances, p)) for p in (95, 100)],
        "dice": float(surface_distance.compute_dice_coefficient(*masks)),
    }


tolerances = [float(mm) for mm in sys.argv[1].split(",")]
spacing = [float(mm) for mm in sys.argv[2].split(",")]
files = sys.argv[3:]
print(json.dumps([measure(*files[i : i + 2], spacing, tolerances) for i in range(0, len(files), 2)]))
