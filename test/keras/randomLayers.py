"""What Keras's random layers make of a picture where their factors leave nothing to chance: numbers of randomPictures.test.ts.

python test/keras/randomLayers.py
"""

import keras
import numpy as np

i = np.arange(48)
x = (((i * i * 31 + i * 7) % 251) / 250).astype("float32").reshape((1, 4, 4, 3))
layers = keras.layers
fixed = {
    "randomColorDegeneration": layers.RandomColorDegeneration((0.25, 0.25), value_range=(0, 1)),
    "randomSharpness smooth": layers.RandomSharpness((0.1, 0.1), value_range=(0, 1)),
    "randomSharpness sharp": layers.RandomSharpness((0.9, 0.9), value_range=(0, 1)),
    "randomShear": layers.RandomShear((0.3, 0.3), (0.1, 0.1), fill_mode="nearest"),
}
for name, layer in fixed.items():
    # Shears go one way or the other: all that there are.
    made = {tuple(np.ravel(layer(x, training=True)).round(5).tolist()) for _ in range(12)}
    for numbers in sorted(made):
        print(name, [float(n) for n in numbers[:12]])

many = np.repeat(np.ones((1, 8, 8, 1), "float32"), 4000, 0)
erased = np.asarray(layers.RandomErasing(1.0, (0.25, 0.25), fill_value=0, value_range=(0, 1))(many, training=True))
covered = (erased == 0).sum((1, 2, 3))
print("randomErasing covers", {int(n): int((covered == n).sum()) for n in np.unique(covered)})
