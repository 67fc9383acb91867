"""What Quantus and pytorch-grad-cam measure of given maps: evidence.json.

    STRIATE_DATA=FOLDER python3 make_evidence.py     (pip install quantus grad-cam captum torch torchvision: 0.6.0, 1.5.7, 0.9.0, 2.15, 0.30)

Three networks: the CIFAR ResNet-20 and SqueezeNet with published weights on real pictures, which are not resized, and SqueezeNet with
the formula's weights and picture of ../formula.ts. Maps are given: 'bump' falls with the distance from a point, 'scattered' puts
the same numbers into another order; no two pixels are equal. For the sanity check they are made anew, by captum's Saliency and by
pytorch-grad-cam, after each layer that Quantus has made random; its layers are reset by the numbers that Striate draws.
"""
import json, os, sys
import numpy as np, torch, torchvision
from scipy.ndimage import uniform_filter1d
from captum.attr import Saliency
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.metrics.cam_mult_image import DropInConfidence, IncreaseInConfidence
from pytorch_grad_cam.metrics.perturbation_confidence import PerturbationConfidenceMetric, RemoveLeastRelevantFirst, RemoveMostRelevantFirst
from pytorch_grad_cam.metrics.road import NoisyLinearImputer
from pytorch_grad_cam.utils.model_targets import ClassifierOutputSoftmaxTarget
import quantus
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'explanations'))
from make_explanations import network, picture, raw_map
from make_pretrained import CifarResnet20, cat_dog, cifar, loaded

steps = 16

def maps(height, width):
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    order = np.argsort(((y - 0.37 * height) ** 2 + 1.3 * (x - 0.61 * width) ** 2).ravel(), kind='stable')
    bump = np.empty(height * width, np.float32)
    bump[order] = (1 - np.arange(height * width) / (height * width)).astype(np.float32)
    scattered = (((np.arange(height * width) * 7919 + 13) % (height * width)) / (height * width)).astype(np.float32)
    return {'bump': bump.reshape(height, width), 'scattered': scattered.reshape(height, width)}

def blurred(x):
    """Three box blurs in each direction, [C, H, W]."""
    size = 2 * max(1, round(min(x.shape[1:]) / 10)) + 1
    x = x.astype(np.float64)
    for _ in range(3):
        for axis in (1, 2): x = uniform_filter1d(x, size, axis=axis, mode='nearest')
    return x.astype(np.float32)

