#!/usr/bin/env python3
"""Compares `pleura predict` with PyTorch on an image; not part of the tests, since PyTorch is large.

    pip install torch==2.15.0 numpy SimpleITK nibabel
    torchscript_oracle.py IMAGE.nii.gz PLEURA [FOLDER]
    pip install monai==1.6.1 dynamic-network-architectures==0.4.4; pip install --no-deps lungmask
    torchscript_oracle.py IMAGE.nii.gz PLEURA FOLDER architectures

Draws networks of two and three dimensions, imports each with a recipe into an empty data folder, lets Pleura predict, and
does the same with SimpleITK's linear resampling and the sliding window of make_torchscript_resources.py. Says how far
probabilities are apart, and how many voxels of the masks differ where they are not on the threshold. `architectures` does
so with those of MONAI, nnU-Net and lungmask, their weights drawn.
"""
import importlib.util
import os
import subprocess
import sys
import tempfile

import nibabel
import numpy as np
import SimpleITK as sitk
import torch

import make_torchscript_resources as drawn

CASES = {
    "flat-nnunet": dict(
        dimensions=2, orientation="PL", patch=[64, 48], overlap=0.5, weights="gaussian", spacing=(3, 3, 5),
        window=(-1000, 400), z_score=(-370.25, 436.5)),
    "flat-whole": dict(
        dimensions=2, orientation="PL", patch=[], multiple=16, overlap=0.5, weights="gaussian", spacing=(3, 3, 5),
        window=(-1000, 400), z_score=(-370.25, 436.5)),
    "block-nnunet": dict(
        dimensions=3, orientation="SPL", patch=[24, 64, 48], overlap=0.5, weights="gaussian", spacing=(3, 3, 5),
        window=(-1000, 400), z_score=(-370.25, 436.5)),
    "block-monai": dict(
        dimensions=3, orientation="RAS", patch=[48, 64, 24], overlap=0.25, weights="uniform", spacing=(4, 4, 4),
        window=(-1000, 400), z_score=None),
}


def architectures():
    from dynamic_network_architectures.architectures.unet import PlainConvUNet
    from monai.networks.nets import SegResNet, UNet
    from torch import nn

    # lungmask itself wants more packages than its network needs.
    folder = importlib.util.find_spec("lungmask").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("resunet", os.path.join(folder, "resunet.py"))
    resunet = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(resunet)

    monai = dict(dimensions=3, orientation="RAS", patch=[32, 32, 32], overlap=0.25, weights="gaussian", spacing=(5, 5, 5),
                 window=(-1000, 400), z_score=None)
    nnunet = dict(dimensions=3, orientation="SPL", patch=[24, 40, 40], overlap=0.5, weights="gaussian",
                  spacing=(5, 5, 5), window=(-1000, 400), z_score=(-370.25, 436.5))
    slices = dict(dimensions=2, orientation="PL", patch=[], multiple=16, overlap=0.5, weights="gaussian",
                  spacing=(4, 4, 5), window=(-1024, 600), z_score=None)

    class First(nn.Module):
        """As docs/models.md exports a network with deep supervision."""

        def __init__(self, net):
            super().__init__()
            self.net = net

        def forward(self, x):
            return self.net(x)[0]

    plain = PlainConvUNet(
        1, 3, [8, 16, 32], nn.Conv3d, 3, [1, 2, 2], [2, 2, 2], 3, [2, 2], conv_bias=True, norm_op=nn.InstanceNorm3d,
        norm_op_kwargs={"eps": 1e-5, "affine": True}, nonlin=nn.LeakyReLU, nonlin_kwargs={"inplace": True},
        deep_supervision=True)
    found = {
        "monai-unet": {"net": UNet(3, 1, 3, (8, 16, 32), (2, 2), num_res_units=2), **monai},
        "monai-segresnet": {"net": SegResNet(3, 8, 1, 3), **monai},
        "nnunet-plain-3d": {"net": First(plain), **nnunet},
        "lungmask-unet": {"net": resunet.UNet(n_classes=3, depth=4, wf=3, padding=True, batch_norm=True,
                                              up_mode="upsample"), **slices},
    }
    for case in found.values():
        with torch.no_grad():
            for name, buffer in case["net"].named_buffers():
                if name.endswith("running_mean"):
                    buffer.normal_(0, 0.3)
                elif name.endswith("running_var"):
                    buffer.uniform_(0.5, 2)
        case["net"].eval()
    return found


