"""Trains the digit CNN with PyTorch; reads requests from standard input, one JSON object a line, and answers in kind.

A request {"steps": n} trains n batches and answers {"seconds": s, "loss": l}; the first answer, before any request, is
{"ready": "PyTorch 1.13, 2 threads"}. Usage: pytorch.py BATCH THREADS nchw|nhwc
"""
import json
import os
import sys
import time

# OpenBLAS ties the process to one core when it is loaded, and OpenMP then counts one core; both are put right here.
os.environ["OPENBLAS_MAIN_FREE"] = "1"
cores = os.sched_getaffinity(0)
batch, threads, layout = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
os.environ["OMP_NUM_THREADS"] = str(threads)
import torch  # noqa: E402
from torch import nn  # noqa: E402

os.sched_setaffinity(0, cores)
torch.set_num_threads(threads)
torch.manual_seed(1)


class DigitCnn(nn.Module):
    """The Keras digit CNN, 93,322 parameters."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 64, 3), nn.ReLU(),
        )
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, x):
        return self.head(self.features(x))


model = DigitCnn()
assert sum(p.numel() for p in model.parameters()) == 93322
memory_format = torch.channels_last if layout == "nhwc" else torch.contiguous_format
model = model.to(memory_format=memory_format)
optimizer = torch.optim.Adam(model.parameters())
loss_of = nn.CrossEntropyLoss()

# Four batches in turn, as bytes: what a loader hands over. Scaling them is part of the step, as it is for Striate.
pictures = torch.randint(0, 256, (4, batch, 1, 28, 28), dtype=torch.uint8)
labels = torch.randint(0, 10, (4, batch))


def train(steps):
    start = time.perf_counter()
    for step in range(steps):
        x = (pictures[step % 4].float() / 255).contiguous(memory_format=memory_format)
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x), labels[step % 4])
        loss.backward()
        optimizer.step()
    return {"seconds": time.perf_counter() - start, "loss": float(loss)}


def answer(message):
    print(json.dumps(message), flush=True)


used = f"{torch.get_num_threads()} threads, {len(os.sched_getaffinity(0))} cores"
answer({"ready": f"PyTorch {torch.__version__}, {used}"})
for line in sys.stdin:
    answer(train(json.loads(line)["steps"]))
