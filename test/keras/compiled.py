"""How Keras compiles and trains by many settings, and what it makes of compiled models that are written here.

python test/keras/compiled.py record compiled.json    writes compile_config, training_config and numbers of a row per setting
python test/keras/compiled.py read FOLDER             evaluates the models of a folder as their files compile them
"""

import json
import pathlib
import sys
import warnings

import h5py
import keras
import numpy as np
from keras import layers, losses, metrics, optimizers

ROWS, INPUTS, OUTPUTS = 12, 6, 3


def data():
    i = np.arange(ROWS * INPUTS, dtype="int64")
    x = (((i * i * 31 + i * 7) % 251) / 250).astype("float32").reshape(ROWS, INPUTS)
    classes = (np.arange(ROWS) * 5 % 7 % OUTPUTS).astype("int32")
    one_hot = np.eye(OUTPUTS, dtype="float32")[classes]
    j = np.arange(ROWS * OUTPUTS)
    many = (j * j % 5 < 2).astype("float32").reshape(ROWS, OUTPUTS)
    values = ((j * 13 % 17) / 16).astype("float32").reshape(ROWS, OUTPUTS)
    return x, {"classes": classes, "oneHot": one_hot, "many": many, "values": values, "one": many[:, :1]}


def make(activation, outputs):
    x = keras.Input((INPUTS,))
    return keras.Model(x, layers.Dense(outputs, activation, name="last")(layers.Dense(5, "tanh", name="first")(x)))


def settle(model):
    for k, variable in enumerate(model.trainable_variables):
        i = np.arange(int(np.prod(variable.shape)))
        variable.assign((np.sin(i * 1.7 + k) * 0.8).astype("float32").reshape(variable.shape))


S = schedule = optimizers.schedules
MSE = dict(loss="mse", target="values")
CLASSES = dict(loss="sparse_categorical_crossentropy", target="classes", activation="softmax")
ONE_HOT = dict(loss="categorical_crossentropy", target="oneHot", activation="softmax")
MANY = dict(loss="binary_crossentropy", target="many", activation="sigmoid")


def row(optimizer="sgd", **settings):
    return {"optimizer": optimizer, **settings}


