"""Whether Keras gives the same for tuned.keras as Striate did; run `npm start` first."""

import keras
import numpy as np

model = keras.models.load_model("tuned.keras")
difference = np.abs(model.predict(np.load("check-x.npy"), verbose=0) - np.load("check-y.npy")).max()
print(f"Keras {keras.__version__}: the largest difference is {difference:.1e}")
assert difference < 1e-5
