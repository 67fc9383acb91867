"""Loads every model of a folder with Keras, predicts, and saves it again; run by roundTrip.test.ts.

python test/keras/roundTrip.py FOLDER
"""

import json
import pathlib
import sys

import keras
import numpy as np

FOLDER = pathlib.Path(sys.argv[1])


def pictures(shape):
    """The inputs of models.ts."""
    i = np.arange(2 * int(np.prod(shape)), dtype="int64")
    return (((i * i * 31 + i * 7) % 251) / 250).astype("float32").reshape((2, *shape))


def order(model):
    """Layers with weights in Keras's order, each with its weights."""
    return [f"{layer.name}: {' '.join(w.name for w in layer.weights)}" for layer in model.layers if layer.weights]


def main():
    done = FOLDER / "results.json"
    results = json.loads(done.read_text()) if done.exists() else {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix not in (".keras", ".h5") or path.name in results:
            continue
        model = keras.models.load_model(path, compile=False)
        (x,) = [pictures(shape) for shape in [model.input_shape[1:]]]
        outputs = model(x, training=False)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        # As a user calls it: names of layers are scopes in there.
        model.predict(x[:1], verbose=0)
        values = [np.ravel(y).astype("float64").tolist() for y in outputs]
        results[path.name] = {"order": order(model), "outputs": values}
        if path.suffix == ".keras":
            model.save(FOLDER / "again" / path.name)
            model.save_weights(FOLDER / "again" / f"{path.stem}.weights.h5")
        # Keras 3.15 fails to save its own random layers as .h5: they hold a module, which cannot be copied.
        if not any(type(layer).__name__.startswith("Random") for layer in model.layers):
            model.save(FOLDER / "again" / f"{path.stem}.h5")
    done.write_text(json.dumps(results))


main()
