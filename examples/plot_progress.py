"""
When has the network learned enough?
====================================

Callbacks monitor training from outside. A progress bar shows how far it is, a monitor scores each
epoch, and a custom callback ends the training once a goal is reached. This example shows how many
epochs the goal takes, and what the remaining epochs would have gained. It needs scikit-learn 1.9
and rich.
"""

import matplotlib.pyplot as plt
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skdense import DenseNetClassifier

X, y = load_digits(return_X_y=True)
X, X_val, y, y_val = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)

# %%
# A custom callback
# -----------------
#
# A callback has four methods. If ``on_fit_task_end`` returns True for an epoch, the training ends.
# ``fitted_estimator`` is the estimator as if the training ended there. It is only created because
# the method names it.


class StopAt:
    """End the training when the score on the validation rows is high enough."""

    def __init__(self, goal):
        self.goal = goal

    def setup(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context, *, fitted_estimator):
        is_good = fitted_estimator.validation_scores_[-1] >= self.goal
        return context.task_name == "epoch" and is_good

    def teardown(self, estimator, context):
        pass


# %%
# Two fits
# --------
#
# The first fit ends at the goal, the second one as planned. Both keep their best epoch. With the
# cosine schedule training can stop at any epoch, while the default learning rate goes up and down
# in cycles. With a patience of 60 epochs, only the callback and the schedule end the training.

GOAL = 0.97


def train(*more):
    monitor = ScoringMonitor(scoring="accuracy")
    network = DenseNetClassifier(
        n_estimators=1,
        learning_rate="cosine",
        learning_rate_init=0.01,
        max_iter=60,
        n_iter_no_change=60,
        random_state=0,
    )
    network.set_callbacks(ProgressBar(), monitor, *more)
    network.fit(X, y, X_val=X_val, y_val=y_val)
    epochs = [entry for entry in monitor.get_logs().data if entry["task_name"] == "epoch"]
    return network, [entry["accuracy"] for entry in epochs]


stopped, _ = train(StopAt(GOAL))
whole, whole_scores = train()
print(f"{'':14}{'epochs':>8}{'training rows':>16}{'validation rows':>18}")
for name, network in {"to the goal": stopped, "to the end": whole}.items():
    scores = f"{network.score(X, y):16.3f}{network.score(X_val, y_val):18.3f}"
    print(f"{name:14}{network.n_iter_:8}{scores}")

# %%
# The monitored scores
# --------------------

figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
epochs = range(1, whole.n_iter_ + 1)
axes.plot(epochs, whole_scores, label="training rows (ScoringMonitor)")
axes.plot(epochs, whole.validation_scores_, label="validation rows")
axes.axhline(GOAL, color="grey", linewidth=1, linestyle=":", label="the goal")
axes.axvline(stopped.n_iter_, color="black", linewidth=1, linestyle="--", label="ended here")
axes.set(
    xlabel="epoch", ylabel="accuracy", title=f"The goal is reached after {stopped.n_iter_} epochs"
)
axes.legend(loc="lower right")
plt.show()
