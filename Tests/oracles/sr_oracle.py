#!/usr/bin/env python3
"""What highdicom and dcmqi make of a measurement report (TID 1500), as JSON on standard output.

    sr_oracle.py FILE SEG     what highdicom reads, and how many measurements dcmqi reads, of each measurement group
"""
import json
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import highdicom as hd
import pydicom


def code(item):
    return [item.value, item.scheme_designator, item.meaning]


def measurement(item):
    derivation = item.derivation
    name = item.name.meaning + (f", {derivation.meaning}" if derivation is not None else "")
    return {"name": name, "value": float(item.value), "unit": item.unit.value}


def group(item):
    segment = item.referenced_segment
    return {
        "name": item.tracking_identifier, "uid": item.tracking_uid, "finding": code(item.finding_type),
        "category": code(item.finding_category),
        "sites": [
            [site.value.meaning] + ([site.laterality.meaning] if site.laterality is not None else [])
            for site in item.finding_sites
        ],
        "segmentation": segment.referenced_sop_instance_uid,
        "segment": [int(n) for n in segment.referenced_segment_numbers],
        "measurements": [measurement(m) for m in item.get_measurements()],
    }


def evaluations(content):
    found = {}
    for item in content[0].ContentSequence:
        if item.ConceptNameCodeSequence[0].CodeMeaning != "Qualitative Evaluations":
            continue
        for child in item.ContentSequence:
            name = child.ConceptNameCodeSequence[0].CodeMeaning
            value = child.TextValue if child.ValueType == "TEXT" else child.ConceptCodeSequence[0].CodeMeaning
            found[name] = value
    return found


def dcmqi(report, segmentation):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        program = str(Path(sysconfig.get_path("scripts")) / "tid1500reader")
        subprocess.run(
            [program, "--inputDICOM", report, "--outputMetadata", str(out)], check=True, stdout=subprocess.DEVNULL)
        found = json.loads(out.read_text())
        return [len(g["measurementItems"]) for g in found["Measurements"]]


report, segmentation = sys.argv[1:3]
sr = hd.sr.srread(report)
dataset = pydicom.dcmread(segmentation)
json.dump(
    {
        "segmentationUID": dataset.SOPInstanceUID,
        "groups": [group(g) for g in sr.content.get_volumetric_roi_measurement_groups()],
        "evaluations": evaluations(sr.content),
        "observers": [c.observer_type.meaning for c in sr.content.get_observer_contexts()],
        "dcmqi": dcmqi(report, segmentation),
    },
    sys.stdout,
)
