"""open_series.py FOLDER RUNS: reads a CT series in three ways and prints milliseconds of each run, and the sum of HU."""

import json
import os
import sys
import time

import numpy as np
import pydicom
import SimpleITK as sitk


def with_pydicom(folder, pixels):
    files = [pydicom.dcmread(os.path.join(folder, name)) for name in os.listdir(folder)]
    files.sort(key=lambda file: float(file.ImagePositionPatient[2]))
    volume = np.empty((len(files), files[0].Rows, files[0].Columns), np.int16)
    for z, file in enumerate(files):
        slope, intercept = float(file.RescaleSlope), float(file.RescaleIntercept)
        values = pixels(file)
        volume[z] = values if (slope, intercept) == (1, 0) else np.rint(values * slope + intercept)
    return volume


def frombuffer(file):
    # What pixel_array comes to for uncompressed signed 16-bit files, without its checks.
    return np.frombuffer(file.PixelData, "<i2").reshape(file.Rows, file.Columns)


def with_simpleitk(folder):
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(folder))
    image = reader.Execute()
    return sitk.GetArrayViewFromImage(image), image


ways = {
    "pydicom": lambda folder: with_pydicom(folder, lambda file: file.pixel_array),
    "frombuffer": lambda folder: with_pydicom(folder, frombuffer),
    "simpleitk": with_simpleitk,
}
folder, runs = sys.argv[1], int(sys.argv[2])
answer = {"sums": {}, "milliseconds": {name: [] for name in ways}}
for name, way in ways.items():
    result = way(folder)
    volume = result[0] if isinstance(result, tuple) else result  # a view lives no longer than its image
    answer["sums"][name] = int(volume.sum(dtype=np.int64))
for _ in range(runs):
    for name, way in ways.items():
        start = time.perf_counter()
        way(folder)
        answer["milliseconds"][name].append((time.perf_counter() - start) * 1e3)
print(json.dumps(answer))
