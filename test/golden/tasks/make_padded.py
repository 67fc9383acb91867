"""What torchvision's FCOS and RetinaNet find in a picture that needs margins, with the formula's weights (see ../formula.ts).

    python make_padded.py OUT.json        (torchvision 0.29)

The picture is 96×60, so that nothing is resized and the network sees 96×64. The last layers are changed a little, as with the
formula's weights alone everything is sure of everything.
"""

import json
import sys

import torch
from torchvision.models import detection

from make_tasks import filled, u

# By the ends of names: what weights are multiplied by, and what is added.
changed = {
    "fcos_resnet50_fpn": {"cls_logits.weight": (0.5, 0), "bbox_reg.weight": (0.1, 0), "bbox_reg.bias": (1, 1)},
    "retinanet_resnet50_fpn": {"cls_logits.weight": (0.01, 0), "bbox_reg.weight": (0.002, 0)},
}


def found(name, threshold):
    make = getattr(detection, name)
    model = filled(make(weights=None, weights_backbone=None, num_classes=91, min_size=60, max_size=960, score_thresh=threshold))
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            for ending, (factor, offset) in changed[name].items():
                if key.endswith(ending):
                    parameter.mul_(factor).add_(offset)
        pixels = (u("picture", 60 * 96 * 3) * 256).astype("uint8").reshape(60, 96, 3)
        (result,) = model([torch.from_numpy(pixels).permute(2, 0, 1).float() / 255])
    return [
        [int(label), float(f"{float(score):.7g}"), *[round(float(edge), 4) for edge in box]]
        for label, score, box in zip(result["labels"], result["scores"], result["boxes"])
    ][:40]


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        json.dump({name: found(name, 0.1) for name in ("fcos_resnet50_fpn", "retinanet_resnet50_fpn")}, file)
        file.write("\n")
