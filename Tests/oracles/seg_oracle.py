#!/usr/bin/env python3
"""What highdicom makes of DICOM segmentations, as JSON on standard output.

    seg_oracle.py read FILE...        segments, codes, grid and voxels of each file
    seg_oracle.py write CT OUT SEED   segmentations on the series in folder CT, written to OUT, and what is in them

Voxels are listed x fastest, then y, then z, over the slices from the lowest frame to the highest, as 0 and 1.
"""
import json
import sys
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes


def code(item):
    return [item.value, item.scheme_designator, item.meaning]


def segment(seg, number):
    description = seg.get_segment_description(number)
    modifiers = description.SegmentedPropertyTypeCodeSequence[0].get("SegmentedPropertyTypeModifierCodeSequence", [])
    algorithms = description.get("SegmentationAlgorithmIdentificationSequence", [])
    volume = seg.get_volume(segment_numbers=[number], combine_segments=False)
    array = np.squeeze(volume.array, axis=-1) if volume.array.ndim == 4 else volume.array
    affine = np.array(volume.affine)
    # Slices along columns x rows, as everybody but highdicom counts them.
    if np.dot(affine[:3, 0], np.cross(affine[:3, 2], affine[:3, 1])) < 0:
        array = array[::-1]
        affine[:3, 3] += affine[:3, 0] * (array.shape[0] - 1)
        affine[:3, 0] *= -1
    return {
        "number": number,
        "label": description.segment_label,
        "type": description.SegmentAlgorithmType,
        "algorithm": [description.get("SegmentAlgorithmName", "")]
        + [x for a in algorithms for x in (a.AlgorithmName, a.AlgorithmVersion)],
        "codes": [code(description.segmented_property_category), code(description.segmented_property_type)]
        + [[m.CodeValue, m.CodingSchemeDesignator, m.CodeMeaning] for m in modifiers],
        # highdicom's axes are slices, rows, columns; its affine maps them to LPS.
        "shape": [array.shape[2], array.shape[1], array.shape[0]],
        "affine": affine[:, [2, 1, 0, 3]].tolist(),
        "voxels": [int(v) for v in array.ravel()],
    }


def read(path):
    seg = hd.seg.segread(path)
    return {
        "segments": [segment(seg, number) for number in seg.segment_numbers],
        "series": [str(r.SeriesInstanceUID) for r in seg.ReferencedSeriesSequence],
        "instances": [str(i.ReferencedSOPInstanceUID)
                      for r in seg.ReferencedSeriesSequence for i in r.ReferencedInstanceSequence],
        "frames": int(seg.NumberOfFrames),
        "overlap": str(seg.SegmentsOverlap),
    }


def describe(number, label):
    return hd.seg.SegmentDescription(
        segment_number=number, segment_label=label, segmented_property_category=codes.SCT.AnatomicalStructure,
        segmented_property_type=codes.SCT.Lung, algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL)


def write(ct, out, seed):
    slices = [pydicom.dcmread(p) for p in sorted(Path(ct).iterdir())]
    random = np.random.default_rng(seed)
    shape = (len(slices), slices[0].Rows, slices[0].Columns)
    one, two = random.random(shape) < 0.3, random.random(shape) < 0.4
    one[1] = False  # frames to be left out, at an end and between
    two[0] = False
    two[-1] = False
    probability = np.rint(random.random(shape) * 255) / 255
    labels = np.where(two, 2, one.astype(np.uint8)).astype(np.uint8)
    written = []
    kinds = [
        ("binary", "BINARY", np.stack([one, two], axis=-1).astype(np.uint8), [one, two], {}),
        ("empties", "BINARY", np.stack([one, two], axis=-1).astype(np.uint8), [one, two], {"omit_empty_frames": False}),
        ("fractional", "FRACTIONAL", probability, [probability >= 0.5], {"max_fractional_value": 255}),
        ("labelmap", "LABELMAP", labels, [labels == 1, labels == 2], {}),
        ("rle", "LABELMAP", labels, [labels == 1, labels == 2], {"transfer_syntax_uid": pydicom.uid.RLELossless}),
        ("j2k", "LABELMAP", labels, [labels == 1, labels == 2],
         {"transfer_syntax_uid": pydicom.uid.JPEG2000Lossless}),
        ("jpegls", "LABELMAP", labels, [labels == 1, labels == 2],
         {"transfer_syntax_uid": pydicom.uid.JPEGLSLossless}),
    ]
    for name, kind, pixels, truth, options in kinds:
        seg = hd.seg.Segmentation(
            source_images=slices, pixel_array=pixels, segmentation_type=kind,
            segment_descriptions=[describe(i + 1, f"Größe {i + 1}") for i in range(len(truth))],
            series_instance_uid=hd.UID(), series_number=2, sop_instance_uid=hd.UID(), instance_number=1,
            manufacturer="m", manufacturer_model_name="n", software_versions="1", device_serial_number="1", **options)
        seg.SpecificCharacterSet = "ISO_IR 192"
        path = Path(out) / f"{name}.dcm"
        seg.save_as(path)
        written.append({"name": path.name, "voxels": [[int(v) for v in mask.ravel()] for mask in truth]})
    return written


if __name__ == "__main__":
    if sys.argv[1] == "read":
        answer = [read(path) for path in sys.argv[2:]]
    else:
        answer = write(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    json.dump(answer, sys.stdout)
