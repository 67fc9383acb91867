"""Maps of pytorch-grad-cam and captum for networks with published weights on real pictures: pretrained.json.

    STRIATE_DATA=FOLDER python3 make_pretrained.py        (as make_explanations.py beside it)

SqueezeNet 1.1 sees cat_dog.png as it is, 224 × 224; the CIFAR ResNet-20 the first test picture, a cat. Neither is resized, so that both
sides see the same numbers.
"""
import json, os
import numpy as np, torch, torchvision
from PIL import Image
from safetensors.numpy import load_file
from make_explanations import add_float32, complete, explainable

data = os.environ['STRIATE_DATA']

class Block(torch.nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(inputs, filters, 3, stride, 1, bias=False); self.bn1 = torch.nn.BatchNorm2d(filters)
        self.conv2 = torch.nn.Conv2d(filters, filters, 3, 1, 1, bias=False); self.bn2 = torch.nn.BatchNorm2d(filters)
        self.relu1, self.relu2, self.stride = torch.nn.ReLU(), torch.nn.ReLU(), stride
    def forward(self, x):
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        if self.stride == 2:
            # Option A: every other pixel, and channels of zeros on both sides.
            quarter = y.shape[1] // 4
            x = torch.nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, quarter, quarter))
        return self.relu2(y + x)

class CifarResnet20(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False); self.bn1 = torch.nn.BatchNorm2d(16); self.relu = torch.nn.ReLU()
        def stage(inputs, filters, stride): return torch.nn.Sequential(Block(inputs, filters, stride), Block(filters, filters, 1), Block(filters, filters, 1))
        self.layer1, self.layer2, self.layer3 = stage(16, 16, 1), stage(16, 32, 2), stage(32, 64, 2)
        self.linear = torch.nn.Linear(64, 10)
    def forward(self, x):
        y = self.layer3(self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x))))))
        return self.linear(y.mean((2, 3)))

def loaded(model, file):
    weights = {key: torch.from_numpy(value) for key, value in load_file(os.path.join(data, 'pretrained', file)).items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and all(name.endswith('num_batches_tracked') for name in missing), (missing, unexpected)
    return explainable(model)

def nchw(rgb): return torch.from_numpy(np.ascontiguousarray(rgb.astype(np.float32).transpose(2, 0, 1)[None]))

def cifar():
    record = np.fromfile(os.path.join(data, 'cifar10', 'test_batch.bin'), np.uint8, 3073)
    rgb = record[1:].reshape(3, 32, 32).transpose(1, 2, 0).astype(np.float32) / np.float32(255)
    mean, std = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
    return nchw((rgb - mean) / std)

def cat_dog():
    rgb = np.array(Image.open(os.path.join(data, 'photos', 'cat_dog.png')).convert('RGB')).astype(np.float32)
    return nchw(rgb - np.array([123, 117, 104], np.float32))

# name, model, picture, class, the module whose output is the map, methods that take a pass for each channel
rows = [
    ('cifar_resnet20', lambda: loaded(CifarResnet20(), 'resnet20-cifar10.safetensors'), cifar, 3, 'layer3', ['score-cam', 'ablation-cam']),
    ('squeezenet1_1', lambda: loaded(torchvision.models.squeezenet1_1(weights=None), 'squeezenet1_1-imagenet.safetensors'), cat_dog, 282, 'features', ['score-cam', 'ablation-cam']),
]
if __name__ == '__main__':
    out = []
    for name, make, see, label, module_name, slow in rows:
        model, x = make(), see().double()
        row = {'name': name, 'size': x.shape[2], 'label': label, 'module': module_name}
        complete(row, model, dict(model.named_modules())[module_name], x, slow)
        with torch.no_grad(): row['scores'] = [float(f'{v:.7g}') for v in model(x)[0, :16]]
        add_float32(row, model, x)
        out.append(row)
        print(name, row['shape'], list(row['maps']), list(row['inputs']), flush=True)
    json.dump(out, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pretrained.json'), 'w'), separators=(',', ':'))
