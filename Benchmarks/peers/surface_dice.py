"""surface_dice.py REFERENCE TEST NX NY NZ SX SY SZ TOLERANCE RUNS: DeepMind's surface Dice of two packed masks."""

import json
import sys
import time

import surface_distance

from packed_masks import read

nx, ny, nz = map(int, sys.argv[3:6])
sx, sy, sz, tolerance = map(float, sys.argv[6:10])
reference, test = (read(path, (nz, ny, nx)) for path in sys.argv[1:3])
times = []
for _ in range(int(sys.argv[10])):
    start = time.perf_counter()
    distances = surface_distance.compute_surface_distances(reference, test, (sz, sy, sx))
    score = surface_distance.compute_surface_dice_at_tolerance(distances, tolerance)
    times.append((time.perf_counter() - start) * 1e3)
print(json.dumps({"milliseconds": times, "surface_dice": score}))
