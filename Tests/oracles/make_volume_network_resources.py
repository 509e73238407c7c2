#!/usr/bin/env python3
"""Writes Tests/NetworksTests/Resources/volume-networks.json with plain PyTorch; not part of the tests.

    pip install torch==2.15.0
    make_volume_network_resources.py FILE             what networks built here make of an input
    make_volume_network_resources.py --check FILE...  compares safetensors files of our tests with networks built here

The networks are built with torch.nn's own layers as the papers describe them; nothing of ours is used but the names
of tensors. Weights and inputs come from a formula (`values`) that the tests know as well, so that the file holds none;
all is computed in double precision.
"""
import json
import struct
import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)

CASES = [
    dict(name="v-net", kind="v-net", filters=3, levels=2, convolutions=[1, 2, 3], width=5, size=[8, 4, 12], classes=2,
         softmax=True),
    dict(name="v-net of two channels, norm", kind="v-net", channels=2, filters=4, levels=1, convolutions=[2, 1],
         width=3, norm=True, size=[4, 6, 8], classes=1),
    dict(name="v-net folded", kind="v-net", filters=9, levels=1, convolutions=[1, 2], width=3, folds=True,
         size=[8, 4, 12], classes=3, softmax=True),
    dict(name="u-net", kind="u-net-3d", filters=3, levels=2, width=3, norm=True, size=[8, 4, 12], classes=2),
    dict(name="u-net folded, simple", kind="u-net-3d", filters=4, levels=1, width=3, folds=True, simple=True,
         size=[8, 4, 12], classes=2, softmax=True),
]
EPSILON, MOMENTUM = 1e-3, 0.99  # Keras's, its momentum too


def values(count, stream):
    """Numbers in -1/2...1/2, exact in float32: multiples of 2^-24."""
    state = torch.arange(count, dtype=torch.int64) * 2654435761 + stream * 40503 + 12345
    state = (state ^ (state >> 13)) * 1274126177 % 2**32
    return ((state ^ (state >> 16)) % 2**24).to(torch.float64) / 2**24 - 0.5


def scale(shape):
    """A power of two near what keeps the spread of what goes through a kernel."""
    fan_in, power = 1, 1.0
    for length in shape[1:]:
        fan_in *= length
    while power * power * fan_in > 24:
        power /= 2
    return power


