"""Maps of pytorch-grad-cam and captum for networks whose weights follow from a formula, so that no weights need to be shipped.

    python3 make_explanations.py [NAME …]            writes explanations.json beside it: all networks, or some
    python3 make_explanations.py --missing [NAME …]  writes what the file lacks, and leaves what it has
    python3 make_explanations.py --undecided NAME …  writes what saliency is where a rectifier may fall either way in float32
    python3 make_explanations.py --float32 [NAME …]  writes anew how far PyTorch's float32 is from its float64
    (pip install torch torchvision grad-cam captum: 2.15, 0.30, 1.5.7, 0.9.0)

Weights and picture are those of ../formula.ts. Everything is computed in float64. Maps of a layer are written whole, rounded to
seven digits; maps of the picture's size at `places`, flat indices of [H, W, C].
"""
import json, os, sys
import numpy as np, torch, torchvision
from captum.attr import Saliency, InputXGradient, IntegratedGradients, GuidedBackprop, Occlusion
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM, XGradCAM, ScoreCAM, AblationCAM, EigenCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torchvision.models.googlenet import BasicConv2d

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
    if isinstance(m, torchvision.models.DenseNet): m = WithRectifier(m)
    return explainable(m)

def explainable(m):
    """The same function with rectifiers that hooks find: modules, each used once at a time, that do not work in place."""
    for module in m.modules():
        if hasattr(module, 'inplace'): module.inplace = False
        for key, child in list(module.named_children()):
            # For captum ReLU6 is no ReLU: its guided backpropagation would be the plain gradient.
            if isinstance(child, torch.nn.ReLU6): setattr(module, key, Relu6())
        if isinstance(module, BasicConv2d): module.rectified = torch.nn.ReLU(); module.forward = rectified_convolution.__get__(module)
    return m.eval().double()

class Relu6(torch.nn.ReLU):
    def forward(self, x): return torch.clamp(x, 0, 6)

def rectified_convolution(self, x):
    """GoogLeNet's convolution, whose rectifier is a function in torchvision."""
    return self.rectified(self.bn(self.conv(x)))

class WithRectifier(torch.nn.Module):
    """A DenseNet whose last rectifier is a module: torchvision's is a function that works in place, behind any hook's back."""
    def __init__(self, net):
        super().__init__(); self.net = net; self.rectified = torch.nn.ReLU()
    def forward(self, x):
        y = self.rectified(self.net.features(x))
        return self.net.classifier(torch.flatten(torch.nn.functional.adaptive_avg_pool2d(y, (1, 1)), 1))

# name, size, the module whose output is the map, methods that take a pass for each channel
rows = [
    ('alexnet', 127, 'features', ['score-cam']), ('vgg11', 96, 'features', ['score-cam']),
    ('resnet18', 96, 'layer4', ['score-cam', 'ablation-cam']), ('resnet50', 96, 'layer4', []),
    ('squeezenet1_1', 96, 'features', ['score-cam', 'ablation-cam']), ('mobilenet_v2', 96, 'features', ['score-cam']),
    ('mobilenet_v3_small', 96, 'features', ['score-cam']), ('densenet121', 96, 'rectified', ['score-cam']),
    ('efficientnet_b0', 96, 'features', ['score-cam']), ('resnext50_32x4d', 96, 'layer4', []),
    ('googlenet', 96, 'inception5b', ['score-cam']), ('mobilenet_v3_large', 96, 'features', ['score-cam']),
    ('wide_resnet50_2', 96, 'layer4', []),
]
cams = {
    'grad-cam': GradCAM, 'grad-cam-plus-plus': GradCAMPlusPlus, 'hi-res-cam': HiResCAM, 'layer-cam': LayerCAM,
    'x-grad-cam': XGradCAM, 'eigen-cam': EigenCAM, 'score-cam': ScoreCAM, 'ablation-cam': AblationCAM,
}
by_channel = ['score-cam', 'ablation-cam']
label = 7

# Of pictures x with gradients, [1, C, H, W].
over_picture = {
    'saliency': lambda model, x, target: Saliency(model).attribute(x, target=target),
    'gradient-times-input': lambda model, x, target: InputXGradient(model).attribute(x, target=target),
    'integrated-gradients': lambda model, x, target: IntegratedGradients(model).attribute(x, target=target, n_steps=20, internal_batch_size=10),
    'guided-backpropagation': lambda model, x, target: GuidedBackprop(model).attribute(x, target=target),
    'occlusion': lambda model, x, target: occlusion(model, x.detach(), target, 16 if x.shape[2] > 32 else 8),
}

