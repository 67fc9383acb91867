"""Reference outputs of torchvision's detectors and segmenters with the formula's weights (see ../formula.ts).

    python make_tasks.py OUT.json        (torchvision 0.29)

Of each raw output: its shape, the largest absolute value, and values at 48 places spread evenly. Of detectors also the first
detections after suppression, of raw outputs that the formula makes: what is decoded does not depend on the networks.
"""

import json
import sys

import numpy as np
import torch
from torchvision.models import detection, segmentation
from torchvision.models.detection.image_list import ImageList


def mix(x):
    x = x.astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x


def u(name, n):
    h = 0x811C9DC5
    for b in name.encode():
        h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    i = (np.arange(n, dtype=np.uint64) * np.uint64(0x9E3779B9) + np.uint64(h)) & np.uint64(0xFFFFFFFF)
    return mix(i).astype(np.float64) / 4294967296.0


def value(name, shape):
    n = int(np.prod(shape))
    r = u(name, n)
    if len(shape) >= 2:
        v = (2 * r - 1) * np.sqrt(6.0 / (n / shape[0]))
    elif name.endswith("running_mean"):
        v = 0.2 * (2 * r - 1)
    elif name.endswith("running_var"):
        v = 1 + 0.5 * r
    elif name.endswith("bias"):
        v = 0.1 * (2 * r - 1)
    else:
        v = 1 + 0.2 * (2 * r - 1)
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


def filled(model):
    state = model.state_dict()
    model.load_state_dict(
        {k: v if k.endswith("num_batches_tracked") else value(k, tuple(v.shape)) for k, v in state.items()}
    )
    return model.eval()


def picture(height, width):
    values = 2 * u("input", 3 * height * width) - 1
    return torch.from_numpy(values.astype(np.float32).reshape(1, 3, height, width))


def sampled(y):
    flat = y.reshape(-1).numpy()
    places = np.linspace(0, flat.size - 1, 48).astype(int)
    return {
        "shape": list(y.shape),
        "largest": float(np.abs(flat).max()),
        "values": [float(f"{flat[place]:.7g}") for place in places],
    }


def segmenter(name, height, width):
    auxiliary = {} if name.startswith("lraspp") else {"aux_loss": True}
    model = filled(getattr(segmentation, name)(weights=None, weights_backbone=None, num_classes=21, **auxiliary))
    with torch.no_grad():
        out = model(picture(height, width))["out"]
    labels = out[0].argmax(0)
    return {
        "inputShape": [height, width, 3],
        "out": sampled(out[0].permute(1, 2, 0)),
        # How many pixels are of each class.
        "areas": torch.bincount(labels.reshape(-1), minlength=21).tolist(),
    }


def made(name, shape, scale, offset=0.0):
    values = (2 * u(name, int(np.prod(shape))) - 1) * scale + offset
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def detector(name, height, width, score_range=4.0):
    model = filled(getattr(detection, name)(weights=None, weights_backbone=None, num_classes=91))
    x = picture(height, width)
    with torch.no_grad():
        features = list(model.backbone(x).values())
        heads = model.head(features)
        outputs = {key: heads[key] for key in ("cls_logits", "bbox_regression", "bbox_ctrness") if key in heads}
        heads = {
            "cls_logits": made("cls_logits", outputs["cls_logits"].shape, score_range),
            "bbox_regression": made("bbox_regression", outputs["bbox_regression"].shape, 1.0, 1.0 * ("fcos" in name)),
        }
        if "bbox_ctrness" in outputs:
            heads["bbox_ctrness"] = made("bbox_ctrness", outputs["bbox_ctrness"].shape, 2.0)
        anchors = model.anchor_generator(ImageList(x, [(height, width)]), features)
        if name.startswith("ssd"):
            (found,) = model.postprocess_detections(heads, anchors, [(height, width)])
        else:
            per = [f.shape[2] * f.shape[3] * (9 if name.startswith("retina") else 1) for f in features]
            split = {k: list(v.split(per, dim=1)) for k, v in heads.items()}
            (found,) = model.postprocess_detections(split, [list(anchors[0].split(per))], [(height, width)])
    print(name, len(found["scores"]), found["scores"][:3], found["labels"][:10], flush=True)
    return {
        "inputShape": [height, width, 3],
        "outputs": {key: sampled(output[0]) for key, output in outputs.items()},
        "anchors": sampled(anchors[0]),
        "count": len(found["scores"]),
        "detections": [
            [int(label), float(f"{float(score):.6g}"), *[round(float(edge), 4) for edge in box]]
            for label, score, box in zip(found["labels"][:24], found["scores"], found["boxes"])
        ],
    }


if __name__ == "__main__":
    result = {
        "segmenters": {
            "lraspp_mobilenet_v3_large": segmenter("lraspp_mobilenet_v3_large", 72, 88),
            "deeplabv3_mobilenet_v3_large": segmenter("deeplabv3_mobilenet_v3_large", 65, 97),
            "deeplabv3_resnet50": segmenter("deeplabv3_resnet50", 65, 49),
            "fcn_resnet50": segmenter("fcn_resnet50", 65, 49),
        },
        "detectors": {
            "ssdlite320_mobilenet_v3_large": detector("ssdlite320_mobilenet_v3_large", 320, 320),
            "ssd300_vgg16": detector("ssd300_vgg16", 300, 300),
            "fcos_resnet50_fpn": detector("fcos_resnet50_fpn", 96, 160),
            "retinanet_resnet50_fpn": detector("retinanet_resnet50_fpn", 96, 160, 1.5),  # nine times as many scores, which must not meet
        },
    }
    with open(sys.argv[1], "w") as file:
        json.dump(result, file)
        file.write("\n")
