#!/usr/bin/env python3
"""Writes Tests/VolumesTests/ResamplingGolden.swift: what SimpleITK makes of small volumes on other grids.

    python3 Tests/oracles/resample_oracle.py > Tests/VolumesTests/ResamplingGolden.swift

Needs SimpleITK and numpy. Both sides compute the input by one formula, so that only grids and results are stored.
"""
import numpy as np
import SimpleITK as sitk


def rotation(rng):
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0:
        q[:, 0] = -q[:, 0]
    return q


def image(values, spacing, origin, direction):
    made = sitk.GetImageFromArray(values)
    made.SetSpacing([float(v) for v in spacing])
    made.SetOrigin([float(v) for v in origin])
    made.SetDirection([float(v) for v in direction.ravel()])
    return made


def hu(size):
    x, y, z = np.meshgrid(*[np.arange(n) for n in size], indexing="ij")
    return ((x * 7919 + y * 104729 + z * 1299709) % 4001 - 1024).astype(np.float64).transpose(2, 1, 0)


def grid_text(size, spacing, origin, direction):
    d = [list(map(float, direction[:, i])) for i in range(3)]  # columns are the axes
    return (f"GoldenGrid(\n            size: {list(map(int, size))}, spacing: {list(map(float, spacing))},\n"
            f"            origin: {list(map(float, origin))},\n            direction: [\n"
            + "".join(f"                {axis},\n" for axis in d) + "            ])")


def rows(values, width=8):
    lines = [", ".join(values[i:i + width]) for i in range(0, len(values), width)]
    return "".join(f"            {line},\n" for line in lines)


def main():
    rng = np.random.default_rng(20)
    print("// Written by Tests/oracles/resample_oracle.py with SimpleITK "
          + sitk.Version_VersionString() + "; not by hand.\n// swift-format-ignore-file\n")
    print("let resamplingGolden: [ResamplingGolden] = [")
    for case in range(6):
        if case == 0:  # halves of voxels, no rotation: ties and the outer edge
            a = ((4, 3, 3), (1.0, 1.0, 2.0), (0.0, 0.0, 0.0), np.eye(3))
            b = ((11, 4, 4), (0.5, 1.0, 1.0), (-0.5, -0.5, -1.0), np.eye(3))
        else:
            turn = rotation(rng) if case > 1 else np.diag([-1.0, -1.0, 1.0])
            other = turn if case == 2 else rotation(rng)
            a = ((8, 7, 6), rng.uniform(0.6, 3, 3), rng.uniform(-50, 50, 3), turn)
            centre = a[2] + turn @ (np.array(a[1]) * 3)
            b = ((6, 5, 4), rng.uniform(0.6, 4, 3), centre - other @ np.array([5.0, 4.0, 3.0]), other)
        source = image(hu(a[0]), *a[1:])
        target = image(np.zeros(b[0][::-1]), *b[1:])
        linear = sitk.Resample(source, target, sitk.Transform(), sitk.sitkLinear, -5000.0, sitk.sitkFloat64)
        labels = image((hu(a[0]) % 3 == 0).astype(np.uint8), *a[1:])
        nearest = sitk.Resample(labels, target, sitk.Transform(), sitk.sitkNearestNeighbor, 0, sitk.sitkUInt8)
        print("    ResamplingGolden(\n        source: " + grid_text(*a) + ",\n        target: " + grid_text(*b)
              + ",\n        linear: [")
        print(rows([f"{v:.6f}" for v in sitk.GetArrayFromImage(linear).ravel()]) + "        ],")
        bits = "".join(map(str, sitk.GetArrayFromImage(nearest).ravel()))
        print(f'        nearest: "{bits}"),')
    print("]")


main()
