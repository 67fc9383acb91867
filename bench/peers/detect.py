"""ssdlite320_mobilenet_v3_large with PyTorch, for bench/detect.mjs; requests and answers as in serving.py.

Usage: detect.py detect|train THREADS     answers {"steps": n} with {"seconds": s, "memory": MiB}
"""
import os
import sys

from serving import alone, serve

# OpenBLAS ties the process to one core when it is loaded, and OpenMP then counts one core; both are put right here.
os.environ["OPENBLAS_MAIN_FREE"] = "1"
cores = os.sched_getaffinity(0)
mode, threads = sys.argv[1], int(sys.argv[2])
os.environ["OMP_NUM_THREADS"] = str(threads)
alone()
import torch  # noqa: E402
import torchvision  # noqa: E402

os.sched_setaffinity(0, cores)
torch.set_num_threads(threads)
torch.manual_seed(1)
model = torchvision.models.detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None)
model = model.to(memory_format=torch.channels_last)
model.train(mode == "train")


def wave(width, height):
    values = torch.sin(torch.arange(width * height * 3, dtype=torch.float64) * 0.37)
    return ((127 * (1 + values)).round() / 255).float().reshape(height, width, 3).permute(2, 0, 1)


if mode == "detect":
    # Without trained weights all classes are about as likely; the ground is made likelier, as it is in a trained network.
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "classification_head" in name and value.numel() % 91 == 0 and name.endswith("bias"):
                value[::91] = 6
    frame = wave(640, 480).contiguous()

    def step():
        with torch.inference_mode():
            model([frame])
else:
    batch, size = 8, 320
    x = torch.stack([wave(size, size)] * batch).contiguous(memory_format=torch.channels_last)
    places = [
        [[10 + 90 * k, 20 + 20 * i, 10 + 90 * k + 50 + 25 * k, min(size, 20 + 20 * i + 50 + 25 * k)] for k in range(3)]
        for i in range(batch)
    ]
    targets = [
        {"boxes": torch.tensor(boxes, dtype=torch.float32), "labels": torch.tensor([1, 2, 3])} for boxes in places
    ]
    images = torchvision.models.detection.image_list.ImageList(x, [(size, size)] * batch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)

    def step():
        # What the model does in training behind its resizing, which would bring the batch out of channels last.
        features = list(model.backbone(x).values())
        outputs = model.head(features)
        anchors = model.anchor_generator(images, features)
        matched = [
            model.proposal_matcher(torchvision.ops.boxes.box_iou(target["boxes"], own))
            for target, own in zip(targets, anchors)
        ]
        losses = model.compute_loss(targets, outputs, anchors, matched)
        optimizer.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        optimizer.step()


serve(f"PyTorch {torch.__version__}, channels last, {torch.get_num_threads()} threads", step)