class Repeated(nn.Module):
    """The input's channels over and over, until there are enough."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels

    def forward(self, x):
        return torch.cat([x] * -(-self.channels // x.shape[1]), 1)[:, :self.channels]


def norm(case, channels):
    return nn.BatchNorm3d(channels, eps=EPSILON, momentum=1 - MOMENTUM) if case.get("norm") else nn.Identity()


class Stage(nn.Module):
    """Milletari et al. 2016: the last convolution is added to what came in, then a PReLU."""

    def __init__(self, case, into, out, count):
        super().__init__()
        self.count = count
        for k in range(1, count + 1):
            self.add_module(f"conv{k}", nn.Conv3d(into if k == 1 else out, out, case["width"], padding="same",
                                                  bias=not case.get("norm")))
            self.add_module(f"bn{k}", norm(case, out))
            self.add_module(f"prelu{k}", nn.PReLU(out))
        self.repeated = Repeated(out)

    def forward(self, x):
        y = x
        for k in range(1, self.count + 1):
            y = getattr(self, f"bn{k}")(getattr(self, f"conv{k}")(y))
            if k == self.count:
                y = y + self.repeated(x)
            y = getattr(self, f"prelu{k}")(y)
        return y


class VNet(nn.Module):
    def __init__(self, case, into, out):
        super().__init__()
        self.levels = case["levels"]
        channels, bias = into, not case.get("norm")
        for level in range(self.levels):
            filters = case["filters"] << level
            stage = Stage(case, channels, filters, case["convolutions"][level])
            channels = 2 * filters
            stage.sconv = nn.Conv3d(filters, channels, 2, stride=2, bias=bias)
            stage.sbn, stage.sprelu = norm(case, channels), nn.PReLU(channels)
            self.add_module(f"down{level}", stage)
        self.mid = Stage(case, channels, channels, case["convolutions"][self.levels])
        for level in reversed(range(self.levels)):
            filters = case["filters"] << level
            tconv = nn.ConvTranspose3d(channels, filters, 2, stride=2, bias=bias)
            channels = 2 * filters
            stage = Stage(case, channels, channels, case["convolutions"][level])
            stage.tconv, stage.tbn, stage.tprelu = tconv, norm(case, filters), nn.PReLU(filters)
            self.add_module(f"up{level}", stage)
        self.head = nn.Conv3d(channels, out, 1)

    def forward(self, x):
        skips = []
        for level in range(self.levels):
            stage = getattr(self, f"down{level}")
            skips.append(stage(x))
            x = stage.sprelu(stage.sbn(stage.sconv(skips[-1])))
        x = self.mid(x)
        for level in reversed(range(self.levels)):
            stage = getattr(self, f"up{level}")
            x = stage(torch.cat([stage.tprelu(stage.tbn(stage.tconv(x))), skips[level]], 1))
        return self.head(x)


class Block(nn.Module):
    """keras-unet: twice convolution, ReLU, batch norm."""

    def __init__(self, case, into, out):
        super().__init__()
        for k, source in ((1, into), (2, out)):
            self.add_module(f"conv{k}", nn.Conv3d(source, out, case["width"], padding="same",
                                                  bias=not case.get("norm")))
            self.add_module(f"bn{k}", norm(case, out))

    def forward(self, x):
        return self.bn2(F.relu(self.conv2(self.bn1(F.relu(self.conv1(x))))))


class UNet(nn.Module):
    def __init__(self, case, into, out):
        super().__init__()
        self.levels = case["levels"]
        channels = into
        for level in range(self.levels):
            self.add_module(f"down{level}", Block(case, channels, case["filters"] << level))
            channels = case["filters"] << level
        self.mid = Block(case, channels, 2 * channels)
        channels *= 2
        for level in reversed(range(self.levels)):
            filters = case["filters"] << level
            simple = case.get("simple")
            block = Block(case, (channels if simple else filters) + filters, filters)
            block.tconv = nn.Upsample(scale_factor=2) if simple else nn.ConvTranspose3d(channels, filters, 2, stride=2)
            self.add_module(f"up{level}", block)
            channels = filters
        self.head = nn.Conv3d(channels, out, 1)

    def forward(self, x):
        skips = []
        for level in range(self.levels):
            skips.append(getattr(self, f"down{level}")(x))
            x = F.max_pool3d(skips[-1], 2)
        x = self.mid(x)
        for level in reversed(range(self.levels)):
            block = getattr(self, f"up{level}")
            x = block(torch.cat([block.tconv(x), skips[level]], 1))
        return self.head(x)


def folded(x):
    """Blocks of 2x2x2 as channels, written out voxel by voxel of a block."""
    return torch.stack([x[:, :, z::2, y::2, c::2] for z in (0, 1) for y in (0, 1) for c in (0, 1)], 2).flatten(1, 2)


def unfolded(x):
    n, channels, d, h, w = x.shape
    result = x.new_zeros(n, channels // 8, 2 * d, 2 * h, 2 * w)
    for k in range(8):
        result[:, :, k // 4::2, k // 2 % 2::2, k % 2::2] = x[:, k::8]
    return result


def network(case):
    block = 8 if case.get("folds") else 1
    kind = VNet if case["kind"] == "v-net" else UNet
    return kind(case, case.get("channels", 1) * block, case["classes"] * block).double()


def logits(case, net, x):
    return unfolded(net(folded(x))) if case.get("folds") else net(x)


def named(net):
    """Tensors by name, without PyTorch's count of batches."""
    return {n: t for n, t in net.state_dict().items() if not n.endswith("num_batches_tracked")}


