"""What SimpleITK makes of volumes on other grids, as JSON on standard output.

    preprocessing_oracle.py CASES.json

CASES.json is a list of {"source": GRID, "target": GRID, "outside": HU}, a GRID being {"size", "spacing", "origin",
"direction"}, direction a list of the three axes. Both sides fill the source by one formula of column, row and slice.
Prints a list of {"linear", "nearest"}, x fastest, then y, then z.
"""

import json
import sys

import numpy
import SimpleITK


def image(values, grid):
    made = SimpleITK.GetImageFromArray(values)
    made.SetSpacing(grid["spacing"])
    made.SetOrigin(grid["origin"])
    # SimpleITK wants the matrix row by row, with the axes as its columns.
    made.SetDirection(numpy.array(grid["direction"]).T.ravel().tolist())
    return made


def formula(size):
    x, y, z = numpy.meshgrid(*[numpy.arange(n) for n in size], indexing="ij")
    return ((x * 7919 + y * 104729 + z * 1299709) % 4001 - 1024).astype(numpy.float64).transpose(2, 1, 0)


def answer(case):
    values = formula(case["source"]["size"])
    target = image(numpy.zeros(case["target"]["size"][::-1]), case["target"])
    linear = SimpleITK.Resample(
        image(values, case["source"]), target, SimpleITK.Transform(), SimpleITK.sitkLinear, case["outside"],
        SimpleITK.sitkFloat64)
    labels = image((values % 3 == 0).astype(numpy.uint8), case["source"])
    nearest = SimpleITK.Resample(
        labels, target, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor, 0, SimpleITK.sitkUInt8)
    return {
        "linear": SimpleITK.GetArrayFromImage(linear).ravel().tolist(),
        "nearest": SimpleITK.GetArrayFromImage(nearest).ravel().tolist(),
    }


print(json.dumps([answer(case) for case in json.load(open(sys.argv[1]))]))
