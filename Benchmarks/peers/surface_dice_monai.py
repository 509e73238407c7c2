"""surface_dice_monai.py REFERENCE TEST NX NY NZ SX SY SZ TOLERANCE RUNS: MONAI's surface Dice of two packed masks.

`use_subvoxels` is MONAI's form of DeepMind's definition; its plain form is another measure."""

import json
import sys
import time

import torch
from monai.metrics import compute_surface_dice

from packed_masks import read

nx, ny, nz = map(int, sys.argv[3:6])
sx, sy, sz, tolerance = map(float, sys.argv[6:10])
# MONAI wants batch and class in front, one of each.
reference, test = (torch.from_numpy(read(path, (nz, ny, nx)))[None, None] for path in sys.argv[1:3])
times = []
for _ in range(int(sys.argv[10])):
    start = time.perf_counter()
    score = compute_surface_dice(
        test, reference, [tolerance], include_background=True, spacing=(sz, sy, sx), use_subvoxels=True
    )
    times.append((time.perf_counter() - start) * 1e3)
print(json.dumps({"milliseconds": times, "surface_dice": float(score[0, 0])}))
