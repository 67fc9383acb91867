"""Writes what Keras's ops.image.affine_transform makes of two pictures, for affineTransform.test.ts.

KERAS_BACKEND=tensorflow python src/ops/testdata/affineTransform.py
"""

import json
import pathlib

import keras
import numpy as np

SHAPE = (2, 5, 4, 2)
TRANSFORMS = [
    [0.8125, -0.4375, 1.25, 0.5, 0.9375, -0.6875, 0, 0],
    [1.3125, 0.25, -5.375, -0.1875, 1.5625, 6.3125, 0.015625, -0.03125],
]


def main():
    x = np.array([((i * i * 31 + i * 7) % 251) / 100 - 1 for i in range(np.prod(SHAPE))], "float32").reshape(SHAPE)
    cases = []
    for mode in ["constant", "nearest", "reflect", "wrap"]:
        for interpolation in ["nearest", "bilinear"]:
            y = keras.ops.image.affine_transform(
                x, np.array(TRANSFORMS, "float32"), interpolation=interpolation, fill_mode=mode, fill_value=0.5
            )
            values = np.round(np.ravel(y).astype("float64"), 7).tolist()
            cases.append({"interpolation": interpolation, "fillMode": mode, "fillValue": 0.5, "y": values})
    content = {"shape": SHAPE, "transforms": sum(TRANSFORMS, []), "cases": cases}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(content))


main()
