"""Explains resnet18 at 224 with captum and pytorch-grad-cam, for bench/explain.mjs; requests and answers as in serving.py.

Usage: explain.py forward|grad-cam|saliency|integrated-gradients THREADS     answers {"steps": n} with {"seconds": s, "memory": MiB}
"""
import os
import sys

from serving import alone, serve

alone()

# OpenBLAS ties the process to one core when it is loaded, and OpenMP then counts one core; both are put right here.
os.environ["OPENBLAS_MAIN_FREE"] = "1"
cores = os.sched_getaffinity(0)
mode, threads = sys.argv[1], int(sys.argv[2])
os.environ["OMP_NUM_THREADS"] = sys.argv[2]
import torch  # noqa: E402
import torchvision  # noqa: E402
from captum.attr import IntegratedGradients, Saliency  # noqa: E402
from pytorch_grad_cam import GradCAM  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

os.sched_setaffinity(0, cores)
torch.set_num_threads(threads)
torch.manual_seed(1)
model = torchvision.models.resnet18(weights=None).eval()
x = torch.randn(1, 3, 224, 224)
cam = GradCAM(model=model, target_layers=[model.layer4])
saliency, integrated = Saliency(model), IntegratedGradients(model)


def forward():
    with torch.inference_mode():
        model(x)


once = {
    "forward": forward,
    "grad-cam": lambda: cam(input_tensor=x, targets=[ClassifierOutputTarget(7)]),
    "saliency": lambda: saliency.attribute(x.clone().requires_grad_(), target=7),
    "integrated-gradients": lambda: integrated.attribute(x, target=7, n_steps=50, internal_batch_size=10),
}[mode]

serve(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", once)