def recipe(name, case):
    lines = [
        f'name = "{name}"', 'structures = ["Heart", "Lung_L"]', "[torchscript]", f'orientation = "{case["orientation"]}"',
        "classes = 3", "structure_classes = [2, 1]", f'patch = {case["patch"]}', f'overlap = {case["overlap"]}',
        f'patch_weights = "{case["weights"]}"', f'size_multiple = {case.get("multiple", 1)}', 'output = "logits-softmax"',
        "[preprocessing]", f'spacing_mm = {list(case["spacing"])}', f'window_hu = {list(case["window"])}']
    lines.append('normalisation = "unit"' if case["z_score"] is None else 'normalisation = "z-score"')
    if case["z_score"]:
        lines.append(f'mean_and_deviation_hu = {list(case["z_score"])}')
    lines += ["[postprocessing]", "kept_components = 0"]
    return "\n".join(lines) + "\n"


def resampled(image, case):
    """The image's own field along the patient's axes, counts rounded, as SimpleITK resamples linearly."""
    size, spacing = np.array(image.GetSize()), np.array(image.GetSpacing())
    direction = np.array(image.GetDirection()).reshape(3, 3)
    extent = np.abs(direction * (size * spacing)).sum(1)
    step = np.array(case["spacing"], float)
    count = np.maximum(1, np.round(extent / step - 1e-6)).astype(int)
    middle = np.array(image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()]))
    resample = sitk.ResampleImageFilter()
    resample.SetSize([int(n) for n in count])
    resample.SetOutputSpacing([float(s) for s in step])
    resample.SetOutputOrigin([float(v) for v in middle - (count - 1) / 2 * step])
    resample.SetInterpolator(sitk.sitkLinear)
    resample.SetDefaultPixelValue(float(case["window"][0]))
    return resample.Execute(sitk.Cast(image, sitk.sitkFloat64))


def theirs(image, net, case):
    grid = resampled(image, case)
    hu = np.clip(sitk.GetArrayFromImage(grid), *case["window"])
    low, high = case["window"]
    seen = (hu - case["z_score"][0]) / case["z_score"][1] if case["z_score"] else (hu - low) / (high - low)
    gaussian = case["weights"] == "gaussian"
    if case["dimensions"] == 2:
        size = lambda plane: case["patch"] or [-(-n // case["multiple"]) * case["multiple"] for n in plane.shape]
        logits = np.stack([drawn.slide(net, plane, size(plane), case["overlap"], gaussian) for plane in seen], 1)
    else:
        turned, back = drawn.to_axes(seen, case["orientation"])
        logits = back(drawn.slide(net, turned, case["patch"], case["overlap"], gaussian))
    probabilities = torch.softmax(torch.from_numpy(np.ascontiguousarray(logits)), 0).numpy()
    return grid, probabilities


def run(pleura, home, *arguments):
    done = subprocess.run([pleura, *arguments, "--home", home], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"pleura {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


def read(path):
    """[z][y][x] along LPS, whatever way the file's axes run; further volumes first."""
    image = nibabel.as_closest_canonical(nibabel.load(path))
    return np.flip(np.asarray(image.dataobj), (0, 1)).T


def main():
    source, pleura = sys.argv[1], sys.argv[2]
    folder = sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp()
    image = sitk.DICOMOrient(sitk.ReadImage(source), "LPS")
    worst_of_all = 0
    for name, case in (architectures() if sys.argv[4:] == ["architectures"] else CASES).items():
        net = case.get("net") or drawn.drawn(drawn.Net2D(1, 3) if case["dimensions"] == 2 else drawn.Net3D(1, 3))
        home, network = os.path.join(folder, name), os.path.join(folder, name + ".pt")
        example = torch.randn((1, 1, *(case["patch"] or [64, 64])))
        drawn.save(net, example, network)
        with open(os.path.join(folder, name + ".toml"), "w") as file:
            file.write(recipe(name, case))
        run(pleura, home, "models", "import", network, "--recipe", os.path.join(folder, name + ".toml"), "--name", name)
        out, said = os.path.join(folder, name + "-masks"), os.path.join(folder, name + ".nii.gz")
        run(pleura, home, "predict", source, "--model", name + "@1", "-o", out, "--probabilities", said)
        grid, expected = theirs(image, net, case)
        # The recipe's classes of its structures, in its order; Pleura writes probabilities on the image's own grid.
        for found, structure, index in zip(read(said), ("Heart", "Lung_L"), (2, 1)):
            there = sitk.GetImageFromArray(expected[index])
            there.CopyInformation(grid)
            native = sitk.GetArrayFromImage(sitk.Resample(there, image, sitk.Transform(), sitk.sitkLinear, 0.0))
            difference = np.abs(found - native).max()
            worst_of_all = max(worst_of_all, difference)
            ours = read(os.path.join(out, structure + ".nii.gz")) > 0
            undecided = np.abs(native - 0.5) < 1e-4
            wrong = ((native >= 0.5) != ours) & ~undecided
            print(f"{name} {structure}: probabilities apart by {difference:.1e} at most; of {int(ours.sum())} voxels of "
                  f"the mask and {ours.size} in all {int(wrong.sum())} differ, {int(undecided.sum())} are on the threshold")
    print(f"largest difference {worst_of_all:.1e}")


if __name__ == "__main__":
    main()
