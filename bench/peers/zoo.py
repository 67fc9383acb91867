"""Runs torchvision's architectures with PyTorch, for bench/zoo.mjs; requests and answers as in serving.py.

Usage: zoo.py NAME predict|train BATCH THREADS nchw|nhwc     answers {"steps": n} with {"seconds": s, "memory": MiB}
       zoo.py NAME export FILE                               writes the architecture, batch 1 at 224, as ONNX
"""
import os
import sys

from serving import alone, serve

# OpenBLAS ties the process to one core when it is loaded, and OpenMP then counts one core; both are put right here.
os.environ["OPENBLAS_MAIN_FREE"] = "1"
cores = os.sched_getaffinity(0)
name, mode = sys.argv[1:3]
if mode != "export":
    os.environ["OMP_NUM_THREADS"] = sys.argv[4]
alone()
import torch  # noqa: E402
import torchvision  # noqa: E402

os.sched_setaffinity(0, cores)
torch.manual_seed(1)
model = getattr(torchvision.models, name)(weights=None)

if mode == "export":
    model.eval()
    torch.onnx.export(model, torch.zeros(1, 3, 224, 224), sys.argv[3], opset_version=13, input_names=["x"], output_names=["y"])
    sys.exit(0)

batch, threads, layout = int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
torch.set_num_threads(threads)
memory_format = torch.channels_last if layout == "nhwc" else torch.contiguous_format
model = model.to(memory_format=memory_format)
x = torch.randn(batch, 3, 224, 224).contiguous(memory_format=memory_format)
labels = torch.arange(batch)
optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
loss_of = torch.nn.CrossEntropyLoss()
model.train(mode == "train")


def step():
    if mode == "predict":
        with torch.inference_mode():
            return model(x)
    optimizer.zero_grad(set_to_none=True)
    loss_of(model(x), labels).backward()
    optimizer.step()


serve(f"PyTorch {torch.__version__} {layout.upper()}, {torch.get_num_threads()} threads", step)
