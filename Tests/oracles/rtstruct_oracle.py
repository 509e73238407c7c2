#!/usr/bin/env python3
"""What other programs fill of a structure set's outlines, as JSON on standard output.

    rtstruct_oracle.py rt-utils CT FILE      rt-utils on the series in the folder CT (square images: it confuses the sides of others)
    rtstruct_oracle.py plastimatch CT FILE   plastimatch, which has to be on the PATH

A list of structures: name, shape as [x, y, z], count of voxels, and the SHA-256 of the mask as bytes 0 and 1, x fastest.
"""
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import SimpleITK


def rt_utils(ct, file):
    from rt_utils import RTStructBuilder

    structures = RTStructBuilder.create_from(dicom_series_path=ct, rt_struct_path=file)
    # Its arrays are rows, columns, slices.
    return {name: structures.get_roi_mask_by_name(name).transpose(2, 0, 1) for name in structures.get_roi_names()}


def plastimatch(ct, file):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["plastimatch", "convert", "--input", file, "--referenced-ct", ct, "--output-prefix", folder, "--prefix-format",
             "nrrd"], check=True, stdout=subprocess.DEVNULL)
        return {
            path.name.removesuffix(".nrrd"): SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
            for path in sorted(Path(folder).iterdir())
        }


if __name__ == "__main__":
    masks = {"rt-utils": rt_utils, "plastimatch": plastimatch}[sys.argv[1]](sys.argv[2], sys.argv[3])
    json.dump([
        {
            "name": name, "shape": list(mask.shape[::-1]), "count": int(np.count_nonzero(mask)),
            "sha256": hashlib.sha256((np.ascontiguousarray(mask) != 0).astype(np.uint8).tobytes()).hexdigest(),
        }
        for name, mask in masks.items()
    ], sys.stdout)
