"""Maps of pytorch-grad-cam and captum for networks whose weights follow from a formula, so that no weights need to be shipped.

    python3 make_explanations.py [NAME …]   writes explanations.json beside it, or anew for some networks
    python3 make_explanations.py --float32  writes anew how far PyTorch's float32 is from its float64
    (pip install torch torchvision grad-cam captum: 2.15, 0.30, 1.5.7, 0.9.0)

Weights and picture are those of ../formula.ts. Everything is computed in float64. Maps of a layer are written whole, rounded to
seven digits; maps of the picture's size at `places`, flat indices of [H, W, C] (or [H, W] for occlusion).
"""
import json, os
import numpy as np, torch, torchvision
from captum.attr import Saliency, InputXGradient, IntegratedGradients, GuidedBackprop, Occlusion, NoiseTunnel
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM, XGradCAM, ScoreCAM, AblationCAM, EigenCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from pytorch_grad_cam.ablation_layer import AblationLayer

def mix(x):
    x = x.astype(np.uint32); x ^= x >> np.uint32(16); x *= np.uint32(0x7FEB352D); x ^= x >> np.uint32(15); x *= np.uint32(0x846CA68B); x ^= x >> np.uint32(16)
    return x

def u(name, n):
    h = 0x811C9DC5
    for b in name.encode(): h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    i = (np.arange(n, dtype=np.uint64) * np.uint64(0x9E3779B9) + np.uint64(h)) & np.uint64(0xFFFFFFFF)
    return mix(i).astype(np.float64) / 4294967296.0

def value(name, shape):
    n = int(np.prod(shape)); r = u(name, n)
    if len(shape) >= 2: v = (2 * r - 1) * np.sqrt(6.0 / (n / shape[0]))
    elif name.endswith('running_mean'): v = 0.2 * (2 * r - 1)
    elif name.endswith('running_var'): v = 1 + 0.5 * r
    elif name.endswith('bias'): v = 0.1 * (2 * r - 1)
    else: v = 1 + 0.2 * (2 * r - 1)
    return torch.from_numpy(v.astype(np.float32).reshape(shape))

def network(name):
    kw = {'weights': None}
    if name == 'googlenet': kw.update(init_weights=False, aux_logits=True)
    m = getattr(torchvision.models, name)(**kw); sd = m.state_dict()
    m.load_state_dict({k: v if k.endswith('num_batches_tracked') else value(k, tuple(v.shape)) for k, v in sd.items()})
    for module in m.modules():
        if hasattr(module, 'inplace'): module.inplace = False
    if isinstance(m, torchvision.models.DenseNet): m = WithRectifier(m)
    return m.eval().double()

class WithRectifier(torch.nn.Module):
    """A DenseNet whose last rectifier is a module: torchvision's is a function that works in place, behind any hook's back."""
    def __init__(self, net):
        super().__init__(); self.net = net; self.rectified = torch.nn.ReLU()
    def forward(self, x):
        y = self.rectified(self.net.features(x))
        return self.net.classifier(torch.flatten(torch.nn.functional.adaptive_avg_pool2d(y, (1, 1)), 1))

# name, size, the module whose output is the map, whether the slow methods are compared, too
rows = [
    ('alexnet', 127, 'features', False), ('vgg11', 96, 'features', False), ('resnet18', 96, 'layer4', True),
    ('resnet50', 96, 'layer4', False), ('squeezenet1_1', 96, 'features', True), ('mobilenet_v2', 96, 'features', False),
    ('mobilenet_v3_small', 96, 'features', False), ('densenet121', 96, 'rectified', False), ('efficientnet_b0', 96, 'features', False),
    ('resnext50_32x4d', 96, 'layer4', False), ('googlenet', 96, 'inception5b', False), ('wide_resnet50_2', 96, 'layer4', False),
]
cams = {'grad-cam': GradCAM, 'grad-cam-plus-plus': GradCAMPlusPlus, 'hi-res-cam': HiResCAM, 'layer-cam': LayerCAM, 'x-grad-cam': XGradCAM, 'eigen-cam': EigenCAM}
slow = {'score-cam': ScoreCAM, 'ablation-cam': AblationCAM}
label = 7

def rounded(a): return [float(f'{v:.7g}') for v in np.asarray(a).ravel()]

