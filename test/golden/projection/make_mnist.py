"""How well scikit-learn's t-SNE and umap-learn keep neighbourhoods of a thousand digits: mnist.json, the figures of three seeds each.

    STRIATE_DATA=FOLDER python3 make_mnist.py        (pip install scikit-learn umap-learn: 1.9, 0.5)

The first 1,000 test pictures of MNIST, 784 numbers from 0 to 1, with both libraries' defaults. `trustworthiness` is scikit-learn's, of the
12 nearest; `preserved` the share of the 12 nearest of each picture that are among its 12 nearest in the plane; `accuracy` that of
labels by the five nearest in the plane, each picture left out in turn.
"""
import gzip, json, os
import numpy as np, sklearn, umap
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors

folder = os.path.join(os.environ['STRIATE_DATA'], 'mnist')
count, neighbours = 1000, 12

def read(name, offset, shape):
    path = next(os.path.join(folder, one) for one in sorted(os.listdir(folder)) if one.startswith(name))
    with (gzip.open if path.endswith('.gz') else open)(path) as file: data = file.read()
    return np.frombuffer(data, np.uint8, int(np.prod(shape)), offset).reshape(shape)

x = read('t10k-images', 16, (count, 784)).astype(np.float32) / 255
y = read('t10k-labels', 8, (count,))

def nearest(points, k): return NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)

full = nearest(x, neighbours)
def figures(points):
    plane = nearest(points, neighbours)
    preserved = np.mean([len(np.intersect1d(a, b)) for a, b in zip(full, plane)]) / neighbours
    votes = np.array([np.bincount(y[row[:5]], minlength=10).argmax() for row in plane])
    return {'trustworthiness': round(float(trustworthiness(x, points, n_neighbors=neighbours)), 4),
            'preserved': round(float(preserved), 4), 'accuracy': round(float((votes == y).mean()), 4)}

rows = {'tsne': [], 'umap': []}
for seed in range(3):
    rows['tsne'].append(figures(TSNE(random_state=seed).fit_transform(x)))
    rows['umap'].append(figures(umap.UMAP(random_state=seed, n_jobs=1).fit_transform(x)))
out = {'pictures': count, 'neighbours': neighbours, 'sklearn': sklearn.__version__, 'umap-learn': umap.__version__, **rows}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'mnist.json')
json.dump(out, open(path, 'w'), indent=1)
print(json.dumps(out))
