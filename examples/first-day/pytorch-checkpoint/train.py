"""Makes digits.pt, the checkpoint that main.ts starts from: PyTorch's usual loop, and what is usually saved at its end.

Its pictures are Striate's drawn digits, written by `npm run pictures`.
"""

import numpy as np
import torch
from network import Digits
from torch import nn

torch.manual_seed(1)
x = torch.from_numpy(np.load("pictures-x.npy")).permute(0, 3, 1, 2)  # [N, H, W, C] → [N, C, H, W]
y = torch.from_numpy(np.load("pictures-y.npy")).long()

model = Digits()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(3):
    for rows in torch.randperm(len(x)).split(64):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch + 1}: loss {loss.item():.3f}")

torch.save({"epoch": 3, "model_state_dict": model.state_dict(), "loss": loss.item()}, "digits.pt")