def raw_map(method, model, module, x):
    """The map before it is rectified and scaled: what `relu: false` gives."""
    with method(model=model, target_layers=[module]) as cam:
        kept = {}
        compute = cam.get_cam_image
        def keep(*args, **kw):
            kept['map'] = compute(*args, **kw); return kept['map']
        cam.get_cam_image = keep
        if hasattr(cam, 'batch_size'): cam.batch_size = 16
        cam(input_tensor=x.clone(), targets=[ClassifierOutputTarget(label)])
        return kept['map'][0]

def add_float32(row, name, size):
    """How far PyTorch's own float32 is from these numbers: a rectifier or a maximum that is a tie but for rounding falls the other way."""
    model = network(name).float()
    x = torch.from_numpy((2 * u('input', 3 * size * size) - 1).astype(np.float32).reshape(1, 3, size, size))
    xg = lambda: x.clone().requires_grad_()
    methods = {
        'saliency': lambda: Saliency(model).attribute(xg(), target=label),
        'gradient-times-input': lambda: InputXGradient(model).attribute(xg(), target=label),
        'integrated-gradients': lambda: IntegratedGradients(model).attribute(xg(), target=label, n_steps=20, internal_batch_size=10),
        'guided-backpropagation': lambda: GuidedBackprop(model).attribute(xg(), target=label),
    }
    for key, attribute in methods.items():
        if key not in row['inputs']: continue
        one = row['inputs'][key]
        flat = attribute().detach()[0].permute(1, 2, 0).reshape(-1).numpy()[row['places']]
        one['float32'] = float(np.abs(flat - np.array(one['values'])).max() / (one['most'] - one['least']))
        print(name, key, f"{one['float32']:.1e}", flush=True)

# Only these are made anew where names are given: make_explanations.py alexnet vgg11
import sys
file = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'explanations.json')
kept = {row['name']: row for row in json.load(open(file))} if len(sys.argv) > 1 else {}
out = []
for name, size, module_name, all_methods in rows:
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        if sys.argv[1] == '--float32': add_float32(kept[name], name, size)
        out.append(kept[name]); continue
    torch.manual_seed(0)
    model = network(name)
    module = dict(model.named_modules())[module_name]
    x = torch.from_numpy((2 * u('input', 3 * size * size) - 1).astype(np.float32).reshape(1, 3, size, size)).double()
    chosen = {**cams, **(slow if all_methods else {})}
    maps = {k: raw_map(v, model, module, x) for k, v in chosen.items()}
    row = {'name': name, 'size': size, 'label': label, 'module': module_name, 'shape': list(maps['grad-cam'].shape), 'maps': {k: rounded(v) for k, v in maps.items()}}
    places = [int(i) for i in np.linspace(0, 3 * size * size - 1, 96).astype(int)]
    row['places'] = places
    hwc = lambda a: a.detach()[0].permute(1, 2, 0).reshape(-1).numpy()
    inputs = {}
    def keep(key, a):
        flat = hwc(a); inputs[key] = {'values': rounded(flat[places]), 'least': float(flat.min()), 'most': float(flat.max()), 'sum': float(flat.sum())}
    xg = lambda: x.clone().requires_grad_()
    keep('saliency', Saliency(model).attribute(xg(), target=label))
    keep('gradient-times-input', InputXGradient(model).attribute(xg(), target=label))
    keep('integrated-gradients', IntegratedGradients(model).attribute(xg(), target=label, n_steps=20, internal_batch_size=10))
    if name in ('alexnet', 'vgg11', 'squeezenet1_1', 'resnet18', 'resnet50', 'googlenet', 'mobilenet_v2'):
        # ReLU6 of mobilenet_v2 is no ReLU for captum: its guided backpropagation is then the plain gradient.
        if name != 'mobilenet_v2' and name != 'googlenet': keep('guided-backpropagation', GuidedBackprop(model).attribute(xg(), target=label))
    if all_methods or name == 'alexnet':
        keep('occlusion', Occlusion(model).attribute(x, target=label, sliding_window_shapes=(3, 16, 16), strides=(3, 8, 8), baselines=0, perturbations_per_eval=8))
    row['inputs'] = inputs
    add_float32(row, name, size)
    out.append(row)
    print(name, row['shape'], list(inputs), flush=True)
json.dump(out, open(file, 'w'), separators=(',', ':'))
