#!/usr/bin/env python3
"""keras-unet's network in PyTorch: the peer of Pleura's engine.

    unet.py FILE THREADS

FILE is safetensors: the weights, `bench.input`, `bench.target` and `bench.output` (our probabilities), and the weights
after three steps as `bench.after.<name>`; its metadata hold `filters`, `levels`, `classes` and `learning_rate`.
Prints as JSON how far PyTorch's results are from ours, and the best milliseconds of its training step and of its
prediction of one slice, in float32 and bfloat16, each by the faster of both memory formats.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from safetensors import safe_open

threads = int(sys.argv[2])
torch.set_num_threads(threads)
with safe_open(sys.argv[1], framework="pt") as file:
    settings = file.metadata()
    tensors = {name: file.get_tensor(name) for name in file.keys()}
given = {n.removeprefix("bench."): tensors.pop(n) for n in list(tensors) if n.startswith("bench.")}
levels = int(settings["levels"])
rate = float(settings["learning_rate"])


class Block(torch.nn.Module):
    def __init__(self, source, filters):
        super().__init__()
        for half, channels in (("1", source), ("2", filters)):
            setattr(self, "conv" + half, torch.nn.Conv2d(channels, filters, 3, padding=1, bias=False))
            setattr(self, "bn" + half, torch.nn.BatchNorm2d(filters, eps=1e-3, momentum=1 - 0.99))

    def forward(self, x):
        return self.bn2(F.relu(self.conv2(self.bn1(F.relu(self.conv1(x))))))


class Up(Block):
    def __init__(self, source, filters):
        super().__init__(2 * filters, filters)
        self.tconv = torch.nn.ConvTranspose2d(source, filters, 2, stride=2)

    def forward(self, x, skip):
        return super().forward(torch.cat([self.tconv(x), skip], 1))


class UNet(torch.nn.Module):
    def __init__(self, filters, classes):
        super().__init__()
        channels = 1
        for level in range(levels):
            setattr(self, f"down{level}", Block(channels, filters << level))
            channels = filters << level
        self.mid = Block(channels, filters << levels)
        channels = filters << levels
        for level in reversed(range(levels)):
            setattr(self, f"up{level}", Up(channels, filters << level))
            channels = filters << level
        self.head = torch.nn.Conv2d(channels, classes, 1)

    def forward(self, x):
        skips = []
        for level in range(levels):
            x = getattr(self, f"down{level}")(x)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.mid(x)
        for level in reversed(range(levels)):
            x = getattr(self, f"up{level}")(x, skips[level])
        return self.head(x)


def network():
    net = UNet(int(settings["filters"]), int(settings["classes"]))
    net.load_state_dict(tensors, strict=False)
    return net


def loss_of(net, mixed):
    with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
        z = net(x)
    p = torch.sigmoid(z.float())
    return 1 - (2 * (p * y).sum() + 1e-6) / (p.sum() + y.sum() + 1e-6)


x, y = given["input"], given["target"]
net = network().eval()
with torch.inference_mode():
    forward = (torch.sigmoid(net(x)) - given["output"]).abs().max().item()

net = network().train()
optimiser = torch.optim.Adam(net.parameters(), lr=rate, eps=1e-7)
losses = []
for _ in range(3):
    optimiser.zero_grad()
    loss = loss_of(net, False)
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
after = max((value - given["after." + name]).abs().max().item()
            for name, value in net.state_dict().items() if not name.endswith("num_batches_tracked"))


def best(count, work):
    work()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def step(mixed):
    optimiser.zero_grad()
    loss_of(net, mixed).backward()
    optimiser.step()


def predict(mixed, slices):
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=mixed):
        for one in slices:
            torch.sigmoid(net(one).float())


answer = {"torch": torch.__version__, "forward_difference": forward, "losses": losses, "weights_difference": after}
for mixed, suffix in ((False, ""), (True, "_bfloat16")):
    steps, predictions = [], []
    for layout in (torch.contiguous_format, torch.channels_last):
        net = network().to(memory_format=layout).train()
        x = given["input"].contiguous(memory_format=layout)
        optimiser = torch.optim.Adam(net.parameters(), lr=rate, eps=1e-7, fused=True)
        steps.append(best(4, lambda: step(mixed)))
        net.eval()
        predictions.append(best(4, lambda: predict(mixed, x.split(1))) / len(x))
        predictions.append(best(4, lambda: predict(mixed, [x])) / len(x))
    answer["step" + suffix] = min(steps)
    answer["slice" + suffix] = min(predictions)
print(json.dumps(answer))
