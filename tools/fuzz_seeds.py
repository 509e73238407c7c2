#!/usr/bin/env python3
"""Small files that fuzzing starts from, one folder a reader. Real files are taken from PLEURA_FUZZ_DATA, if it is set,
where they are at most 64 KiB; the others are made here and by the program that was built.

fuzz_seeds.py FOLDER
"""
import gzip
import os
import shutil
import struct
import subprocess
import sys

out = sys.argv[1]
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def put(reader, name, data):
    folder = os.path.join(out, reader)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def nifti(kind, bits, values):
    head = bytearray(348)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, 3, 4, 4, 2, 1, 1, 1, 1)
    struct.pack_into("<2h", head, 70, kind, bits)
    struct.pack_into("<8f", head, 76, 1, 1, 1, 2, 0, 0, 0, 0)
    struct.pack_into("<3f", head, 108, 352, 1, 0)
    struct.pack_into("<2h", head, 252, 1, 1)
    struct.pack_into("<12f", head, 280, -1, 0, 0, 3, 0, -1, 0, 3, 0, 0, 2, 0)
    head[344:348] = b"n+1\0"
    return bytes(head) + b"\0\0\0\0" + struct.pack("<32" + values[0], *values[1])


volume = nifti(4, 16, ("h", range(-1000, -968)))
put("nifti", "int16.nii", volume)
put("nifti", "int16.nii.gz", gzip.compress(volume, mtime=0))
put("nifti", "labels.nii", nifti(2, 8, ("B", [i % 3 for i in range(32)])))
put("nifti", "float.nii", nifti(16, 32, ("f", [float(i) for i in range(32)])))
head = "type: short\ndimension: 3\nsizes: 4 4 2\nspace: left-posterior-superior\nendian: little\n"
head += "space directions: (1,0,0) (0,1,0) (0,0,2)\nspace origin: (0,0,0)\n"
for encoding, body in [
    ("raw", struct.pack("<32h", *range(32))), ("gzip", gzip.compress(struct.pack("<32h", *range(32)), mtime=0)),
    ("text", " ".join(map(str, range(32))).encode()),
]:
    put("nrrd", encoding + ".nrrd", f"NRRD0004\n{head}encoding: {encoding}\n\n".encode() + body)
segment = "Segment0_ID:=1\nSegment0_Name:=Lung_L\nSegment0_LabelValue:=1\nSegment0_Layer:=0\nSegment0_Color:=0.1 0.2 0.3\n"
put("nrrd", "a.seg.nrrd", f"NRRD0004\n{head}encoding: raw\n{segment}\n".encode() + struct.pack("<32h", *([0, 1] * 16)))
meta = "ObjectType = Image\nNDims = 3\nDimSize = 4 4 2\nElementSpacing = 1 1 2\nOffset = 0 0 0\nElementType = MET_SHORT\n"
put("metaimage", "a.mha", (meta + "ElementDataFile = LOCAL\n").encode() + struct.pack("<32h", *range(32)))
header = b'{"__metadata__":{"name":"a"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}'
header += b" " * (-len(header) % 8)
put("safetensors", "a.safetensors", struct.pack("<Q", len(header)) + header + struct.pack("<4f", 1, 2, 3, 4))
put("toml", "config.toml", b'reviewer = "a"\ntolerance_mm = 2\n[tolerances_mm]\nLung_L = 2.5\n[nodes.a]\nae_title = "A"\n'
    b'host = "h"\nport = 104\ntls = true\ntls_trusted = "/t"\n')
for reader, folder in [("keymap", "keymaps"), ("keymap", "themes"), ("toml", "recipes")]:
    for name in sorted(os.listdir(os.path.join(root, folder))):
        with open(os.path.join(root, folder, name), "rb") as file:
            put(reader, name, file.read())
put("journal", "patch", struct.pack("<I", 0x31504C50) + bytes([32, 32, 8, 1, 0, 1, 2, 3]))
put("journal", "runs", bytes([200, 1, 10, 20, 30, 40]))

# A phantom of 32 x 32 x 3 by the program itself, as DICOM with its RTSTRUCT and a SEG of the same.
built = [os.path.join(root, ".build", c, "pleura") for c in ("release", "debug")]
program = next((p for p in [os.environ.get("PLEURA_PROGRAM", "")] + built if os.path.exists(p)), None)
if program:
    work = os.path.join(out, ".work")
    subprocess.run([program, "phantom", work, "--matrix", "48", "--slices", "12", "--format", "dicom"], check=True)
    patient = os.path.join(work, "phantom-01")
    ct = os.path.join(patient, "CT")
    for name in sorted(os.listdir(ct))[:2]:
        with open(os.path.join(ct, name), "rb") as file:
            put("dicom", name, file.read())
    with open(os.path.join(patient, "RTSTRUCT.dcm"), "rb") as file:
        put("rtstruct", "a.dcm", file.read())
    seg = os.path.join(work, "seg.dcm")
    if subprocess.run([program, "predict", ct, "--seg", "-o", seg]).returncode == 0:
        with open(seg, "rb") as file:
            put("seg", "a.dcm", file.read())
    shutil.rmtree(work)

data = os.environ.get("PLEURA_FUZZ_DATA")
for folder, _, names in os.walk(data) if data else []:
    for name in sorted(names):
        path = os.path.join(folder, name)
        if os.path.getsize(path) > 65536:
            continue
        with open(path, "rb") as file:
            content = file.read()
        for reader, fits in [
            ("nifti", name.endswith((".nii", ".nii.gz"))), ("nrrd", name.endswith(".nrrd")),
            ("metaimage", name.endswith(".mha")), ("dicom", content[128:132] == b"DICM"),
            ("rtstruct", content[128:132] == b"DICM" and b"RTSTRUCT" in content),
            ("seg", content[128:132] == b"DICM" and b"SEG" in content),
        ]:
            if fits:
                put(reader, "real-" + str(abs(hash(path)) % 10**9) + "-" + name[-40:].replace("/", "_"), content)
