#!/usr/bin/env python3
"""What pydicom and numpy read of a CT series: the oracle for DicomFolder.load.

    dicom_oracle.py FOLDER [SERIES_UID]

Prints one JSON document: shape and spacing as [x, y, z], origin (LPS mm), direction (x, y and z axes, nine numbers)
and the SHA-256 of the voxels as little-endian int16, x fastest. Needs pydicom and numpy; compressed files also need
pylibjpeg with pylibjpeg-libjpeg and pylibjpeg-openjpeg. Values outside int16 count as padding (-1000 HU) only if they
equal PixelPaddingValue; otherwise the script fails, as the reader does.
"""
import hashlib
import json
import os
import sys

import numpy as np
import pydicom


def slices(folder, series):
    found = {}
    for root, _, names in os.walk(folder):
        for name in sorted(names):
            try:
                data = pydicom.dcmread(os.path.join(root, name))
            except Exception:
                continue
            image_type = data.get("ImageType") or []
            if data.get("Modality") != "CT" or "PixelData" not in data or "LOCALIZER" in image_type:
                continue
            if data.get("NumberOfFrames", 1) != 1 or "ImagePositionPatient" not in data:
                continue
            found.setdefault(str(data.get("SeriesInstanceUID", "")), []).append(data)
    if series is not None:
        return found[series]
    return max(found.values(), key=len)


def hounsfield(data):
    stored = data.pixel_array
    slope, intercept = float(data.get("RescaleSlope", 1)), float(data.get("RescaleIntercept", 0))
    values = np.rint(stored * slope + intercept)
    outside = (values < -32768) | (values > 32767)
    if outside.any():
        padding = np.uint16(int(data.PixelPaddingValue) & 0xFFFF)
        if (stored[outside].astype(np.uint16) != padding).any():
            raise SystemExit("a value does not fit int16 and is no padding")
        values[outside] = -1000
    return values.astype("<i2")


def main():
    folder, series = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    found = slices(folder, series)
    cosines = [float(v) for v in found[0].ImageOrientationPatient]
    row, column = np.array(cosines[:3]), np.array(cosines[3:])
    normal = np.cross(row, column)
    normal = normal / np.sqrt(normal.dot(normal))
    base = np.array([float(v) for v in found[0].ImagePositionPatient])
    height = [(np.array([float(v) for v in d.ImagePositionPatient]) - base).dot(normal) for d in found]
    order = sorted(range(len(found)), key=lambda i: height[i])
    kept = []
    for i in order:  # copies of a slice
        if not kept or height[i] - height[kept[-1]] > 0.01:
            kept.append(i)
    first = found[kept[0]]
    if len(kept) > 1:
        z = (height[kept[-1]] - height[kept[0]]) / (len(kept) - 1)
    else:
        z = float(first.get("SpacingBetweenSlices") or first.SliceThickness)
    digest = hashlib.sha256()
    for i in kept:
        digest.update(np.ascontiguousarray(hounsfield(found[i])).tobytes())
    spacing = [float(v) for v in first.PixelSpacing]
    print(json.dumps({
        "shape": [int(first.Columns), int(first.Rows), len(kept)],
        "spacing": [spacing[1], spacing[0], z],
        "origin": [float(v) for v in first.ImagePositionPatient],
        "direction": cosines + [float(v) for v in normal],
        "sha256": digest.hexdigest(),
        "series": str(first.get("SeriesInstanceUID", "")),
    }))


main()
