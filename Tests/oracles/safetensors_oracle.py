#!/usr/bin/env python3
"""Hugging Face's safetensors, for SafetensorsFile.

    safetensors_oracle.py read FILE...    what each file holds, as JSON
    safetensors_oracle.py write FOLDER    files of every type, and what they hold
"""
import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file


def contents(path):
    with safe_open(path, framework="numpy") as file:
        names = list(file.keys())
        tensors = {name: file.get_tensor(name) for name in names}
        return {
            "path": path, "metadata": file.metadata() or {},
            "tensors": [{"name": n, "shape": list(t.shape), "type": str(t.dtype), "values": t.astype(float).ravel().tolist()}
                        for n, t in tensors.items()],
        }


if sys.argv[1] == "read":
    print(json.dumps([contents(path) for path in sys.argv[2:]]))
else:
    random = np.random.default_rng(5)
    files = []
    for kind in ("float32", "float16"):
        path = f"{sys.argv[2]}/{kind}.safetensors"
        save_file(
            {"b": random.normal(0, 3, (2, 3, 4)).astype(kind), "a": np.array(2.5, kind), "ü \"q\"": np.zeros((0, 4), kind),
             "tiny": np.array([6e-8, -1e-7, 65504, 0.1], kind)},
            path, metadata={"format": "pt", "recipe": "{\"a\": [1, \"ü\\n\"]}"})
        files.append(contents(path))
    print(json.dumps(files))
