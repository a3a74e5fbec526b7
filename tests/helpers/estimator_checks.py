"""check_estimator for every documented setting; as a script: a name in, a line of JSON out.

The default is checked as it is; each setting by itself, with the rest of the recipe off.
A line is, for an estimator of this name, a list of [check, status, what went wrong].
"""

import json
import sys
import warnings

from plain import PlainClassifier, PlainRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.estimator_checks import check_estimator

import skdense
from skdense.engine import (
    ACTIVATIONS,
    CLASSIFICATION_LOSSES,
    NORMALIZATIONS,
    REGRESSION_LOSSES,
    SCHEDULES,
)

# Fits are as good after these as after the 200 epochs at 0.001 of scikit-learn's MLP.
QUICK = {"max_iter": 50, "learning_rate_init": 0.01}
# Settings that get nowhere at that rate.
SLOW = {"learning_rate_init": 0.05}
BOTH = {
    "no hidden layer": {"hidden_layer_sizes": (), **SLOW},
    "two hidden layers": {"hidden_layer_sizes": (20, 10)},
    **{f"activation {name}": {"activation": name} for name in ACTIVATIONS},
    "activation softmax": {"activation": "softmax", **SLOW},
    **{f"normalization {name}": {"normalization": name} for name in NORMALIZATIONS},
    "dropout": {"dropout": 0.1},
    "solver sgd": {"solver": "sgd"},
    # alpha keeps probabilities from rounding to 0 and 1, where they have no order
    "solver lbfgs": {"solver": "lbfgs", "alpha": 1.0},
    "weight_decay": {"weight_decay": 0.1},
    "max_grad_norm": {"max_grad_norm": 1.0},
    "ema_decay": {"ema_decay": 0.9},
    "batch_size": {"batch_size": 20},
    **{f"learning_rate {name}": {"learning_rate": name} for name in SCHEDULES},
    "learning_rate invscaling": {"learning_rate": "invscaling", **SLOW},
    "no shuffle": {"shuffle": False},
    # checks do not seed some fits, and alpha keeps probabilities from rounding to 0 and 1
    "early_stopping": {"early_stopping": True, "alpha": 1.0, **SLOW},
    "early_stopping on the loss": {"early_stopping": True, "scoring": "loss"},
    "warm_start": {"warm_start": True},
    "feature_scaling None": {"feature_scaling": None},
    "dtype float32": {"dtype": "float32"},
    "dtype None": {"dtype": None},
    "all at once": {
        "normalization": "layer",
        "ema_decay": 0.9,
        "weight_decay": 0.01,
        "max_grad_norm": 1.0,
        "learning_rate": "coslog4",
        **SLOW,
    },
}
CLASSIFIER = {
    "plain": {},
    **BOTH,
    **{f"loss {name}": {"loss": name} for name in CLASSIFICATION_LOSSES},
    "label_smoothing": {"label_smoothing": 0.1},
    "focal with label_smoothing": {"loss": "focal", "label_smoothing": 0.1},
    "output_activation softmax": {"output_activation": "softmax"},
    "output_activation logistic": {"output_activation": "logistic"},
    "class_weight balanced": {"class_weight": "balanced"},
}
REGRESSOR = {
    "plain": {},
    **BOTH,
    **{f"loss {name}": {"loss": name} for name in REGRESSION_LOSSES},
    "quantile 0.9": {"loss": "quantile", "quantile": 0.9},
    "three quantiles": {"loss": "quantile", "quantile": [0.1, 0.5, 0.9]},
    "output_activation softplus": {"output_activation": "softplus"},
    "target_scaling None": {"target_scaling": None},
}
ESTIMATORS = {
    "classifier, default": skdense.DenseNetClassifier(),
    "regressor, default": skdense.DenseNetRegressor(),
    "classifier, n_estimators 1": skdense.DenseNetClassifier(n_estimators=1),
    "regressor, n_estimators 1": skdense.DenseNetRegressor(n_estimators=1),
    **{f"classifier, {name}": PlainClassifier(**QUICK | s) for name, s in CLASSIFIER.items()},
    **{f"regressor, {name}": PlainRegressor(**QUICK | s) for name, s in REGRESSOR.items()},
    "classifier, from MLP": skdense.DenseNetClassifier.from_sklearn(MLPClassifier()),
    "regressor, from MLP": skdense.DenseNetRegressor.from_sklearn(MLPRegressor()),
    "MLPClassifier": MLPClassifier(max_iter=5),
    "MLPRegressor": MLPRegressor(max_iter=5),
}

WEIGHTS = (
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
)
INVARIANCE = ("check_methods_subset_invariance", "check_methods_sample_order_invariance")
STREAM = (
    "check_fit_score_takes_y",
    "check_n_features_in_after_fitting",
    "check_estimators_partial_fit_n_features",
)
# What a setting cannot hold by its nature, by the end of its name: checks and reasons.
EXPECTED = {
    "solver lbfgs": dict.fromkeys(WEIGHTS, "its line search amplifies rounding errors"),
    "dropout": dict.fromkeys(WEIGHTS, "each row, repeated or not, has its own random mask"),
    "batch_size": dict.fromkeys(WEIGHTS, "repeated rows fall into other batches"),
    "learning_rate invscaling": dict.fromkeys(WEIGHTS, "it counts rows, not weights"),
    "dtype float32": {
        **dict.fromkeys(WEIGHTS, "float32 has fewer digits than the check compares"),
        **dict.fromkeys(INVARIANCE, "float32 has fewer digits than the check compares"),
    },
    "early_stopping": {
        **dict.fromkeys(WEIGHTS, "repeated rows change which rows are held out"),
        **dict.fromkeys(STREAM, "calls partial_fit without X_val"),
    },
    "early_stopping on the loss": {
        **dict.fromkeys(WEIGHTS, "repeated rows change which rows are held out"),
        **dict.fromkeys(STREAM, "calls partial_fit without X_val"),
    },
    "warm_start": {
        "check_supervised_y_2d": "a second fit continues from the first",
        "check_classifiers_multilabel_representation_invariance": (
            "a second fit continues from the first"
        ),
    },
    "loss poisson": {"check_regressor_multioutput": "its target has negative values"},
    "loss gamma": {"check_regressor_multioutput": "its target has negative values"},
    "loss tweedie": {"check_regressor_multioutput": "its target has negative values"},
    "three quantiles": dict.fromkeys(
        (
            "check_estimator_sparse_array",
            "check_estimator_sparse_matrix",
            "check_regressors_train",
            "check_regressor_multioutput",
        ),
        "predictions have an axis for the quantiles",
    ),
    "output_activation softmax": dict.fromkeys(
        (
            "check_classifier_multioutput",
            "check_classifiers_multilabel_representation_invariance",
            "check_classifiers_multilabel_output_format_predict",
            "check_classifiers_multilabel_output_format_predict_proba",
            "check_classifiers_multilabel_output_format_decision_function",
        ),
        "a softmax has one right class, a multilabel target any number",
    ),
    "output_activation softplus": {
        "check_regressors_train": "a positive prediction cannot follow a negative target"
    },
}


def run(name):
    warnings.simplefilter("ignore")  # the checks provoke warnings themselves
    checks = check_estimator(ESTIMATORS[name], on_skip=None, on_fail=None)
    return [(c["check_name"], c["status"], repr(c["exception"])) for c in checks]


if __name__ == "__main__":
    out, sys.stdout = sys.stdout, sys.stderr  # what the checks print is no result
    for line in sys.stdin:
        print(json.dumps(run(line.rstrip("\n"))), file=out, flush=True)
