#!/usr/bin/env python3
"""Makes Tests/DicomTests/Resources/DICOM: one synthetic slice in every transfer syntax that is read.

    make_dicom_resources.py OUTPUT_FOLDER

Stored values are (37 x + 91 y + 13 (x y mod 17)) mod 4096 with 12 bits, except where a file's name says otherwise;
HU are stored - 1024. 56 columns of 0.75 mm, 40 rows of 0.5 mm. Needs pydicom, numpy, pylibjpeg-openjpeg, imagecodecs
(OpenJPH, for HTJ2K) and DCMTK's command line tools; the tests need none of them, since the files are committed.
"""
import os
import subprocess
import sys

import imagecodecs
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian

OUT = sys.argv[1]
COLUMNS, ROWS = 56, 40


def stored():
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    return ((37 * x + 91 * y + 13 * ((x * y) % 17)) % 4096).astype(np.uint16)


def smooth():
    """For lossy compression: a bump on a ramp."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    return np.rint(1000 + 20 * x + 500 * np.exp(-((x - 28) ** 2 + (y - 20) ** 2) / 50)).astype(np.uint16)


def dataset(pixels, signed=0, bits=12):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID = UID("1.2.840.10008.5.1.4.1.1.2")
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID = UID("2.25.1003")
    d.file_meta.ImplementationClassUID = UID("2.25.1000")
    d.SpecificCharacterSet = "ISO_IR 100"
    d.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    d.StudyDate, d.StudyTime, d.Modality, d.Manufacturer = "20240101", "120000", "CT", "Pleura"
    d.SeriesDescription = "Prüfbild"
    d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = "Phantom^Slice", "PHANTOM", "", ""
    d.StudyInstanceUID, d.SeriesInstanceUID, d.FrameOfReferenceUID = "2.25.1001", "2.25.1002", "2.25.1004"
    d.SliceThickness = "2.5"
    d.InstanceNumber = "1"
    d.ImagePositionPatient = ["-12.5", "-7.25", "103.125"]
    d.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
    d.Rows, d.Columns, d.PixelSpacing = ROWS, COLUMNS, ["0.5", "0.75"]
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, bits, bits - 1, signed
    d.RescaleIntercept, d.RescaleSlope, d.RescaleType = "-1024", "1", "HU"
    d.PixelData = pixels.astype("<u2").tobytes()
    d["PixelData"].VR = "OW"
    return d


def path(name):
    return os.path.join(OUT, name + ".dcm")


def tool(name, *arguments):
    subprocess.run([name, *arguments], check=True)


def high_throughput():
    """HTJ2K, which OpenJPEG reads and does not write; OpenJPH orders its packets RPCL, which suits all three."""
    for name, syntax, pixels, options in [
        ("htj2k-201", "1.2.840.10008.1.2.4.201", stored(), {"reversible": True}),
        ("htj2k-202", "1.2.840.10008.1.2.4.202", stored(), {"reversible": True, "tlm": True}),
        ("htj2k-203", "1.2.840.10008.1.2.4.203", smooth(), {"reversible": False, "level": 0.0005}),
    ]:
        d = dataset(pixels)
        d.file_meta.TransferSyntaxUID = UID(syntax)
        d.PixelData = encapsulate([imagecodecs.htj2k_encode(pixels, **options)])
        d["PixelData"].VR = "OB"
        if name.endswith("203"):
            d.LossyImageCompression = "01"
        d.save_as(path(name), enforce_file_format=True)


def main():
    os.makedirs(OUT, exist_ok=True)
    base, bump = path("explicit"), path("smooth")
    dataset(stored()).save_as(base, enforce_file_format=True)
    dataset(smooth()).save_as(bump, enforce_file_format=True)
    tool("dcmconv", "+ti", base, path("implicit"))
    tool("dcmconv", "+tb", base, path("big-endian"))
    tool("dcmconv", "+td", base, path("deflated"))
    tool("dcmcrle", base, path("rle"))
    tool("dcmcjpeg", "+el", base, path("jpeg-lossless-57"))
    tool("dcmcjpeg", "+e1", base, path("jpeg-lossless-70"))
    tool("dcmcjpls", "+el", base, path("jpegls-80"))
    tool("dcmcjpls", "+en", "+md", "2", base, path("jpegls-81"))
    tool("dcmcjpeg", "+ee", "+q", "95", bump, path("jpeg-lossy-51"))
    os.remove(bump)
    for name, syntax, options in [
        ("jpeg2000-90", "1.2.840.10008.1.2.4.90", {}),
        ("jpeg2000-91", "1.2.840.10008.1.2.4.91", {"j2k_cr": [2]}),
    ]:
        d = dataset(stored() if name.endswith("90") else smooth())
        d.compress(UID(syntax), generate_instance_uid=False, **options)
        if options:
            d.LossyImageCompression = "01"
        d.save_as(path(name), enforce_file_format=True)
    high_throughput()
    # The codestream says unsigned, the header says two's complement.
    d = dataset((stored().astype(np.int32) - 2048).astype(np.uint16) & 0x0FFF)
    d.compress(UID("1.2.840.10008.1.2.4.90"), generate_instance_uid=False)
    d.PixelRepresentation = 1
    d.save_as(path("jpeg2000-sign-mismatch"), enforce_file_format=True)


main()
