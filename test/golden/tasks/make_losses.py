"""Losses and gradients of torchvision's detectors with the formula's weights (see ../formula.ts).

    python make_losses.py OUT.json        (torchvision 0.29)

Two pictures, made by the formula, with two things and one thing. Of each gradient: its shape, the largest absolute value, and values at
24 places spread evenly. ResNet-50's normalizations use their running statistics, as torchvision freezes them; MobileNetV3's those
of the batch.
"""

import json
import sys

import numpy as np
import torch
from torchvision.models import detection
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import box_iou

from make_tasks import filled, u

things = [
    {"boxes": [[20.0, 12.0, 74.5, 66.0], [40.0, 30.0, 120.0, 90.0]], "labels": [3, 17]},
    {"boxes": [[8.0, 20.0, 50.0, 88.0]], "labels": [90]},
]


def sampled(y):
    flat = y.reshape(-1).numpy()
    places = np.linspace(0, flat.size - 1, 24).astype(int)
    return {
        "shape": list(y.shape),
        "largest": float(np.abs(flat).max()),
        "values": [float(f"{flat[place]:.6g}") for place in places],
    }


def losses(name, height, width, weights):
    """In double precision, and how far PyTorch is from that in single precision."""
    exact = learned(name, height, width, weights, torch.float64)
    single = learned(name, height, width, weights, torch.float32)
    gradients = {}
    for key, gradient in exact[1].items():
        gradients[key] = sampled(gradient)
        off = float((single[1][key].double() - gradient).abs().max()) / (gradients[key]["largest"] or 1.0)
        gradients[key]["float32"] = float(f"{off:.3g}")
    print(name, exact[0], {key: value["float32"] for key, value in gradients.items()}, flush=True)
    return {"inputShape": [height, width, 3], "losses": exact[0], "gradients": gradients}


def learned(name, height, width, weights, dtype):
    model = filled(getattr(detection, name)(weights=None, weights_backbone=None, num_classes=91)).to(dtype)
    model.train()
    if not name.startswith("ssdlite"):
        model.backbone.eval()
    values = 2 * u("input", 2 * 3 * height * width) - 1
    x = torch.from_numpy(values.astype(np.float32).reshape(2, 3, height, width)).to(dtype)
    scale = torch.tensor([width / 160, height / 96, width / 160, height / 96])
    targets = [
        {"boxes": (torch.tensor(one["boxes"]) * scale).to(dtype), "labels": torch.tensor(one["labels"])} for one in things
    ]
    features = list(model.backbone(x).values())
    heads = model.head(features)
    anchors = model.anchor_generator(ImageList(x, [(height, width)] * 2), features)
    if name.startswith("ssd"):
        matched = [model.proposal_matcher(box_iou(t["boxes"], a)) for a, t in zip(anchors, targets)]
        parts = model.compute_loss(targets, heads, anchors, matched)
    else:
        per = [f.shape[2] * f.shape[3] * (9 if name.startswith("retina") else 1) for f in features]
        parts = (
            model.compute_loss(targets, heads, anchors, per)
            if name.startswith("fcos")
            else model.compute_loss(targets, heads, anchors)
        )
    sum(parts.values()).backward()
    named = dict(model.named_parameters())
    return {key: float(value) for key, value in parts.items()}, {key: named[key].grad for key in weights}


def spread(name, count=10):
    model = getattr(detection, name)(weights=None, weights_backbone=None, num_classes=91)
    names = [key for key, value in model.named_parameters() if value.dim() > 1]
    return [names[i] for i in np.linspace(2, len(names) - 1, count).astype(int)]


if __name__ == "__main__":
    sizes = {
        "ssdlite320_mobilenet_v3_large": (320, 320),
        "fcos_resnet50_fpn": (96, 160),
        "retinanet_resnet50_fpn": (96, 160),
    }
    result = {name: losses(name, *size, spread(name)) for name, size in sizes.items()}
    result["things"] = things
    with open(sys.argv[1], "w") as file:
        json.dump(result, file)
        file.write("\n")
