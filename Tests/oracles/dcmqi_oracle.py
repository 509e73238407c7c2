#!/usr/bin/env python3
"""What dcmqi makes of DICOM segmentations, as JSON on standard output.

    dcmqi_oracle.py read SEG              the masks that dcmqi reads: label, shape as [x, y, z], count, SHA-256 of the bytes 0 and 1
    dcmqi_oracle.py write CT OUT SEED     a segmentation by dcmqi on the series in the folder CT, and the same of its masks

dcmqi gives slices from the lowest frame to the highest, x fastest; its grid is listed as origin and spacing.
"""
import hashlib
import json
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import numpy as np
import SimpleITK


def program(name):
    return str(Path(sysconfig.get_path("scripts")) / name)


def described(label, image):
    mask = (SimpleITK.GetArrayFromImage(image) != 0).astype(np.uint8)
    return {
        "label": label, "shape": list(image.GetSize()), "count": int(mask.sum()), "origin": list(image.GetOrigin()),
        "spacing": list(image.GetSpacing()), "direction": list(image.GetDirection()),
        "sha256": hashlib.sha256(np.ascontiguousarray(mask).tobytes()).hexdigest(),
    }


def read(seg):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [program("segimage2itkimage"), "--inputDICOM", seg, "--outputDirectory", folder, "--prefix", "m", "-t", "nrrd"],
            check=True, stdout=subprocess.DEVNULL)
        meta = json.loads((Path(folder) / "m-meta.json").read_text())
        answer = []
        for number, attributes in enumerate(meta["segmentAttributes"], 1):
            for segment in attributes:
                image = SimpleITK.ReadImage(str(Path(folder) / f"m-{number}.nrrd"))
                answer.append(described(segment["SegmentLabel"], image == segment["labelID"]))
        return answer


def write(ct, out, seed):
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(ct)
    image = SimpleITK.ReadImage(names)
    random = np.random.default_rng(seed)
    answer, files, segments = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, label in enumerate(["one", "two"], 1):
            mask = (random.random(image.GetSize()[::-1]) < 0.3).astype(np.uint8)
            mask[number] = 0  # a frame to be left out
            labels = SimpleITK.GetImageFromArray(mask)
            labels.CopyInformation(image)
            answer.append(described(label, labels))
            files.append(str(Path(folder) / f"{label}.nrrd"))
            SimpleITK.WriteImage(labels, files[-1])
            segments.append([{
                "labelID": 1, "SegmentDescription": label, "SegmentLabel": label, "SegmentAlgorithmType": "MANUAL",
                "SegmentedPropertyCategoryCodeSequence": {
                    "CodeValue": "123037004", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Anatomical Structure"},
                "SegmentedPropertyTypeCodeSequence": {
                    "CodeValue": "39607008", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Lung"},
                "recommendedDisplayRGBValue": [10 * number, 20, 30],
            }])
        meta = Path(folder) / "meta.json"
        meta.write_text(json.dumps({
            "ContentCreatorName": "Doe^Jane", "ClinicalTrialSeriesID": "1", "ClinicalTrialTimePointID": "1",
            "SeriesDescription": "s", "SeriesNumber": "300", "InstanceNumber": "1", "segmentAttributes": segments,
            "ContentLabel": "SEGMENTATION", "ContentDescription": "d", "ClinicalTrialCoordinatingCenterName": "c",
            "BodyPartExamined": "CHEST",
        }))
        subprocess.run(
            [program("itkimage2segimage"), "--inputImageList", ",".join(files), "--inputDICOMDirectory", ct,
             "--inputMetadata", str(meta), "--outputDICOM", out], check=True, stdout=subprocess.DEVNULL)
    return answer


if __name__ == "__main__":
    json.dump(read(sys.argv[2]) if sys.argv[1] == "read" else write(sys.argv[2], sys.argv[3], int(sys.argv[4])), sys.stdout)
