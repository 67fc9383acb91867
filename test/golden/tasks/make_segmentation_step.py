"""Loss and gradients of a training step of torchvision's LR-ASPP, with the formula's weights (see ../formula.ts).

    python make_segmentation_step.py OUT.json        (torchvision 0.29)

Two pictures of 64×64 whose labels are (row // 8 + column // 16 + picture) % 5, of which 255, that counts nothing, wherever
(3 · row + 5 · column) % 11 == 0. With and without weights of classes. Of ten weights: shape, largest gradient, 24 places spread
evenly.
"""

import json
import sys

import numpy as np
import torch
from make_tasks import filled, u
from torchvision.models import segmentation

side, classes = 64, 5
names = [
    "backbone.0.0.weight",
    "backbone.0.1.weight",
    "backbone.4.block.1.0.weight",
    "backbone.4.block.2.fc1.weight",
    "backbone.12.block.0.0.weight",
    "backbone.16.1.bias",
    "classifier.cbr.0.weight",
    "classifier.scale.1.weight",
    "classifier.low_classifier.weight",
    "classifier.high_classifier.bias",
]

x = torch.from_numpy((2 * u("input", 2 * 3 * side * side) - 1).astype(np.float32).reshape(2, 3, side, side))
n, row, column = np.meshgrid(np.arange(2), np.arange(side), np.arange(side), indexing="ij")
labels = (row // 8 + column // 16 + n) % classes
labels[(3 * row + 5 * column) % 11 == 0] = 255
labels = torch.from_numpy(labels.astype(np.int64))


def step(weight):
    torch.manual_seed(0)
    model = segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=classes)
    model = filled(model).train()
    out = model(x)["out"]
    loss = torch.nn.functional.cross_entropy(
        out, labels, ignore_index=255, weight=None if weight is None else torch.tensor(weight)
    )
    loss.backward()
    parameters = dict(model.named_parameters())
    gradients = {}
    for name in names:
        gradient = parameters[name].grad.numpy().reshape(-1)
        places = np.linspace(0, gradient.size - 1, min(24, gradient.size)).astype(int)
        gradients[name] = {
            "shape": list(parameters[name].shape),
            "largest": float(np.abs(gradient).max()),
            "values": [float(f"{gradient[place]:.7g}") for place in places],
        }
    return {"weight": weight, "loss": float(loss), "gradients": gradients}


with open(sys.argv[1], "w") as file:
    json.dump([step(None), step([0.2, 1.0, 2.0, 1.5, 0.5])], file)
