"""What nibabel and SimpleITK make of NIfTI files, as JSON on standard output.

    nifti_oracle.py read FILE...    voxels and grid of each file by both packages
    nifti_oracle.py write FOLDER    files written by nibabel, and what is in them

Voxels are listed x fastest, then y, then z.
"""

import hashlib
import json
import sys
from pathlib import Path

import nibabel
import numpy
import SimpleITK


def listed(array):
    """An array indexed [x, y, z] as a flat list, with its SHA-256 as little endian int32."""
    flat = numpy.asarray(array).reshape(-1, order="F")
    digest = hashlib.sha256(numpy.rint(flat).astype("<i4").tobytes()).hexdigest()
    return {"voxels": [float(value) for value in flat], "sha256": digest}


def by_nibabel(path):
    image = nibabel.load(path)
    return {
        "shape": list(image.shape),
        "spacing": [float(value) for value in image.header.get_zooms()],
        "affine": image.affine.tolist(),
        "qform": image.get_qform().tolist(),
        "codes": [int(image.header["sform_code"]), int(image.header["qform_code"])],
        "type": str(image.get_data_dtype()),
        **listed(image.dataobj),
    }


def by_simpleitk(path):
    image = SimpleITK.ReadImage(str(path))
    return {
        "shape": list(image.GetSize()),
        "spacing": list(image.GetSpacing()),
        "origin": list(image.GetOrigin()),
        "direction": list(image.GetDirection()),
        **listed(SimpleITK.GetArrayFromImage(image).transpose()),
    }


def write(folder):
    random = numpy.random.default_rng(3)
    # 3-4-5 rotation about the long axis, mirrored in x, with spacings that float32 cannot hold.
    affine = numpy.array(
        [[-0.8 * 0.7, -0.6 * 0.9, 0, 10], [0.6 * 0.7, -0.8 * 0.9, 0, -20], [0, 0, 2.5, 30], [0, 0, 0, 1]]
    )
    written = []
    for kind in [nibabel.Nifti1Image, nibabel.Nifti2Image]:
        for type_name in ["int16", "uint8", "int32", "float32", "float64", "int8", "uint16", "uint32", "int64", "uint64"]:
            for order in ["<", ">"]:
                low = 0 if type_name.startswith("u") else -100
                array = random.integers(low, 127, size=(5, 4, 3)).astype(type_name)
                header = kind.header_class(endianness=order)
                header.set_data_dtype(type_name)
                image = kind(array, affine, header)
                image.set_qform(affine, code=1)
                suffix = ".nii.gz" if order == "<" else ".nii"
                name = f"{kind.__name__}_{type_name}_{'little' if order == '<' else 'big'}{suffix}"
                nibabel.save(image, folder / name)
                written.append({"name": name, **by_nibabel(folder / name)})
    scaled = nibabel.Nifti1Image(random.integers(-1000, 1000, size=(5, 4, 3)).astype("float64") / 4, affine)
    scaled.header.set_data_dtype("int16")
    nibabel.save(scaled, folder / "scaled.nii.gz")
    written.append({"name": "scaled.nii.gz", **by_nibabel(folder / "scaled.nii.gz")})
    pair = nibabel.Nifti1Pair(random.integers(-1000, 1000, size=(5, 4, 3)).astype("int16"), affine)
    nibabel.save(pair, folder / "pair.img")
    written.append({"name": "pair.img", **by_nibabel(folder / "pair.img")})
    return written


if __name__ == "__main__":
    if sys.argv[1] == "read":
        answer = [{"nibabel": by_nibabel(path), "simpleitk": by_simpleitk(path)} for path in sys.argv[2:]]
    else:
        answer = write(Path(sys.argv[2]))
    json.dump(answer, sys.stdout)