def curve(model, start, end, heat, label):
    """Probabilities after each of the steps from one picture to the other: Quantus's pixel flipping, which leaves out the first."""
    flat = end.reshape(1, -1)
    def put_in(arr, indices, **_):
        arr = arr.copy(); arr[0, indices[0]] = flat[0, indices[0]]; return arr
    metric = quantus.PixelFlipping(
        features_in_step=3 * heat.size // steps, perturb_func=put_in, abs=False, normalise=False, disable_warnings=True, display_progressbar=False)
    # It refuses steps of whole pixels, which are three numbers each.
    metric.custom_preprocess = lambda *_args, **_kwargs: None
    found = metric(model=model, x_batch=start[None], y_batch=np.array([label]), a_batch=heat[None, None], channel_first=True, softmax=True, device='cpu')
    return [float(value) for value in found[0]]

def road(model, x, heat, label):
    """For each share of the pixels that pytorch-grad-cam replaces: the probability, without noise, and how far noise moves it."""
    target, (whole,) = [ClassifierOutputSoftmaxTarget(label)], softmax(model, x, label)
    out = {'shares': [], 'mostImportant': [], 'leastImportant': [], 'noise': 0.0}
    for percentile in (90, 70, 50, 30, 10):
        removed = float((heat >= np.percentile(heat, percentile)).mean())
        out['shares'].append(removed)
        for key, remover in (('mostImportant', RemoveMostRelevantFirst), ('leastImportant', RemoveLeastRelevantFirst)):
            def run(noise):
                metric = PerturbationConfidenceMetric(remover(percentile, NoisyLinearImputer(noise)))
                return float(metric(torch.from_numpy(x[None]), heat[None], target, model, return_diff=False)[0])
            out[key].append(run(0.0))
            for seed in range(1):
                torch.manual_seed(seed)
                out['noise'] = max(out['noise'], abs(run(0.01 * float(x.std())) - out[key][-1]))
    return out

def softmax(model, x, label):
    with torch.no_grad(): return torch.softmax(model(torch.from_numpy(x[None])), 1)[:, label].numpy().astype(np.float64)

def confidence(model, x, heat, label):
    target = [ClassifierOutputSoftmaxTarget(label)]
    given = (torch.from_numpy(x[None]), heat[None] / heat.max(), target, model)
    return {'whole': float(softmax(model, x, label)[0]), 'fall': float(DropInConfidence()(*given)[0]), 'increase': bool(IncreaseInConfidence()(*given)[0])}

def inside(heat):
    """Boxes, and what Quantus says of them."""
    height, width = heat.shape
    out = []
    for box in ([0.5, 0.2, 0.75, 0.5], [0.1, 0.5, 0.4, 0.9]):
        left, top, right, bottom = (round(share * side) for share, side in zip(box, (width, height, width, height)))
        mask = np.zeros((1, 1, height, width)); mask[..., top:bottom, left:right] = 1
        def ask(metric):
            return metric(model=None, x_batch=np.zeros((1, 3, height, width)), y_batch=np.array([0]), a_batch=heat[None, None].astype(np.float64), s_batch=mask)[0]
        given = {'abs': False, 'normalise': False, 'disable_warnings': True, 'display_progressbar': False}
        out.append({'box': [left, top, right, bottom], 'energy': float(ask(quantus.RelevanceMassAccuracy(**given))), 'pointing': bool(ask(quantus.PointingGame(**given)))})
    return out

class Random:
    """xoshiro128** as in src/tensor/random.ts, so that layers are made random by the same numbers."""
    def __init__(self, parts):
        z = 0x9E3779B9
        for part in parts:
            z = mix32(z ^ (part & 0xFFFFFFFF)); z = mix32((z + (part >> 32) + 0x9E3779B9) & 0xFFFFFFFF)
        self.s = []
        for _ in range(4):
            z = (z + 0x9E3779B9) & 0xFFFFFFFF; self.s.append(mix32(z))
    def uniform(self):
        s = self.s
        product = (s[1] * 5) & 0xFFFFFFFF
        result = ((((product << 7) | (product >> 25)) & 0xFFFFFFFF) * 9) & 0xFFFFFFFF
        t = (s[1] << 9) & 0xFFFFFFFF
        s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t
        s[3] = ((s[3] << 11) | (s[3] >> 21)) & 0xFFFFFFFF
        return result / 4294967296
    def shuffled(self, items):
        items = items.copy()
        for i in range(len(items) - 1, 0, -1):
            j = int(self.uniform() * (i + 1)); items[i], items[j] = items[j], items[i]
        return items
    def normal(self, count, deviation):
        u = np.array([self.uniform() for _ in range(2 * count)]).reshape(count, 2)
        return deviation * np.sqrt(-2 * np.log(1 - u[:, 0])) * np.cos(2 * np.pi * u[:, 1])

def mix32(x):
    x ^= x >> 16; x = (x * 0x7FEB352D) & 0xFFFFFFFF; x ^= x >> 15; x = (x * 0x846CA68B) & 0xFFFFFFFF; x ^= x >> 16
    return x

drawn = {}
def redrawn(name, value, axes):
    """A tensor without what was learned: kernels [O, I, h, w] are drawn in the order of [h, w, I, O], anything else is shuffled."""
    key = (name, value.shape, float(value.sum()))
    if key not in drawn:
        random = Random([0, *(ord(letter) for letter in name)])
        if axes is None: drawn[key] = random.shuffled(value)
        else:
            kernel = value.transpose(axes)
            size = float(np.sqrt((kernel.astype(np.float64) ** 2).mean()))
            drawn[key] = random.normal(kernel.size, size).astype(np.float32).reshape(kernel.shape).transpose(np.argsort(axes))
    return torch.from_numpy(np.ascontiguousarray(drawn[key]))

def make_resettable(model):
    """Has Quantus's reset of a layer draw what Striate's sanity check draws; statistics stay."""
    names = {'weight': 'kernel', 'bias': 'bias'}
    for path, module in model.named_modules():
        if not hasattr(module, 'reset_parameters'): continue
        norm = isinstance(module, torch.nn.BatchNorm2d)
        axes = None if norm else (2, 3, 1, 0) if isinstance(module, torch.nn.Conv2d) else (1, 0)
        module.reset_parameters = Reset(path, {'weight': 'gamma', 'bias': 'beta'} if norm else names, axes)
        module.reset_parameters.module = module
    return model

class Reset:
    """Bound anew when Quantus copies the model: a copy of this points to the copied module."""
    def __init__(self, path, names, axes): self.path, self.names, self.axes = path, names, axes
    def __call__(self):
        for key, name in self.names.items():
            tensor = getattr(self.module, key)
            if tensor is None: continue
            with torch.no_grad(): tensor.copy_(redrawn(f'{self.path}/{name}', tensor.numpy(), self.axes if key == 'weight' else None))

def saliency(model, inputs, targets, **_):
    x = torch.as_tensor(inputs).float().requires_grad_()
    return Saliency(model).attribute(x, target=torch.as_tensor(targets)).amax(1, keepdim=True).detach().numpy()

def grad_cam(module_name):
    """
    The map at the layer's resolution, each number for the pixels of its cell, which leaves a rank correlation as it is; with what
    speaks against the class, from 0 on, since Quantus refuses maps of zeros or below.
    """
    def explain(model, inputs, targets, **_):
        x = torch.as_tensor(inputs).float()
        found = raw_map(GradCAM, model, dict(model.named_modules())[module_name], x, int(targets[0]))
        found -= found.min()
        cell = x.shape[2] // found.shape[0]
        return np.kron(found, np.ones((cell, cell), np.float32))[None, None]
    return explain

def sanity(model, x, labels, module_name):
    out = {}
    methods = {'saliency': saliency}
    # Quantus takes maps of the picture's size.
    if x.shape[2] % 8 == 0 and module_name == 'layer3': methods['grad-cam'] = grad_cam(module_name)
    for name, explain in methods.items():
        metric = quantus.MPRT(layer_order='top_down', abs=False, normalise=False, disable_warnings=True, display_progressbar=False)
        found = metric(model=make_resettable(model), x_batch=x, y_batch=labels, a_batch=explain(model, x, labels), channel_first=True, explain_func=explain, device='cpu')
        layers = [key for key in found if key != 'original']
        out[name] = {'layers': layers, 'correlations': [float(f'{np.mean(found[key]):.6g}') for key in layers]}
        print(name, out[name]['correlations'], flush=True)
    return out

def numbers(value):
    if isinstance(value, float): return float(f'{value:.7g}')
    if isinstance(value, list): return [numbers(one) for one in value]
    return {key: numbers(one) for key, one in value.items()} if isinstance(value, dict) else value

rows = [
    ('cifar_resnet20', 'published', lambda: loaded(CifarResnet20(), 'resnet20-cifar10.safetensors'), cifar, 'layer3'),
    ('squeezenet1_1', 'published', lambda: loaded(torchvision.models.squeezenet1_1(weights=None), 'squeezenet1_1-imagenet.safetensors'), cat_dog, 'features'),
    ('squeezenet1_1', 'formula', lambda: network('squeezenet1_1'), lambda: picture(64), 'features'),
]
if __name__ == '__main__':
    out = []
    for name, weights, make, see, module_name in rows:
        model, x = make().float(), see().numpy()
        with torch.no_grad(): label = int(model(torch.from_numpy(x)).argmax())
        row = {'name': name, 'weights': weights, 'size': x.shape[2], 'label': label, 'steps': steps, 'maps': {}}
        one = x[0]
        for key, heat in maps(*one.shape[1:]).items():
            row['maps'][key] = {
                'deletion': curve(model, one, np.zeros_like(one), heat, label),
                'insertion': curve(model, np.zeros_like(one), one, heat, label),
                'fromBlurred': curve(model, blurred(one), one, heat, label),
                'road': road(model, one, heat, label), 'confidence': confidence(model, one, heat, label), 'inside': inside(heat),
            }
            print(name, weights, key, row['maps'][key], flush=True)
        row['sanity'] = sanity(model, x, np.array([label]), module_name)
        out.append(numbers(row))
        json.dump(out, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'evidence.json'), 'w'), separators=(',', ':'))
