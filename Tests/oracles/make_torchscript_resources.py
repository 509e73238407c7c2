#!/usr/bin/env python3
"""Writes Tests/NetworksTests/Resources/TorchScript and Tests/SegmentationTests/Resources/TorchScript with PyTorch itself;
not part of the tests.

    pip install torch==2.15.0 numpy
    make_torchscript_resources.py TESTS

Small networks with drawn weights, of two and three dimensions, as .pt files, each with an input and what PyTorch makes of
it; and what sliding windows over a drawn image come to, by a program that shares nothing with Pleura's.
"""
import itertools
import json
import math
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(20240611)
torch.set_num_threads(1)


class Net2D(nn.Module):
    """Convolution, norm, activation; one level down and up again, so that sizes have to be even."""

    def __init__(self, channels, classes):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(channels, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
        self.down = nn.Sequential(nn.Conv2d(4, 6, 3, stride=2, padding=1), nn.InstanceNorm2d(6, affine=True), nn.LeakyReLU())
        self.up = nn.ConvTranspose2d(6, 4, 2, stride=2)
        self.last = nn.Conv2d(8, classes, 1)

    def forward(self, x):
        a = self.first(x)
        return self.last(torch.cat([self.up(self.down(a)), a], 1))


class Net3D(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.first = nn.Sequential(nn.Conv3d(channels, 3, 3, padding=1), nn.BatchNorm3d(3), nn.ReLU())
        self.second = nn.Sequential(nn.Conv3d(3, 3, 3, padding=2, dilation=2), nn.LeakyReLU())
        self.last = nn.Conv3d(3, classes, 1)

    def forward(self, x):
        a = self.first(x)
        return self.last(a + self.second(a))


class Several(nn.Module):
    """Answers with several tensors, the first of which counts, as networks with deep supervision do."""

    def __init__(self, net, kind: str):
        super().__init__()
        self.net = net
        self.kind = kind

    def forward(self, x):
        a = self.net(x)
        if self.kind == "list":
            return [a, a * 2]
        return a, F.avg_pool2d(a, 2)


class Activated(nn.Module):
    def __init__(self, net, kind: str):
        super().__init__()
        self.net = net
        self.kind = kind

    def forward(self, x):
        a = self.net(x)
        if self.kind == "labels":
            return torch.argmax(a, 1, keepdim=True)
        return torch.softmax(a, 1)


class Saves(nn.Module):
    """What no network has to do: it writes a file."""

    def forward(self, x):
        torch.save(x, "never-written")
        return x


class Prints(nn.Module):
    def forward(self, x):
        if bool(x.sum() > 0):
            print("never printed")
        return x


def drawn(net):
    """Weights and running figures as after a training, and large enough that classes differ from place to place."""
    with torch.no_grad():
        for name, tensor in itertools.chain(net.named_parameters(), net.named_buffers()):
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif tensor.is_floating_point():
                tensor.normal_(0, 0.7)
    return net.eval()


def numbers(tensor):
    return [float(f"{v:.7g}") for v in tensor.detach().flatten().tolist()]


def save(net, example, path):
    traced = torch.jit.trace(net, example)
    torch.jit.save(traced, path)
    return traced


# ---- the sliding window, written from nnU-Net's and MONAI's descriptions


def starts(length, patch, overlap):
    """Evenly spread, no further apart than (1 - overlap) of a patch, as nnU-Net."""
    if length <= patch:
        return [0]
    count = math.ceil((length - patch) / (patch * (1 - overlap)) - 1e-9) + 1
    step = (length - patch) / (count - 1)
    return [int(round(step * i)) for i in range(count)]


def importance(patch, gaussian):
    if not gaussian:
        return np.ones(patch)
    weight = np.ones(patch)
    for axis, n in enumerate(patch):
        along = np.exp(-0.5 * ((np.arange(n) - (n - 1) / 2) / (n / 8)) ** 2)
        weight = weight * along.reshape([-1 if a == axis else 1 for a in range(len(patch))])
    return np.maximum(weight / weight.max(), 1e-3)


def slide(net, image, patch, overlap, gaussian):
    """`image` in the network's own axes. What the network answers, blended, in the same axes."""
    patch = list(patch)
    spare = [max(0, p - n) for n, p in zip(image.shape, patch)]
    padded = np.pad(image, [(s // 2, s - s // 2) for s in spare])
    weight = importance(patch, gaussian)
    total = seen = None
    for corner in itertools.product(*[starts(n, p, overlap) for n, p in zip(padded.shape, patch)]):
        place = tuple(slice(c, c + p) for c, p in zip(corner, patch))
        with torch.no_grad():
            answer = net(torch.from_numpy(np.ascontiguousarray(padded[place], np.float32))[None, None])[0].double().numpy()
        if total is None:
            total = np.zeros((answer.shape[0], *padded.shape))
            seen = np.zeros(padded.shape)
        total[(slice(None), *place)] += weight * answer
        seen[place] += weight
    blended = total / seen
    return blended[(slice(None), *[slice(s // 2, s // 2 + n) for s, n in zip(spare, image.shape)])]


def to_axes(volume, orientation):
    """From [z][y][x], growing to the head, the back and the left, to a network's axes; and back."""
    order = [{"S": 0, "I": 0, "P": 1, "A": 1, "L": 2, "R": 2}[letter] for letter in orientation]
    turned = volume.transpose(order)
    flips = [axis for axis, letter in enumerate(orientation) if letter in "IAR"]
    return np.flip(turned, flips), lambda answer: np.flip(answer, [f + 1 for f in flips]).transpose(
        [0] + [1 + order.index(axis) for axis in range(3)])


def main():
    tests = sys.argv[1]
    networks = os.path.join(tests, "NetworksTests/Resources/TorchScript")
    segmentation = os.path.join(tests, "SegmentationTests/Resources/TorchScript")
    for folder in (networks, segmentation):
        os.makedirs(folder, exist_ok=True)

    # What a network answers to one input.
    asked = []

    def ask(name, net, shape):
        example = torch.randn(shape)
        save(net, example, os.path.join(networks, name + ".pt"))
        with torch.no_grad():
            answer = net(example)
        answer = answer if isinstance(answer, torch.Tensor) else answer[0]
        asked.append({
            "name": name, "shape": list(shape), "input": numbers(example), "answer_shape": list(answer.shape),
            "answer": numbers(answer)})

    two, three = drawn(Net2D(1, 3)), drawn(Net3D(1, 3))
    ask("flat", two, (1, 1, 8, 12))
    ask("block", three, (1, 1, 6, 8, 10))
    ask("tuple", Several(two, "tuple").eval(), (1, 1, 4, 8))
    ask("list", Several(two, "list").eval(), (1, 1, 4, 8))
    ask("labels", Activated(two, "labels").eval(), (1, 1, 4, 8))
    scripted = torch.jit.script(two)
    torch.jit.save(scripted, os.path.join(networks, "scripted.pt"))
    asked.append({**asked[0], "name": "scripted"})
    for name, odd in (("saves", Saves()), ("prints", Prints())):
        torch.jit.save(torch.jit.script(odd), os.path.join(networks, name + ".pt"))
    torch.save(two.state_dict(), os.path.join(networks, "weights.pth"))
    with open(os.path.join(networks, "answers.json"), "w") as file:
        json.dump(asked, file)

    # What sliding windows come to: an image of 10 x 9 x 7 voxels (columns, rows, slices), drawn by a formula.
    x, y, z = np.meshgrid(np.arange(10), np.arange(9), np.arange(7), indexing="ij")
    image = ((x * 37 + y * 53 + z * 71 + x * y * 11 + y * z * 5) % 400 - 200).transpose(2, 1, 0)
    slid = []

    def window(name, net, normalise, orientation, patch, overlap, gaussian, flat=False, multiple=1, **recipe):
        example = torch.randn((1, 1, *(patch if patch else [8, 8])))
        save(net, example, os.path.join(segmentation, name + ".pt"))
        seen = normalise(image.astype(np.float64))
        if flat:
            answers = []
            for plane in seen:
                turned = plane if orientation == "PL" else plane[::-1, ::-1].T
                size = patch or [-(-n // multiple) * multiple for n in turned.shape]
                answer = slide(net, turned, size, overlap, gaussian)
                answers.append(answer if orientation == "PL" else answer.transpose(0, 2, 1)[:, ::-1, ::-1])
            answer = np.stack(answers, 1)
        else:
            turned, back = to_axes(seen, orientation)
            answer = back(slide(net, turned, patch, overlap, gaussian))
        slid.append({"name": name, "orientation": orientation, "patch": patch, "overlap": overlap,
                     "gaussian": gaussian, "multiple": multiple, "classes": int(answer.shape[0]),
                     "answer": [float(f"{v:.6g}") for v in answer.ravel()], **recipe})

    unit = lambda hu: (np.clip(hu, -150, 250) + 150) / 400
    nnunet = lambda hu: (np.clip(hu, -180, 190) - 20.5) / 87.25

    def whole(hu):
        cut = np.clip(hu, -180, 190)
        return (cut - cut.mean()) / cut.std()

    window("flat-whole", two, nnunet, "PL", [], 0.5, True, flat=True, multiple=4, normalisation="z-score")
    window("flat-patches", two, unit, "RA", [6, 4], 0.25, False, flat=True, normalisation="unit")
    window("nnunet", three, nnunet, "SPL", [4, 8, 6], 0.5, True, normalisation="z-score")
    window("monai", three, unit, "RAS", [6, 12, 4], 0.25, True, normalisation="unit")
    window("whole-image", three, whole, "SPL", [4, 4, 4], 0.5, True, normalisation="volume-z-score")
    with open(os.path.join(segmentation, "answers.json"), "w") as file:
        json.dump(slid, file)


if __name__ == "__main__":
    main()
