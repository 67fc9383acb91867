"""Makes digits.keras, the model that main.ts starts from. Its pictures are Striate's drawn digits, written by `npm run pictures`."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
x, y = np.load("pictures-x.npy"), np.load("pictures-y.npy")

model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.Conv2D(12, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ],
    name="digits",
)
model.compile(optimizer=keras.optimizers.Adam(3e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3, batch_size=64)

model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])  # without Adam's variables: a small file
model.save("digits.keras")