def settings():
    """A row per setting."""
    o = optimizers
    rows = {
        "sgd": row(o.SGD(0.1), **MSE),
        "sgd momentum": row(o.SGD(0.1, momentum=0.9), **MSE),
        "sgd nesterov": row(o.SGD(0.1, momentum=0.9, nesterov=True), **MSE),
        "rmsprop by name": row("rmsprop", **MSE),
        "rmsprop momentum": row(o.RMSprop(0.01, rho=0.8, momentum=0.5), **MSE),
        "rmsprop centered": row(o.RMSprop(0.01, centered=True, epsilon=1e-5), **MSE),
        "adam": row(o.Adam(0.03, beta_1=0.8, beta_2=0.95, epsilon=1e-4), **MSE),
        "adam amsgrad": row(o.Adam(0.03, amsgrad=True), **MSE),
        "adamw": row(o.AdamW(0.03), **MSE),
        "adam weight_decay": row(o.Adam(0.03, weight_decay=0.05), **MSE),
        "adagrad": row(o.Adagrad(0.1, initial_accumulator_value=0.2), **MSE),
        "adadelta": row(o.Adadelta(1.0, rho=0.9), **MSE),
        "adamax": row(o.Adamax(0.02), **MSE),
        "nadam": row(o.Nadam(0.02), **MSE),
        "lion": row(o.Lion(0.01), **MSE),
        "lamb": row(o.Lamb(0.02), **MSE),
        "clipnorm": row(o.SGD(0.5, clipnorm=0.05), **MSE),
        "clipvalue": row(o.SGD(0.5, clipvalue=0.02), **MSE),
        "global_clipnorm": row(o.SGD(0.5, global_clipnorm=0.1), **MSE),
        "use_ema": row(o.SGD(0.3, use_ema=True, ema_momentum=0.7), **MSE),
        "ema_overwrite_frequency": row(o.SGD(0.3, use_ema=True, ema_momentum=0.7, ema_overwrite_frequency=2), **MSE),
        "gradient_accumulation_steps": row(o.SGD(0.3, gradient_accumulation_steps=2), **MSE),
        "CosineDecay": row(o.SGD(S.CosineDecay(0.0, 8, warmup_target=0.3, warmup_steps=2)), **MSE),
        "CosineDecayRestarts": row(o.SGD(S.CosineDecayRestarts(0.3, 2)), **MSE),
        "ExponentialDecay": row(o.SGD(S.ExponentialDecay(0.3, 2, 0.5, staircase=True)), **MSE),
        "InverseTimeDecay": row(o.SGD(S.InverseTimeDecay(0.3, 2, 0.5)), **MSE),
        "PiecewiseConstantDecay": row(o.SGD(S.PiecewiseConstantDecay([1, 2], [0.3, 0.2, 0.1])), **MSE),
        "PolynomialDecay": row(o.SGD(S.PolynomialDecay(0.3, 4, 0.01, power=2.0)), **MSE),
    }
    by_loss = {
        "mae": MSE | {"loss": "mae"},
        "MeanAbsolutePercentageError": MSE | {"loss": losses.MeanAbsolutePercentageError()},
        "mean_squared_logarithmic_error": MSE | {"loss": "mean_squared_logarithmic_error"},
        "huber": MSE | {"loss": "huber"},
        "Huber": MSE | {"loss": losses.Huber()},
        "log_cosh": MSE | {"loss": "log_cosh"},
        "Poisson": MSE | {"loss": losses.Poisson(), "activation": "softplus"},
        "hinge": MANY | {"loss": "hinge", "activation": "tanh"},
        "SquaredHinge": MANY | {"loss": losses.SquaredHinge(), "activation": "tanh"},
        "categorical_hinge": ONE_HOT | {"loss": "categorical_hinge"},
        "kl_divergence": ONE_HOT | {"loss": "kl_divergence"},
        "KLDivergence": ONE_HOT | {"loss": losses.KLDivergence()},
        "cosine_similarity": MSE | {"loss": "cosine_similarity"},
        "BinaryCrossentropy from_logits": MANY
        | {"loss": losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1), "activation": None},
        "CategoricalCrossentropy label_smoothing": ONE_HOT | {"loss": losses.CategoricalCrossentropy(label_smoothing=0.2)},
        "SparseCategoricalCrossentropy from_logits": CLASSES
        | {"loss": losses.SparseCategoricalCrossentropy(from_logits=True), "activation": None},
        "BinaryFocalCrossentropy": MANY
        | {"loss": losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.3, gamma=1.5)},
        "CategoricalFocalCrossentropy": ONE_HOT | {"loss": losses.CategoricalFocalCrossentropy(alpha=[0.2, 0.3, 0.4], gamma=3.0)},
        "Dice": MANY | {"loss": losses.Dice()},
        "Dice axis": MANY | {"loss": losses.Dice(axis=(1,))},
        "dice by name": MANY | {"loss": "dice"},
        "Tversky": MANY | {"loss": losses.Tversky(alpha=0.3, beta=0.7)},
        "Tversky axis": MANY | {"loss": losses.Tversky(alpha=0.3, beta=0.7, axis=[-1])},
    }
    rows |= {f"loss {name}": row(optimizers.SGD(0.1), **given) for name, given in by_loss.items()}
    m = metrics
    by_metric = {
        "accuracy by name": CLASSES | {"metrics": ["accuracy"]},
        "acc": ONE_HOT | {"metrics": ["acc"]},
        "accuracy of one": MANY | {"metrics": ["accuracy"], "target": "one", "outputs": 1},
        "accuracy objects": CLASSES | {"metrics": [m.SparseCategoricalAccuracy(), m.SparseCategoricalAccuracy(name="accuracy")]},
        "top k": ONE_HOT | {"metrics": [m.TopKCategoricalAccuracy(2), m.CategoricalAccuracy(name="right")]},
        "sparse top k": CLASSES | {"metrics": [m.SparseTopKCategoricalAccuracy(2, name="two"), "sparse_categorical_accuracy"]},
        "binary accuracy": MANY | {"metrics": ["binary_accuracy"]},
        "precision recall": MANY | {"metrics": [m.Precision(), m.Recall(), m.Precision(thresholds=0.6, name="p6"), m.Recall(class_id=1, name="r1")]},
        "precision by largest": ONE_HOT | {"metrics": [m.Precision(), m.Recall(thresholds=[0.4])]},
        "f1": ONE_HOT | {"metrics": [m.F1Score(average="macro"), m.F1Score(average="weighted", threshold=0.4, name="f1_weighted"), m.F1Score(average="micro", name="micro")]},
        "auc": MANY | {"metrics": [m.AUC(), m.AUC(curve="PR", name="pr"), m.AUC(multi_label=True, num_labels=3, num_thresholds=50, name="each"), m.AUC(thresholds=[0.3, 0.6], summation_method="minoring", name="two")]},
        "auc from_logits": MANY | {"loss": losses.BinaryCrossentropy(from_logits=True), "activation": None, "metrics": [m.AUC(from_logits=True)]},
        "iou": CLASSES | {"metrics": [m.MeanIoU(3, sparse_y_pred=False), m.IoU(3, [0, 2], sparse_y_pred=False)]},
        "one-hot iou": ONE_HOT | {"metrics": [m.OneHotMeanIoU(3), m.OneHotIoU(3, [1], name="second")]},
        "binary iou": MANY | {"target": "one", "outputs": 1, "metrics": [m.BinaryIoU([1], threshold=0.4), m.BinaryIoU(name="both")]},
        "counts": MANY | {"metrics": [m.TruePositives(), m.TrueNegatives(), m.FalsePositives(thresholds=0.6), m.FalseNegatives()]},
        "differences": MSE | {"metrics": ["mse", "mae", m.RootMeanSquaredError(), "mean_absolute_percentage_error", m.MeanSquaredLogarithmicError(), m.LogCoshError(), m.CosineSimilarity()]},
        "margins": MANY | {"activation": "tanh", "loss": "hinge", "metrics": ["hinge", m.SquaredHinge(), m.CategoricalHinge()]},
        "crossentropies": ONE_HOT | {"metrics": [m.CategoricalCrossentropy(), m.KLDivergence(), "poisson"]},
        "sparse crossentropy": CLASSES | {"metrics": [m.SparseCategoricalCrossentropy()]},
        "weighted metrics": CLASSES | {"metrics": ["accuracy"], "weighted_metrics": [m.SparseTopKCategoricalAccuracy(2, name="two")]},
    }
    rows |= {f"metrics {name}": row(optimizers.SGD(0.1), **given) for name, given in by_metric.items()}
    return rows


