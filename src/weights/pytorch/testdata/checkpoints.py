"""Writes checkpoints.json: checkpoints as training programs save them, each of a layer `fc` (3 to 2) whose bias is (1, 2).

    python checkpoints.py        (PyTorch 2.x, NumPy, safetensors)
"""

import argparse, base64, collections, datetime, decimal, enum, fractions, functools, gzip, io, json, pathlib, pickle, sys, types, uuid
from pathlib import Path

import numpy as np
import torch
from torch import nn

here = Path(__file__).parent


class Stage(enum.Enum):
    TRAIN = 1


class Config:
    def __init__(self):
        self.lr = 0.1


class Names(collections.OrderedDict):
    pass


class AttributeDict(dict):
    pass


# The classes stand in a module of their own, as a training program's would.
module = types.ModuleType("project.settings")
for cls in (Stage, Config, Names, AttributeDict):
    cls.__module__ = "project.settings"
    setattr(module, cls.__name__, cls)
sys.modules["project"] = types.ModuleType("project")
sys.modules["project.settings"] = module


def weights(scale=1.0, dtype=torch.float32):
    return collections.OrderedDict(
        [
            ("fc.weight", (scale * torch.arange(6).reshape(2, 3)).to(dtype)),
            ("fc.bias", (scale * torch.tensor([1.0, 2.0])).to(dtype)),
        ]
    )


def prefixed(prefix, **more):
    return {**{prefix + name: value for name, value in weights().items()}, **more}


def negated():
    # The imaginary part of a conjugate: a window with the negation bit on what is stored.
    state = weights()
    bias = torch.complex(torch.zeros(2), torch.tensor([-1.0, -2.0])).conj().imag
    assert bias.is_neg()
    return {**state, "fc.bias": bias}


def optimizer(model):
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return optimizer.state_dict()


layer = nn.Linear(3, 2)
scalar = np.float64(0.75)
parameter = nn.Parameter(weights()["fc.bias"])
parameter.note = "kept"
tensor_with_attribute = weights()["fc.bias"].clone()
tensor_with_attribute.note = "kept"
ring = {}
ring["self"] = ring

