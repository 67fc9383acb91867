"""scikit-learn on the features of bench/head.mjs, which sends a JSON line for each problem and reads one back.

    logistic.py FOLDER    train.f32, train.i32, test.f32, test.i32 and features.json ({"width": 512}) lie in it
"""
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn import __version__
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1])
width = json.loads((folder / "features.json").read_text())["width"]
read = lambda name: (
    np.fromfile(folder / f"{name}.f32", "f4").reshape(-1, width).astype("f8"),
    np.fromfile(folder / f"{name}.i32", "i4"),
)
(train, train_labels), (test, test_labels) = read("train"), read("test")
print(json.dumps({"ready": f"scikit-learn {__version__}"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)["steps"]
    rows = np.array(asked["rows"])
    began = time.perf_counter()
    scaler = StandardScaler().fit(train[rows])
    x, y = scaler.transform(train[rows]), train_labels[rows]
    folds = StratifiedKFold(5, shuffle=True, random_state=asked["seed"])
    chosen = LogisticRegressionCV(
        Cs=np.logspace(-5, 2, 15), cv=folds, scoring="neg_log_loss", class_weight="balanced", max_iter=1000
    ).fit(x, y)
    seconds = time.perf_counter() - began
    same = LogisticRegression(C=asked["C"], class_weight="balanced", max_iter=10000, tol=1e-8).fit(x, y)
    score = lambda model: float((model.predict(scaler.transform(test)) == test_labels).mean())
    print(
        json.dumps({"seconds": seconds, "C": float(np.ravel(chosen.C_)[0]), "accuracy": score(chosen), "same": score(same)}),
        flush=True,
    )