def numbers(model, x, y):
    return {name: float(np.ravel(value)[0]) for name, value in model.evaluate(x, y, batch_size=ROWS, verbose=0, return_dict=True).items()}


def training_config(model):
    path = pathlib.Path("/tmp") / "compiled-row.h5"
    model.save(path)
    with h5py.File(path) as file:
        text = file.attrs["training_config"]
    path.unlink()
    return json.loads(text)


def record(path):
    x, targets = data()
    result = {}
    for name, given in settings().items():
        keras.utils.set_random_seed(1)
        activation, outputs = given.get("activation"), given.get("outputs", OUTPUTS)
        y = targets[given["target"]]
        keywords = {key: given[key] for key in ("loss", "metrics", "weighted_metrics") if key in given}
        model = make(activation, outputs)
        settle(model)
        model.compile(given["optimizer"], run_eagerly=True, **keywords)
        model.build((None, INPUTS))
        before = numbers(model, x, y)
        config = json.loads(json.dumps(keras.saving.serialize_keras_object(model.get_compile_config()), default=str))
        written = training_config(model)
        model.fit(x, y, batch_size=ROWS, epochs=4, shuffle=False, verbose=0)
        result[name] = {
            "activation": activation,
            "outputs": outputs,
            "target": given["target"],
            "compile_config": config,
            "training_config": written,
            "before": before,
            "after": numbers(model, x, y)["loss"],
        }
        print(name, flush=True)
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in result.items())
    pathlib.Path(path).write_text("{" + text + "}\n")


def measured(path, x, y):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = keras.models.load_model(path)
        if not model.compiled:
            return {"error": "not compiled"}
        # As it was recorded, and without a minute for every model.
        model.run_eagerly = True
        before = numbers(model, x, y)
        model.fit(x, y, batch_size=ROWS, epochs=4, shuffle=False, verbose=0)
    return {"before": before, "after": numbers(model, x, y)["loss"], "warnings": [str(one.message) for one in said]}


def read(folder):
    x, targets = data()
    result = {}
    for about in sorted(pathlib.Path(folder).glob("*.json")):
        if about.name == "results.json":
            continue
        given = json.loads(about.read_text())
        for ending in ("keras", "h5"):
            path = about.with_suffix(f".{ending}")
            try:
                result[path.name] = measured(path, x, targets[given["target"]])
            except Exception as error:
                result[path.name] = {"error": repr(error)[:300]}
    (pathlib.Path(folder) / "results.json").write_text(json.dumps(result))


{"record": record, "read": read}[sys.argv[1]](sys.argv[2])
