"""Writes what ONNX Runtime computes from these files into expected.json: python expected.py

The inputs are not kept: they follow from their places. Two files are computed by hand, as ONNX Runtime refuses them: an even
window of LRN by ONNX's own formula, and a name that is given twice by giving the second one another name.
"""
import copy
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

here = Path(__file__).parent
outputs = {"argmax_out": ["p"], "scores_and_argmax": ["y"]}
refused = {"computed_conv_weight"}
# Its optimisations lose a padded weight.
plainly = onnxruntime.SessionOptions()
plainly.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
plainly.log_severity_level = 3


def numbers(shape, kind):
    at = np.arange(int(np.prod(shape)))
    if "uint8" in kind:
        return (at * 37 % 251).astype(np.uint8).reshape(shape)
    return ((at * 37 % 101 - 50) / 40).astype(np.float32).reshape(shape)


def single_names(model):
    """The later of two values of a name gets one of its own."""
    known, latest = {t.name for t in model.graph.initializer}, {}
    for node in model.graph.node:
        for i, name in enumerate(node.input):
            node.input[i] = latest.get(name, name)
        for i, name in enumerate(node.output):
            if name in known:
                latest[name] = node.output[i] = name + "_again"
            known.add(name)


def even_response(model, x):
    conv = copy.deepcopy(model)
    del conv.graph.node[1:]
    conv.graph.output[0].name = "c"
    (c,) = onnxruntime.InferenceSession(conv.SerializeToString()).run(["c"], {"x": x})
    channels = c.shape[1]
    sums = np.stack([(c[:, max(0, k - 1) : k + 3] ** 2).sum(1) for k in range(channels)], 1)
    (weights,) = [numpy_helper.to_array(t) for t in model.graph.initializer if t.name == "fw"]
    return (c / (1 + 0.1 / 4 * sums) ** 0.75).mean((2, 3)) @ weights


expected = {}
for path in sorted(here.glob("*.onnx")):
    if path.stem in refused:
        continue
    model = onnx.load(path)
    single_names(model)
    wanted = outputs.get(path.stem, [o.name for o in model.graph.output])
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_tensor_value_info(name, 1, None) for name in wanted)
    info = model.graph.input[0]
    shape = [d.dim_value or 2 for d in info.type.tensor_type.shape.dim]
    x = numbers(shape, "uint8" if info.type.tensor_type.elem_type == 2 else "float")
    if path.stem == "lrn_even":
        values = [even_response(model, x)]
    else:
        session = onnxruntime.InferenceSession(model.SerializeToString(), plainly)
        values = session.run(wanted, {info.name: x})
    shapes = [list(v.shape) for v in values]
    numbers_of = [[float(f"{n:.7g}") for n in v.ravel()] for v in values]
    row = {"input": shape, "outputs": [{"shape": s, "values": n} for s, n in zip(shapes, numbers_of)]}
    expected[path.stem] = {**row, **({"asked": wanted} if path.stem in outputs else {})}
rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in expected.items())
(here / "expected.json").write_text("{\n" + rows + "\n}\n")
