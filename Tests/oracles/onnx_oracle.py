#!/usr/bin/env python3
"""ONNX's own checker and ONNX Runtime, for OnnxModel.

    onnx_oracle.py MODEL INPUT    what the graph says of the tensor `image` of the safetensors file INPUT, as JSON
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
answer = session.run(["probabilities"], {"image": load_file(sys.argv[2])["image"]})[0]
print(json.dumps({
    "operators": [node.op_type for node in model.graph.node],
    "operatorSet": model.opset_import[0].version,
    "metadata": {entry.key: entry.value for entry in model.metadata_props},
    "shape": list(answer.shape), "values": np.asarray(answer, float).ravel().tolist(),
}))