@torch.no_grad()
def fill(net):
    """All tensors by the formula; each has a stream of its own, by its name's place in the alphabet."""
    for stream, (name, tensor) in enumerate(sorted(named(net).items())):
        v = values(tensor.numel(), stream).reshape(tensor.shape)
        if tensor.dim() > 1:
            v = v * scale(tensor.shape)
        elif name.endswith("running_var") or "bn" in name and name.endswith(".weight"):
            v = v + 1
        tensor.copy_(v)


def loss(case, z, targets):
    """Soft Dice over everything, and the mean cross-entropy."""
    if case.get("softmax"):
        p, entropy = F.softmax(z, 1), -(targets * F.log_softmax(z, 1)).sum(1).mean()
    else:
        p, entropy = torch.sigmoid(z), F.binary_cross_entropy_with_logits(z, targets)
    return 1 - (2 * (p * targets).sum() + 1e-6) / ((p + targets).sum() + 1e-6) + entropy


def made(case):
    net = network(case)
    fill(net)
    shape = [2, case.get("channels", 1), *case["size"]]
    count = torch.Size(shape).numel()
    x = (4 * values(count, 1000)).reshape(shape)
    labels = ((values(2 * torch.Size(case["size"]).numel(), 1001) + 0.5) * case["classes"]).floor().long()
    if case["classes"] == 1:
        targets = (values(labels.numel(), 1001) > 0).double().reshape(2, 1, *case["size"])
    else:
        targets = F.one_hot(labels.reshape(2, *case["size"]), case["classes"]).permute(0, 4, 1, 2, 3).double()
    net.eval()
    with torch.no_grad():
        z = logits(case, net, x)
        p = F.softmax(z, 1) if case.get("softmax") else torch.sigmoid(z)
    net.train()
    value = loss(case, logits(case, net, x), targets)
    value.backward()
    gradients = {
        # The sum of squares, and a sum that knows the order.
        n: [float((p.grad**2).sum()), float((p.grad.flatten() * values(p.numel(), 1002)).sum())]
        for n, p in net.named_parameters()
    }
    return {
        **case, "parameters": sum(t.numel() for t in named(net).values()),
        "probabilities": [round(v, 7) for v in p.flatten()[::7].tolist()], "loss": float(value.detach()),
        "gradients": gradients,
    }


def read(path):
    """A safetensors file by hand: the header's length, the header, the values."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        first, last = entry["data_offsets"]
        flat = torch.frombuffer(bytearray(data[first:last]), dtype=torch.float32)
        tensors[name] = flat.reshape(entry["shape"]).double()
    return header["__metadata__"], tensors


def check(path):
    """Whether what our engine made of an input is what the network here makes with our weights; tensors `input` and
    `output` lie beside the weights, and the metadata's `case` says how the network is built."""
    metadata, tensors = read(path)
    case = json.loads(metadata["case"])
    x, output = tensors.pop("input"), tensors.pop("output")
    net = network(case)
    result = net.load_state_dict(tensors, strict=False)
    assert not result.unexpected_keys, result
    assert all(n.endswith("num_batches_tracked") for n in result.missing_keys), result
    net.eval()
    with torch.no_grad():
        z = logits(case, net, x)
        p = F.softmax(z, 1) if case.get("softmax") else torch.sigmoid(z)
    difference = float((p - output).abs().max())
    print(f"{path}: {sum(t.numel() for t in tensors.values())} values, probabilities "
          f"{float(output.min()):.3f}...{float(output.max()):.3f}, differ by {difference:.1e}")
    assert difference < 1e-4


if sys.argv[1] == "--check":
    for path in sys.argv[2:]:
        check(path)
else:
    with open(sys.argv[1], "w") as file:
        json.dump([made(case) for case in CASES], file)
