"""
Which digits does a network get wrong?
======================================

Every digit is predicted by a network that was not trained on it. This example counts the mistakes,
compares them with those of scikit-learn's MLP and of a support vector machine, and shows them. If
a copy of Fashion-MNIST is available, it does the same for 10,000 pieces of clothing.
"""

import gzip
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from skdense import DenseNetClassifier

# %%
# The score
# ---------
#
# With three folds, each digit is predicted once. All models have their defaults, except for the
# MLP's number of epochs, since 200 would not be enough.

X, y = load_digits(return_X_y=True)
models = {
    "DenseNetClassifier": DenseNetClassifier(random_state=0),
    "MLPClassifier, scaled": make_pipeline(
        StandardScaler(), MLPClassifier(max_iter=500, random_state=0)
    ),
    "SVC": SVC(),
}
folds = StratifiedKFold(3, shuffle=True, random_state=0)
with threadpool_limits(1):  # more threads would only slow down the MLP's small batches
    guesses = {name: cross_val_predict(model, X, y, cv=folds) for name, model in models.items()}
print(f"{'':24}{'accuracy':>9}{'mistakes':>10}")
for name, guess in guesses.items():
    print(f"{name:24}{np.mean(guess == y):9.3f}{np.sum(guess != y):10}")

# %%
# The mistakes
# ------------
#
# The first 20 of the network's mistakes as images, and a confusion matrix of all of them.


def show_mistakes(X, y, guess, labels, title):
    side = int(np.sqrt(X.shape[1]))
    figure = plt.figure(figsize=(5, 9), layout="constrained")
    pictures, matrix = figure.subfigures(2, 1)
    pictures.suptitle(title)
    wrong = np.flatnonzero(guess != y)[:20]
    for axis, row in zip(pictures.subplots(4, 5).flat, wrong, strict=False):
        axis.imshow(X[row].reshape(side, side), cmap="gray_r")
        axis.set_title(f"{labels[y[row]]},\nnot {labels[guess[row]]}", fontsize=10)
    for axis in pictures.axes:
        axis.set_axis_off()
    ConfusionMatrixDisplay.from_predictions(
        y, guess, display_labels=labels, xticks_rotation=45, ax=matrix.subplots(), colorbar=False
    )


show_mistakes(X, y, guesses["DenseNetClassifier"], range(10), "True digit, not the predicted one")

# %%
# Fashion-MNIST
# -------------
#
# The four files of https://github.com/zalandoresearch/fashion-mnist are expected in the folder
# given by the environment variable FASHION_MNIST, or else in the folder fashion_mnist of
# scikit-learn's data home. Nothing is downloaded. Two wide networks on 60,000 images take about a
# minute.

home = os.environ.get("SCIKIT_LEARN_DATA", "~/scikit_learn_data")
place = os.environ.get("FASHION_MNIST", f"{home}/fashion_mnist")
folder = Path(place).expanduser()
LABELS = "T-shirt trouser pullover dress coat sandal shirt sneaker bag boot".split()


def read(name, offset):
    return np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=offset)


if (folder / "train-images-idx3-ubyte.gz").exists():
    X, X_test = (read(f"{part}-images-idx3-ubyte.gz", 16) for part in ("train", "t10k"))
    X, X_test = (pixels.reshape(-1, 784).astype(np.float32) for pixels in (X, X_test))
    y, y_test = (read(f"{part}-labels-idx1-ubyte.gz", 8) for part in ("train", "t10k"))
    network = DenseNetClassifier(hidden_layer_sizes=(256, 256), n_estimators=2, random_state=0)
    guess = network.fit(X, y).predict(X_test)
    print(f"Fashion-MNIST, accuracy on the 10,000 test images: {np.mean(guess == y_test):.3f}")
    show_mistakes(X_test, y_test, guess, LABELS, "True piece, not the predicted one")
else:
    print(f"Fashion-MNIST is skipped: there is no copy in {place}")
plt.show()
