#!/usr/bin/env python3
"""What pynrrd makes of NRRD files, as JSON on standard output.

    nrrd_oracle.py FILE...    header fields as texts, sizes, and the voxels in the order of the file
"""
import json
import sys

import nrrd


def main():
    answers = []
    for path in sys.argv[1:]:
        array, header = nrrd.read(path)
        answers.append({
            "header": {key: str(value) for key, value in header.items()},
            "shape": list(array.shape),
            "voxels": [int(value) for value in array.ravel(order="F")],
        })
    json.dump(answers, sys.stdout)


main()
