"""Compresses a CT series, or reads a compressed one with pydicom and pylibjpeg on all cores.

    compressed_series.py write SOURCE TARGET SYNTAX
    compressed_series.py read FOLDER RUNS
"""

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pydicom
from pydicom.pixels import pixel_array


def write(source, target, syntax):
    size = 0
    for name in os.listdir(source):
        data = pydicom.dcmread(os.path.join(source, name))
        data.compress(pydicom.uid.UID(syntax), generate_instance_uid=False)
        path = os.path.join(target, name)
        data.save_as(path)
        size += os.path.getsize(path)
    return {"bytes": size}


def one(path):
    data = pydicom.dcmread(path)
    values = pixel_array(data, decoding_plugin="pylibjpeg")
    return float(data.ImagePositionPatient[2]), np.rint(
        values * float(data.RescaleSlope) + float(data.RescaleIntercept)).astype(np.int16)


def read(folder, runs):
    paths = [os.path.join(folder, name) for name in os.listdir(folder)]
    times = []
    with ProcessPoolExecutor() as pool:
        list(pool.map(one, paths[:4]))
        for _ in range(runs):
            start = time.perf_counter()
            slices = sorted(pool.map(one, paths, chunksize=8), key=lambda pair: pair[0])
            volume = np.stack([values for _, values in slices])
            times.append((time.perf_counter() - start) * 1e3)
    return {"sum": int(volume.sum(dtype=np.int64)), "milliseconds": times}


if __name__ == "__main__":
    answer = write(*sys.argv[2:5]) if sys.argv[1] == "write" else read(sys.argv[2], int(sys.argv[3]))
    print(json.dumps(answer))