def occlusion(model, x, target, window):
    return Occlusion(model).attribute(
        x, target=target, sliding_window_shapes=(3, window, window), strides=(3, window // 2, window // 2), baselines=0, perturbations_per_eval=8)

def rounded(a): return [float(f'{v:.7g}') for v in np.asarray(a).ravel()]

def raw_map(method, model, module, x, target=label):
    """The map before it is rectified and scaled: what `relu: false` gives."""
    with method(model=model, target_layers=[module]) as cam:
        kept = {}
        compute = cam.get_cam_image
        def keep(*args, **kw):
            kept['map'] = compute(*args, **kw); return kept['map']
        cam.get_cam_image = keep
        if hasattr(cam, 'batch_size'): cam.batch_size = 16
        cam(input_tensor=x.clone(), targets=[ClassifierOutputTarget(target)])
        return kept['map'][0]

def flat(a): return a.detach()[0].permute(1, 2, 0).reshape(-1).numpy()

def picture(size): return torch.from_numpy((2 * u('input', 3 * size * size) - 1).astype(np.float32).reshape(1, 3, size, size))

def input_reference(key, model, x, target, places):
    all = flat(over_picture[key](model, x.clone().requires_grad_(), target))
    return {'values': rounded(all[places]), 'least': float(all.min()), 'most': float(all.max()), 'sum': float(all.sum())}

def add_float32(row, model, x):
    """
    How far PyTorch's own float32 is from these numbers, at worst of six computations that differ by rounding alone: as it is, with
    channels last, without oneDNN, and of three pictures whose numbers are one unit in the last place off, up or down. Where a
    rectifier or a maximum is a tie but for rounding, it falls either way.
    """
    model, x = model.float(), x.float()
    def off(seed):
        up = torch.from_numpy(np.random.default_rng(seed).random(x.shape) < 0.5)
        return torch.where(up, torch.nextafter(x, torch.tensor(9.0)), torch.nextafter(x, torch.tensor(-9.0)))
    for key, one in row['inputs'].items():
        worst = []
        def take(x):
            found = flat(over_picture[key](model, x.clone().requires_grad_(), row['label']))[row['places']]
            worst.append(float(np.abs(found - np.array(one['values'])).max() / (one['most'] - one['least'])))
        take(x)
        with torch.backends.mkldnn.flags(enabled=False): take(x)
        model.to(memory_format=torch.channels_last); take(x.to(memory_format=torch.channels_last)); model.to(memory_format=torch.contiguous_format)
        for seed in range(3): take(off(seed))
        one['float32'] = float(f'{max(worst):.3g}')
        print(row['name'], key, ' '.join(f'{value:.1e}' for value in worst), flush=True)

def add_undecided(row, model, x, keys):
    """
    What float64 gives where one rectifier falls the other way whose input is less than a millionth of its layer's size away from 0,
    so that float32 may do so: each such map that differs by more than 1e-4 of the range.
    """
    calls, turned = [], {}
    def look(_module, given):
        k, (value,) = len(calls), given
        calls.append(value.detach())
        if turned.get('call') != k: return given
        change = torch.zeros(value.numel(), dtype=value.dtype)
        change[turned['unit']] = -2 * value.detach().flatten()[turned['unit']]
        return (value + change.reshape(value.shape),)
    handles = [module.register_forward_pre_hook(look) for module in model.modules() if isinstance(module, torch.nn.ReLU)]
    def found(key):
        calls.clear()
        return flat(over_picture[key](model, x.clone().requires_grad_(), row['label']))[row['places']]
    found(keys[0])
    close = []
    for k, value in enumerate(calls):
        margins = (value / value.pow(2).mean().sqrt()).abs().flatten()
        close += [(float(margins[unit]), k, int(unit)) for unit in (margins < 1e-6).nonzero().flatten()]
    for key in keys:
        one = row['inputs'][key]; one['undecided'] = []
        for margin, k, unit in sorted(close):
            turned.update(call=k, unit=unit)
            values = found(key)
            if np.abs(values - np.array(one['values'])).max() > 1e-4 * (one['most'] - one['least']):
                one['undecided'].append({'margin': float(f'{margin:.2g}'), 'values': rounded(values)})
        turned.clear()
        print(row['name'], key, len(close), [one['margin'] for one in one['undecided']], flush=True)
    for handle in handles: handle.remove()

def complete(row, model, module, x, slow):
    """Adds to a row what it lacks."""
    row.setdefault('maps', {}); row.setdefault('inputs', {})
    for key, method in cams.items():
        if key in row['maps'] or (key in by_channel and key not in slow): continue
        found = raw_map(method, model, module, x, row['label'])
        row.setdefault('shape', list(found.shape)); row['maps'][key] = rounded(found)
    size = x.shape[2]
    row.setdefault('places', [int(i) for i in np.linspace(0, 3 * size * size - 1, 96).astype(int)])
    for key in over_picture:
        if key not in row['inputs']: row['inputs'][key] = input_reference(key, model, x, row['label'], row['places'])

if __name__ == '__main__':
    words = sys.argv[1:]
    names = [word for word in words if not word.startswith('--')]
    file = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'explanations.json')
    kept = {row['name']: row for row in json.load(open(file))} if words else {}
    for name, size, module_name, slow in rows:
        if names and name not in names: continue
        torch.manual_seed(0)
        model = network(name); x = picture(size).double()
        row = {'name': name, 'size': size, 'label': label, 'module': module_name}
        if any(word.startswith('--') for word in words): row = kept[name]
        if '--undecided' in words: add_undecided(row, model, x, ['saliency', 'gradient-times-input'])
        else:
            if '--float32' not in words: complete(row, model, dict(model.named_modules())[module_name], x, slow)
            add_float32(row, model, x)
        kept[name] = row
        json.dump([kept[name] for name, *_ in rows if name in kept], open(file, 'w'), separators=(',', ':'))
        print(name, row['shape'], list(row['maps']), list(row['inputs']), flush=True)
