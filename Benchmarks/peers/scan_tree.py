"""scan_tree.py FOLDER RUNS: lists the CT series of a tree with pydicom and prints milliseconds of each run."""

import json
import os
import sys
import time

import pydicom


def scan(folder):
    series = {}
    for root, _, names in os.walk(folder):
        for name in names:
            data = pydicom.dcmread(os.path.join(root, name), stop_before_pixels=True)
            if data.Modality == "CT":
                uid = str(data.SeriesInstanceUID)
                series[uid] = series.get(uid, 0) + 1
    return series


folder, runs = sys.argv[1], int(sys.argv[2])
times = []
for _ in range(runs):
    start = time.perf_counter()
    found = scan(folder)
    times.append((time.perf_counter() - start) * 1e3)
print(json.dumps({"series": found, "milliseconds": times}))
