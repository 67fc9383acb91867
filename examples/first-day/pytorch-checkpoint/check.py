"""Whether PyTorch gives the same with tuned.safetensors as Striate did; run `npm start` first."""

import numpy as np
import torch
from network import Digits
from safetensors.torch import load_file

model = Digits().eval()
model.load_state_dict(load_file("tuned.safetensors"), strict=False)  # num_batches_tracked is PyTorch's alone
x = torch.from_numpy(np.load("check-x.npy")).permute(0, 3, 1, 2)
with torch.no_grad():
    difference = np.abs(model(x).numpy() - np.load("check-y.npy")).max()
print(f"PyTorch {torch.__version__}: the largest difference is {difference:.1e}")
assert difference < 1e-4
