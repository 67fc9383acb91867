"""What onnxruntime's Resize gives for a small picture, by coordinate_transformation_mode and nearest_mode.

python resize2d.py > resize2d.json
"""

import json

import numpy as np
import onnxruntime
from onnx import helper

x = np.array([((i * 37) % 23) / 4 - 2 for i in range(12)], np.float32).reshape(1, 1, 3, 4)


def resize(size, **settings):
    graph = helper.make_graph(
        [helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], **settings)],
        "resize",
        [helper.make_tensor_value_info("x", 1, list(x.shape))],
        [helper.make_tensor_value_info("y", 1, None)],
        [helper.make_tensor("sizes", 7, [4], [1, 1, *size])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    (y,) = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})
    return numbers(y)


def numbers(values):
    return [round(float(value), 5) for value in values.reshape(-1)]


cases = {}
for height, width in [(5, 7), (2, 3), (1, 9), (7, 1)]:
    for rule in ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]:
        common = {"coordinate_transformation_mode": rule}
        cases[f"{height}x{width} linear {rule}"] = resize((height, width), mode="linear", **common)
        if (height, width) in [(5, 7), (7, 1)]:
            for rounding in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]:
                key = f"{height}x{width} nearest {rule} {rounding}"
                cases[key] = resize((height, width), mode="nearest", nearest_mode=rounding, **common)
print(json.dumps({"x": numbers(x), "cases": cases}))
