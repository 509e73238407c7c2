#!/usr/bin/env python3
"""Writes Tests/NetworksTests/Resources/Keras with keras-unet itself; not part of the tests.

    pip install tensorflow-cpu==2.21.0 keras-unet==0.1.2 matplotlib
    make_keras_resources.py FOLDER

Small networks of every kind as .h5 files, each with an input and what Keras makes of it, and the numbers of parameters
that Keras counts.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from keras_unet.models import custom_unet

folder = sys.argv[1]
random = np.random.default_rng(20240611)

KINDS = {
    "deconv": dict(input_shape=(8, 12, 1), filters=2, num_layers=2),
    "simple": dict(
        input_shape=(8, 8, 2), filters=3, num_layers=1, num_classes=3, use_batch_norm=False, upsample_mode="simple",
        output_activation="softmax", dropout_type="standard", dropout=0.2, dropout_change_per_layer=0.1,
        use_dropout_on_upsampling=True),
    "simple-norm": dict(input_shape=(4, 8, 1), filters=2, num_layers=1, num_classes=2, upsample_mode="simple"),
    "deconv-plain": dict(input_shape=(8, 4, 1), filters=2, num_layers=2, use_batch_norm=False, num_classes=2,
                         output_activation="softmax"),
}


def randomised(model):
    """Weights as after a training: no figure keeps its first value."""
    model.set_weights([
        (random.uniform(0.5, 2, w.shape) if v.path.endswith("moving_variance") else
         random.normal(0, 1.5 / np.sqrt(max(1, np.prod(w.shape[:-1]))), w.shape) + (1 if v.path.endswith("gamma") else 0))
        .astype(np.float32)
        for v, w in zip(model.weights, model.get_weights())
    ])


networks = []
for name, options in KINDS.items():
    tf.keras.backend.clear_session()
    model = custom_unet(**options)
    randomised(model)
    model.save(os.path.join(folder, name + ".h5"))
    x = random.normal(0, 1, (2, *options["input_shape"])).astype(np.float32)
    y = model.predict(x, verbose=0)
    networks.append({
        "name": name, "options": {**options, "input_shape": list(options["input_shape"])},
        "dropouts": [layer.rate for layer in model.layers if hasattr(layer, "rate")],
        "parameters": model.count_params(), "count": 2,
        "input": [float(v) for v in x.transpose(0, 3, 1, 2).ravel()],
        "output": [float(v) for v in y.transpose(0, 3, 1, 2).ravel()],
    })
    if name == "deconv":
        model.save_weights(os.path.join(folder, "deconv.weights.h5"))

counts = []
for filters in (16, 64):
    for layers in (3, 4):
        for norm in (True, False):
            for upsampling in ("deconv", "simple"):
                tf.keras.backend.clear_session()
                model = custom_unet((64, 64, 1), filters=filters, num_layers=layers, use_batch_norm=norm,
                                    upsample_mode=upsampling)
                learned = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
                counts.append({"filters": filters, "levels": layers, "norm": norm, "upsampling": upsampling,
                               "parameters": model.count_params(), "learned": learned})
with open(os.path.join(folder, "golden.json"), "w") as file:
    json.dump({"networks": networks, "counts": counts}, file)

# The same network as Keras 2 wrote it: ":0" behind the names, strings of fixed length, numbers that go on from an
# earlier network in the same session.
import h5py  # noqa: E402


def renamed(name):
    stem, _, number = name.rpartition("_")
    return f"{stem}_{int(number) + 20}" if number.isdigit() else f"{name}_20"


with h5py.File(os.path.join(folder, "deconv.h5")) as new, h5py.File(os.path.join(folder, "deconv-keras2.h5"), "w") as old:
    layers = [n for n in new["model_weights"].attrs["layer_names"]]
    weights = old.create_group("model_weights")
    weights.attrs["layer_names"] = np.array([renamed(n).encode() for n in layers])
    weights.attrs["keras_version"] = "2.2.4-tf"
    for layer in layers:
        source = new["model_weights"][layer]
        target = weights.create_group(renamed(layer))
        names = [n.split("/")[1] for n in source.attrs["weight_names"]]
        target.attrs["weight_names"] = np.array([f"{renamed(layer)}/{n}:0".encode() for n in names])
        for name in names:
            target[f"{renamed(layer)}/{name}:0"] = source[layer][name][()]
