#!/usr/bin/env python3
"""Small files that fuzzing starts from, one folder a reader. Real files are taken from PLEURA_FUZZ_DATA, if it is set, with
their own headers and images of a few voxels, since a harness gets through a thousand small inputs in the time of one
that is real; the others are made here and by the program that was built. DICOM is cut where Python has pydicom.

fuzz_seeds.py FOLDER
"""
import gzip
import hashlib
import io
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

out = sys.argv[1]
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def put(reader, name, data):
    folder = os.path.join(out, reader)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def hash_of(path):
    return int.from_bytes(hashlib.sha256(os.path.relpath(path, os.environ["PLEURA_FUZZ_DATA"]).encode()).digest()[:8], "big")


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



def element(group, tag, vr, value):
    """A data element, explicit VR, little-endian."""
    if isinstance(value, str):
        value = value.encode() + (b"\0" if vr == "UI" else b" ") * (len(value) % 2)
    head = struct.pack("<HH", group, tag) + vr.encode()
    long = vr in ("OB", "OW")
    return head + (struct.pack("<HI", 0, len(value)) if long else struct.pack("<H", len(value))) + value


# Doses of 4 x 4 x 3 voxels, of 16 and of 32 bits, by offsets and by heights.
for bits, offsets in [(16, "0\\2\\4"), (32, "5\\3\\1")]:
    kind = "1.2.840.10008.5.1.4.1.1.481.2"
    meta = element(2, 2, "UI", kind) + element(2, 3, "UI", "1.2.3") + element(2, 0x10, "UI", "1.2.840.10008.1.2.1")
    texts = [
        (8, 0x16, "UI", kind), (8, 0x60, "CS", "RTDOSE"), (0x20, 0x32, "DS", "0\\0\\5"),
        (0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0"), (0x20, 0x52, "UI", "1.2.7"), (0x28, 8, "IS", "3"),
    ]
    numbers = [(2, 1), (0x10, 4), (0x11, 4), (0x100, bits), (0x101, bits), (0x102, bits - 1), (0x103, 0)]
    dose = [
        (0x28, 0x30, "DS", "2\\2"), (0x3004, 2, "CS", "GY"), (0x3004, 4, "CS", "PHYSICAL"), (0x3004, 0xA, "CS", "PLAN"),
        (0x3004, 0xC, "DS", offsets), (0x3004, 0xE, "DS", "0.001"),
    ]
    data = [(*each[:3], each[3]) for each in texts + dose] + [(0x28, t, "US", struct.pack("<H", v)) for t, v in numbers]
    data.append((0x7FE0, 0x10, "OW", struct.pack(f"<48{'H' if bits == 16 else 'I'}", *range(0, 48_000, 1000))))
    body = b"".join(element(*each) for each in sorted(data, key=lambda each: each[:2]))
    put("rtdose", f"{bits}.dcm", bytes(128) + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + body)

# A phantom of 32 x 32 x 3 by the program itself, as DICOM with its RTSTRUCT and a SEG of the same.
built = [os.path.join(root, ".build", c, "pleura") for c in ("release", "debug")]
program = next((p for p in [os.environ.get("PLEURA_PROGRAM", "")] + built if os.path.exists(p)), None)
if program:
    work = os.path.join(out, ".work")
    subprocess.run([program, "phantom", work, "--matrix", "32", "--slices", "12", "--format", "dicom"], check=True)
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



def cut_nifti(content):
    """The same header with at most 4 x 4 x 2 voxels of each volume, and as many bytes as those take."""
    zipped = content[:2] == b"\x1f\x8b"
    raw = bytearray(gzip.decompress(content) if zipped else content)
    order = "<" if raw[0] in (0x5c, 0x1c) else ">"
    wide = raw[:4] in (struct.pack("<i", 540), struct.pack(">i", 540))
    at, form = (16, order + "8q") if wide else (40, order + "8h")
    counts = list(struct.unpack_from(form, raw, at))
    counts[1:4] = [min(n, most) for n, most in zip(counts[1:4], (4, 4, 2))]
    struct.pack_into(form, raw, at, *counts)
    bits = struct.unpack_from(order + "h", raw, 14 if wide else 72)[0]
    offset = struct.unpack_from(order + ("q" if wide else "f"), raw, 168 if wide else 108)[0]
    voxels = 1
    for n in counts[1:1 + max(0, min(counts[0], 7))]:
        voxels *= max(n, 1)
    raw = bytes(raw[:int(offset) + max(voxels * bits // 8, 1)])
    return gzip.compress(raw, mtime=0) if zipped else raw


def cut_text(content, field, split):
    """A NRRD or MetaImage with the sides of its image cut to 3 and its data to what they take at 8 bytes a voxel."""
    head, data = split(content)
    lines, count, zipped = [], 1, re.search(rb"gz|CompressedData *= *True", head)
    for line in head.split(b"\n"):
        if line.startswith(field):
            mark = b"=" if b"=" in line else b":"
            sides = [min(int(n), 3) for n in line.split(mark)[1].split()]
            for n in sides:
                count *= n
            line = field + b" = " if mark == b"=" else field + b": "
            line += b" ".join(str(n).encode() for n in sides)
        lines.append(line)
    wide = re.search(rb"short|SHORT", head)
    size = count * (8 if re.search(rb"double|DOUBLE|long|LONG", head) else 4 if re.search(rb"float|FLOAT|int\b|_U?INT", head) else 2 if wide else 1)
    if zipped and data:
        try:
            data = zlib.decompressobj(47).decompress(data, size)
        except zlib.error:
            return content[:1024]
        data = gzip.compress(data, mtime=0) if b"gz" in head else zlib.compress(data)
        return b"\n".join(l for l in lines if not l.startswith(b"CompressedDataSize")) + data
    return b"\n".join(lines) + data[:size]


def nrrd_parts(content):
    end = content.find(b"\n\n") + 2
    return (content, b"") if end < 2 else (content[:end], content[end:])


def meta_parts(content):
    end = content.find(b"\n", content.find(b"ElementDataFile")) + 1
    return (content[:end], content[end:])


def by_dcmtk(item, syntax):
    """The same in a kind of JPEG, by DCMTK's compressors; as it is where they are not or cannot."""
    words = {
        "1.2.840.10008.1.2.4.50": ["dcmcjpeg", "+eb"], "1.2.840.10008.1.2.4.51": ["dcmcjpeg", "+ee"],
        "1.2.840.10008.1.2.4.53": ["dcmcjpeg", "+es"], "1.2.840.10008.1.2.4.55": ["dcmcjpeg", "+ep"],
        "1.2.840.10008.1.2.4.57": ["dcmcjpeg", "+el"], "1.2.840.10008.1.2.4.70": ["dcmcjpeg", "+e1"],
        "1.2.840.10008.1.2.4.80": ["dcmcjpls", "+el"], "1.2.840.10008.1.2.4.81": ["dcmcjpls", "+en"],
    }.get(str(syntax))
    with tempfile.TemporaryDirectory() as work:
        plain, packed = os.path.join(work, "a"), os.path.join(work, "b")
        item.save_as(plain, enforce_file_format=True)
        done = words and shutil.which(words[0]) and subprocess.run([*words, plain, packed], capture_output=True).returncode == 0
        with open(packed if done else plain, "rb") as file:
            return file.read()


def cut_dicom(path):
    """A DICOM file with its own header and few pixels of at most two frames, in its own transfer syntax where that can be written."""
    try:
        import numpy
        import pydicom
    except ImportError:
        return None
    try:
        item = pydicom.dcmread(path)
        syntax = item.file_meta.TransferSyntaxUID
        for element in list(item.iterall()):
            if element.tag.is_private or element.VR in ("OB", "OW", "UN", "OF") and element.tag != 0x7FE00010 and len(element.value or b"") > 64:
                element.value = element.value[:64] if isinstance(element.value, bytes) else element.value
        for contour in item.get("ROIContourSequence", [])[:]:
            contour.get("ContourSequence", [])[3:] = []
            for line in contour.get("ContourSequence", []):
                line.ContourData = line.ContourData[:24]
                line.NumberOfContourPoints = len(line.ContourData) // 3
        for name in ("ROIContourSequence", "StructureSetROISequence", "RTROIObservationsSequence"):
            if name in item:
                item[name].value[3:] = []
        for frame in item.get("ReferencedFrameOfReferenceSequence", []):
            for study in frame.get("RTReferencedStudySequence", []):
                for series in study.get("RTReferencedSeriesSequence", []):
                    series.get("ContourImageSequence", [])[3:] = []
        for series in item.get("ReferencedSeriesSequence", []):
            series.get("ReferencedInstanceSequence", [])[2:] = []
        if "PerFrameFunctionalGroupsSequence" in item:
            item.PerFrameFunctionalGroupsSequence[2:] = []
        if "PixelData" in item:
            pixels = item.pixel_array
            frames = int(item.get("NumberOfFrames", 1))
            # JPEG 2000's five halvings need 32 pixels a side.
            side = 32 if "JPEG 2000" in syntax.name else 8
            pixels = pixels[:2, :side, :side] if frames > 1 else pixels[:side, :side]
            item.Rows, item.Columns = pixels.shape[-2:] if pixels.ndim < 4 else pixels.shape[1:3]
            if "NumberOfFrames" in item:
                item.NumberOfFrames = min(frames, 2)
            pixels = numpy.ascontiguousarray(pixels)
            if item.BitsAllocated == 1:
                item.PixelData = pydicom.pixels.utils.pack_bits(pixels)
            else:
                is_big = syntax == pydicom.uid.ExplicitVRBigEndian
                body = pixels.astype(pixels.dtype.newbyteorder(">" if is_big else "<")).tobytes()
                if syntax.is_compressed or syntax.is_deflated:
                    item.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
                item.PixelData = body + b"\0" * (len(body) % 2)
                item["PixelData"].VR = "OW"
                item["PixelData"].is_undefined_length = False
                if syntax.is_compressed:
                    try:
                        item.compress(syntax, generate_instance_uid=False)
                    except Exception:
                        return by_dcmtk(item, syntax)
                elif syntax == pydicom.uid.DeflatedExplicitVRLittleEndian:
                    item.file_meta.TransferSyntaxUID = syntax
        made = io.BytesIO()
        pydicom.dcmwrite(made, item, enforce_file_format=True)
        return made.getvalue()
    except Exception as error:
        print(f"not cut: {os.path.basename(path)}: {str(error)[:100]}", file=sys.stderr)
        return None


data = os.environ.get("PLEURA_FUZZ_DATA")
for folder, _, names in os.walk(data) if data else []:
    for name in sorted(names):
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            content = file.read()
        is_dicom = content[128:132] == b"DICM"
        # Of files that are alike some are enough.
        if is_dicom and len(os.listdir(folder)) > 25 and hash_of(path) % 12:
            continue
        small = content
        try:
            if name.endswith((".nii", ".nii.gz")):
                small = cut_nifti(content)
            elif name.endswith(".nrrd"):
                small = cut_text(content, b"sizes", nrrd_parts)
            elif name.endswith(".mha"):
                small = cut_text(content, b"DimSize", meta_parts)
            elif is_dicom:
                small = cut_dicom(path) or content
        except (struct.error, ValueError, OSError, EOFError, zlib.error) as error:
            print(f"not cut: {name}: {error}", file=sys.stderr)
        for reader, fits in [
            ("nifti", name.endswith((".nii", ".nii.gz"))), ("nrrd", name.endswith(".nrrd")),
            ("metaimage", name.endswith(".mha")), ("dicom", is_dicom),
            ("rtstruct", is_dicom and b"RTSTRUCT" in content), ("rtdose", is_dicom and b"RTDOSE" in content), ("seg", is_dicom and b"SEG" in content),
        ]:
            if fits and len(small) <= 16384:
                put(reader, f"real-{hash_of(path) % 10**9}-{name[-40:]}", small)