files = {
    # A dictionary under some key.
    "tutorial": {"epoch": 3, "model_state_dict": weights(), "optimizer_state_dict": optimizer(layer), "loss": 0.5},
    "model": {"model": weights()},
    "modelAndTensor": {"model": weights(), "best": torch.tensor(0.9)},
    "anyKey": {"generator": weights(), "epoch": 1},
    "net": {"net": weights(), "acc": 91.5, "epoch": 7},
    "deep": {"run": {"best": {"parts": {"classifier": weights()}}}},
    "fastai": {"model": weights(), "opt": {"state": [{"mom": torch.zeros(2)}], "hypers": [{"lr": 0.1}]}},
    "listed": [3, weights(), optimizer(layer)],
    "emaAlone": {"model_ema": weights()},
    "modelAndEma": {"model_ema": weights(3), "model": weights()},
    "twoNets": {"generator": weights(), "discriminator": {"conv.weight": torch.zeros(2, 2, 1, 1)}},
    "averages": {"state_dict": weights(), "state_dict_ema": weights(5), "swa": {"averaged": weights(7)}},
    "studentAndTeacher": {**prefixed("teacher."), **prefixed("student.")},
    "nestedModules": {"state_dict": {"fc": {"weight": weights()["fc.weight"], "bias": weights()["fc.bias"]}}},
    "selfReference": {"state_dict": weights(), "args": ring},
    # Prefixes of wrappers.
    "compiled": prefixed("_orig_mod."),
    "compiledParallel": prefixed("module._orig_mod."),
    "backbone": prefixed("net.backbone."),
    "twice": prefixed("model.model."),
    "averagedModel": prefixed("module.", n_averaged=torch.tensor(3)),
    "lightning": {"state_dict": prefixed("model.", **{"criterion.weight": torch.ones(2)}), "epoch": 2},
    "lightningCompiled": {"state_dict": prefixed("model._orig_mod.", **{"metric.total": torch.tensor(1.0)})},
    "wrappedInside": {"fc.module.weight": weights()["fc.weight"], "fc.module.bias": weights()["fc.bias"]},
    # Objects beside the weights.
    "namespace": {"state_dict": weights(), "args": argparse.Namespace(lr=0.1, stages=[1, 2])},
    "objects": {
        "state_dict": weights(),
        "scalar": scalar,
        "array": np.arange(3.0),
        "numpyDtype": np.dtype("float32"),
        "path": pathlib.PurePosixPath("/data/run"),
        "deque": collections.deque([1, 2], maxlen=5),
        "date": datetime.datetime(2024, 5, 6),
        "day": datetime.timedelta(days=1),
        "stage": Stage.TRAIN,
        "names": Names(a=1),
        "attributes": AttributeDict(a=1),
        "config": Config(),
        "partial": functools.partial(max, 1),
        "size": torch.Size([1, 2]),
        "dtype": torch.float8_e4m3fn,
        "device": torch.device("cpu"),
        "uuid": uuid.UUID(int=5),
        "decimal": decimal.Decimal("0.1"),
        "fraction": fractions.Fraction(1, 3),
        "complex": complex(1, 2),
        "range": range(3),
        "slice": slice(1, 2),
        "bytes": b"abc",
        "set": {1, 2},
        "frozen": frozenset([1]),
        "class": nn.CrossEntropyLoss,
        "counter": collections.Counter("aab"),
        "default": collections.defaultdict(list, a=[1]),
        "generator": torch.Generator().get_state(),
        "module": nn.ReLU(),
        "layout": torch.strided,
        "enumKey": {Stage.TRAIN: 1},
    },
    "hyperParameters": {
        "state_dict": prefixed("model."),
        "hyper_parameters": AttributeDict(lr=0.1, stage=Stage.TRAIN, path=pathlib.PurePosixPath("x")),
        "callbacks": {"ModelCheckpoint{'monitor': 'val'}": {"best_model_score": torch.tensor(0.5), "dirpath": "x"}},
        "pytorch-lightning_version": "2.1.0",
        "lr_schedulers": [{"last_epoch": 3, "_last_lr": [0.1]}],
        "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 1}}}},
    },
    "ownDictionary": Names(weights()),
    # Numbers and kinds of tensors.
    "negated": negated(),
    "half": weights(dtype=torch.float16),
    "brain": weights(dtype=torch.bfloat16),
    "uint16Beside": {**weights(), "extra": torch.tensor([65535, 1], dtype=torch.uint16)},
    "float8": weights(dtype=torch.float8_e4m3fn),
    "float8e5": weights(dtype=torch.float8_e5m2),
    "boolBeside": {**weights(), "mask": torch.tensor([True, False])},
    "indicesBeside": {**weights(), "index": torch.arange(4)},
    "complexBeside": {"state_dict": weights(), "spectrum": torch.zeros(2, dtype=torch.complex64)},
    "conjugateNeeded": {**weights(), "fc.bias": torch.tensor([1 + 0j, 2 + 0j]).conj()},
    "sparseNeeded": {**weights(), "fc.bias": torch.tensor([1.0, 2.0]).to_sparse()},
    "quantizedNeeded": {**weights(), "fc.bias": torch.quantize_per_tensor(torch.tensor([1.0, 2.0]), 0.1, 0, torch.qint8)},
    "metaNeeded": {**weights(), "fc.bias": torch.zeros(2, device="meta")},
    "arrayNeeded": {**weights(), "fc.bias": np.array([1.0, 2.0], dtype=np.float32)},
    "parameters": {**weights(), "fc.bias": parameter},
    "attributes": {**weights(), "fc.bias": tensor_with_attribute},
    # No weights, or none without code.
    "arrays": {"model": {name: tensor.numpy() for name, tensor in weights().items()}, "__author__": "Model Zoo"},
    "wholeModelUnderKey": {"epoch": np.float64(3), "model": nn.Sequential(layer)},
}


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return base64.b64encode(gzip.compress(file.getvalue(), mtime=0)).decode()


out = {name: saved(value) for name, value in files.items()}
out["tutorialStream"] = saved(files["tutorial"], _use_new_zipfile_serialization=False)
out["objectsStream"] = saved(files["objects"], _use_new_zipfile_serialization=False)
# As Detectron2's published weights (pickle.dump), and as Python 2 wrote Caffe2's.
for protocol in (2, 5):
    pickled = pickle.dumps(files["arrays"], protocol)
    out[f"arraysPickled{protocol}"] = base64.b64encode(gzip.compress(pickled, mtime=0)).decode()
out["objectsProtocol5"] = saved(files["objects"], pickle_protocol=5)

# Every float8, as PyTorch reads it.
float8 = {}
for name in ("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"):
    values = torch.arange(256, dtype=torch.uint8).view(getattr(torch, name)).float().tolist()
    float8[name] = [str(v) if v != v or v in (float("inf"), float("-inf")) else v for v in values]

(here / "checkpoints.json").write_text(json.dumps(out, indent=0) + "\n")
(here / "float8.json").write_text(json.dumps(float8, separators=(",", ":")) + "\n")
