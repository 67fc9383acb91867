"""Saves a whole model of Keras, or several, and what they predict; run by readModels.test.ts, a model at a time.

python test/keras/readModels.py FOLDER NAME...
"""

import json
import pathlib
import sys

import keras
import numpy as np
from keras import applications, layers, ops

FOLDER = pathlib.Path(sys.argv[1])


def shared():
    x = keras.Input((12, 12, 3))
    conv, norm = layers.Conv2D(3, 3, padding="same"), layers.BatchNormalization()
    once = norm(conv(layers.Rescaling(1 / 255)(x)))
    twice = norm(conv(once))
    scores = layers.Dense(3, activation="softmax")(layers.GlobalMaxPooling2D()(twice))
    return keras.Model(x, [layers.Dense(2)(layers.GlobalAveragePooling2D()(layers.Add()([once, twice]))), scores])


def nested():
    def block(name):
        x = keras.Input((8, 8, 4))
        y = layers.ReLU(name="act")(layers.BatchNormalization(name="bn")(layers.Conv2D(4, 3, padding="same", name="conv")(x)))
        return keras.Model(x, layers.Add(name="sum")([y, x]), name=name)

    x = keras.Input((8, 8, 4))
    last = block("third")
    return keras.Model(x, layers.Dense(3)(layers.Flatten()(last(last(block("second")(block("first")(x)))))))


def siamese():
    x = keras.Input((8, 8, 6))
    small = layers.Rescaling(1 / 255)(x)
    encoder = keras.Sequential([layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(4)])
    difference = ops.abs(encoder(small[..., :3]) - encoder(small[..., 3:]))
    return keras.Model(x, layers.Dense(1, activation="sigmoid")(difference))


def stack():
    return keras.Sequential(
        [
            keras.Input((10, 10, 3)),
            layers.Rescaling(1 / 127.5, -1),
            layers.Conv2D(4, 3, activation="hard_tanh"),
            layers.MaxPooling2D(),
            layers.SeparableConv2D(5, 3, activation="log_sigmoid"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(4, activation="softmax"),
        ]
    )


def transfer():
    augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)])
    base = applications.MobileNetV2((32, 32, 3), include_top=False, weights=None, alpha=0.35)
    base.trainable = False
    x = keras.Input((32, 32, 3))
    y = base(applications.mobilenet_v2.preprocess_input(augmentation(x)), training=False)
    return keras.Model(x, layers.Dense(1)(layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(y))))


def prepared(preprocess):
    x = keras.Input((32, 32, 3))
    return keras.Model(x, layers.Dense(2)(ops.mean(layers.Conv2D(4, 3, strides=2)(preprocess(x)), axis=(1, 2))))


def gated():
    x = keras.Input((8, 8, 6))
    gate = layers.Conv2D(2, 1, activation="relu")(ops.mean(x, axis=(1, 2), keepdims=True))
    y = x * layers.Conv2D(6, 1, activation="sigmoid")(gate)
    return keras.Model(x, layers.Dense(3)(layers.Flatten()(ops.concatenate([y, ops.relu(y - 0.5)], -1))))


def attention():
    x = keras.Input((6, 6, 8))
    rows = ops.reshape(x, (-1, 36, 8))
    q, k, v = (layers.Dense(8)(rows) for _ in range(3))
    weights = ops.softmax(ops.where(q @ ops.transpose(k, (0, 2, 1)) > -2, ops.einsum("bqc,bkc->bqk", q, k), -1e9))
    return keras.Model(x, layers.Dense(3)(ops.mean(ops.matmul(weights, v), axis=1)))


def network(make, side=64, **settings):
    """Ends in scores: probabilities of random weights are 0 and 1 but for a few, and would hide a difference."""
    ending = {} if settings.get("include_top") is False else {"classes": 10, "classifier_activation": None}
    return lambda: make(input_shape=(side, side, 3), weights=None, **ending, **settings)


MODELS = {
    "shared": shared,
    "nested": nested,
    "siamese": siamese,
    "stack": stack,
    "transfer": transfer,
    "caffe": lambda: prepared(applications.resnet.preprocess_input),
    "torch": lambda: prepared(applications.densenet.preprocess_input),
    "gated": gated,
    "attention": attention,
    "MobileNet": network(applications.MobileNet, alpha=0.25),
    "MobileNetV2": network(applications.MobileNetV2, alpha=0.35),
    "MobileNetV3Small": network(applications.MobileNetV3Small),
    "MobileNetV3Large": network(applications.MobileNetV3Large, minimalistic=True),
    "EfficientNetB0": network(applications.EfficientNetB0),
    "EfficientNetV2B0": network(applications.EfficientNetV2B0),
    "DenseNet121": network(applications.DenseNet121),
    "ResNet50": network(applications.ResNet50),
    "ResNet50V2": network(applications.ResNet50V2),
    "NASNetMobile": network(applications.NASNetMobile),
    "ConvNeXtTiny": network(applications.ConvNeXtTiny),
    "InceptionV3": network(applications.InceptionV3, 96),
    "InceptionResNetV2": network(applications.InceptionResNetV2, 96),
    "Xception": network(applications.Xception, 96),
    "VGG16": network(applications.VGG16, 32, include_top=False, pooling="avg"),
}


def settle(model, generator):
    """Weights that no layer's part is lost by."""
    for variable in model.variables:
        name = variable.path.split("/")[-1]
        if "seed" in variable.path:
            continue
        if name in ("moving_variance", "variance"):
            variable.assign(generator.uniform(0.7, 1.3, variable.shape))
        elif name == "gamma":
            variable.assign(generator.uniform(0.8, 1.2, variable.shape))
        elif len(variable.shape) == 1:
            variable.assign(generator.normal(0, 0.05, variable.shape))


def expect_unsaturated(model, outputs):
    """Probabilities near 0 and 1 are alike whatever the scores are."""
    for tensor, values in zip(model.outputs, outputs):
        activation = getattr(tensor._keras_history.operation, "activation", None)
        if getattr(activation, "__name__", "") in ("softmax", "sigmoid"):
            assert 1e-3 < float(np.min(values)) and float(np.max(values)) < 0.999, (model.name, np.ravel(values))


def make(name):
    """Files are called by their names when they are whole: the record, which is looked for, last."""
    keras.utils.set_random_seed(3)
    model = MODELS[name]()
    settle(model, np.random.default_rng(1))
    shape = model.input_shape[1:]
    i = np.arange(2 * int(np.prod(shape)), dtype="int64")
    x = ((i * i * 31 + i * 7) % 251).astype("float32").reshape((2, *shape))
    outputs = model(x, training=False)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    expect_unsaturated(model, outputs)
    refused = {}
    for ending in ("keras", "h5"):
        path, part = FOLDER / f"{name}.{ending}", FOLDER / f"part-{name}.{ending}"
        # Keras cannot write operators that take constants, and some networks, as .h5.
        try:
            model.save(part)
            part.rename(path)
        except Exception as error:
            part.unlink(missing_ok=True)
            refused[ending] = repr(error)[:120]
    record = {
        "shape": shape,
        "parameters": model.count_params(),
        "refused": refused,
        "outputs": [np.ravel(y).astype("float64").tolist() for y in outputs],
    }
    part = FOLDER / f"part-{name}.json"
    part.write_text(json.dumps(record))
    part.rename(FOLDER / f"{name}.json")


for wanted in sys.argv[2:]:
    make(wanted)
