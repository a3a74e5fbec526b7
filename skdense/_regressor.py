"""DenseNetRegressor."""

from dataclasses import dataclass
from typing import Any, Literal, Self

from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.metaestimators import available_if

from skdense._base import BaseDenseNet, is_streaming, require_finite
from skdense._build import output_layers
from skdense._from_sklearn import adopt_regressor
from skdense._parameters import REGRESSOR_RULES
from skdense._rows import FLOATS
from skdense._targets import NUMBERS, Target
from skdense.engine import REGRESSION_LOSSES, Layer
from skdense.engine.layers import Array


@dataclass(eq=False, repr=False, kw_only=True)
class DenseNetRegressor(RegressorMixin, BaseDenseNet):
    """Dense neural network for regression.

    A multi-layer perceptron with the parameters of scikit-learn's `MLPRegressor` and more.
    It takes a target of one or several columns, in any unit.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Units of each hidden layer, from the input on; () leaves a linear model.
    activation : str, engine layer, or sequence of these, default="relu"
        Activation of the hidden layers; a sequence has one for each. "identity", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "tanh",
        "logistic" or "softmax", or an instance such as ``LeakyRelu(0.2)`` of
        `skdense.engine`.
    output_activation : str, engine layer or None, default=None
        Activation after the last dense layer, such as "softmax" for targets that add up
        to 1. It states the target's units, so that the target is then not scaled. Only
        with ``loss="squared_error"``.
    dropout : float in [0, 1) or sequence of float, default=0.0
        Share of each hidden layer's outputs that a training step leaves out; a sequence
        has one for each. Not with "lbfgs".
    solver : {"adam", "sgd", "lbfgs"} or engine optimizer, default="adam"
        "adam" and "sgd" take mini-batches, "lbfgs" all rows at once, which suits a few
        thousand rows at most. An instance such as ``Adam(epsilon=1e-7)`` of
        `skdense.engine` brings hyperparameters of its own.
    alpha : float, default=0.0001
        L2 penalty ``alpha / 2 * sum(coefs ** 2)``, added to the sum of the rows' weighted
        losses: twice the weights, half the penalty's part.
    weight_decay : float, default=0.0
        Share of the coefficients that each step takes off, times the learning rate:
        decoupled decay, AdamW's. Not with "lbfgs".
    batch_size : int or "auto", default="auto"
        Rows a step, at most; "auto" is ``min(200, n_samples)``.
    learning_rate : str, callable or engine schedule, default="constant"
        How the learning rate follows the training, for "adam" as for "sgd".

        - "constant": `learning_rate_init` throughout.
        - "invscaling": ``learning_rate_init / (t + 1) ** power_t``, where t counts the
          rows of all epochs so far.
        - "adaptive": a fifth of it whenever `n_iter_no_change` epochs bring no
          improvement, down to 1e-6.
        - "cosine": half a cosine wave from `learning_rate_init` to 0 at `max_iter`.
        - a function of the share of all steps done, in [0, 1): its value times
          `learning_rate_init`; or a `Schedule` of `skdense.engine`.
    learning_rate_init : float, default=0.001
        Learning rate that `learning_rate` starts from.
    power_t : float, default=0.5
        Exponent of "invscaling".
    max_iter : int, default=200
        Epochs, for "lbfgs" iterations, at most.
    shuffle : bool, default=True
        Whether each epoch takes the rows in a new order.
    random_state : int, RandomState instance or None, default=None
        Source of the starting parameters, of the split for early stopping, of the order
        of the rows and of dropout, in this order. An int gives the same network, to the
        bit, at each fit on the same machine and number of threads. None never touches
        NumPy's global source.
    tol : float, default=1e-4
        Improvement of the loss, or of the validation score, that counts; for "lbfgs" the
        largest entry of the gradient that counts as converged.
    verbose : bool or int, default=False
        Whether to print a line an epoch.
    warm_start : bool, default=False
        Whether `fit` goes on from the last fit: network, moments, random stream, order of
        the rows, and the scaling of features and target. k fits of one epoch are then one
        fit of k epochs, unless early stopping draws a split for each or the learning
        rate follows a plan. Patience and `max_iter` count for each fit.
    momentum : float in [0, 1], default=0.9
        Momentum of "sgd".
    nesterovs_momentum : bool, default=True
        Whether that is Nesterov's.
    early_stopping : bool, default=False
        Whether to hold out `validation_fraction` of the rows, to watch the coefficient of
        determination R2 on them in place of the training loss, and to end with the
        parameters of the best epoch. Without effect for "lbfgs".
    validation_fraction : float in [0, 1), default=0.1
        Share of the rows held out.
    beta_1 : float in [0, 1), default=0.9
        Decay rate of the first moment of "adam".
    beta_2 : float in [0, 1), default=0.999
        Decay rate of the second moment of "adam".
    epsilon : float, default=1e-8
        Added to the root of the second moment of "adam", before that is corrected for its
        start at zero: `epsilon_hat` of `skdense.engine.Adam`.
    n_iter_no_change : int or inf, default=10
        Epochs in a row without an improvement by `tol` that end the training.
    max_fun : int, default=15000
        Evaluations of the loss at most, for "lbfgs".
    feature_scaling : "standard" or None, default="standard"
        "standard" takes the (weighted) mean off each column and divides by its standard
        deviation; sparse columns are only divided. None leaves them as they are.
    dtype : {"auto", "float32", "float64"} or None, default="auto"
        What to compute in. None: in the dtype of `X`. "auto": in float32 if `X` is, or if
        it has 1,000 rows or more and `solver` is not "lbfgs", which needs the digits;
        else in float64. Each fit decides; over a stream its first batch does.
    loss : {"squared_error", "poisson"}, default="squared_error"
        Half the squared error, or half the Poisson deviance (for counts and rates; `y` not
        negative, logarithmic link); summed over the outputs.
    target_scaling : "standard" or None, default="standard"
        "standard" trains on a target of mean 0 and standard deviation 1, with the Poisson
        loss of mean 1; predictions are turned back. None takes `y` as it is.

    Attributes
    ----------
    coefs_ : list of ndarray of shape (n_in, n_out)
        Coefficients of each dense layer; the network sees scaled features and
        a scaled target.
    intercepts_ : list of ndarray of shape (n_out,)
        Intercepts of each dense layer.
    network_ : skdense.engine.Network
        The network itself.
    loss_ : float
        Loss of the last epoch: the rows' mean, each before its batch's step, with the
        penalty, in units of the scaled target.
    loss_curve_ : list of float of length n_iter_
        Loss of each epoch of the last call of `fit` or `partial_fit`.
    best_loss_ : float or None
        Smallest loss; over a stream, of all its batches. None with early stopping.
    validation_scores_ : list of float of length n_iter_ or None
        R2 on the held-out rows, with their `sample_weight`, after each epoch. None
        without early stopping.
    best_validation_score_ : float or None
        The largest of these.
    n_iter_ : int
        Epochs, or iterations of "lbfgs", of the last call.
    t_ : int
        Rows trained on since the first call, repeats counted.
    n_layers_ : int
        Dense layers plus one, as scikit-learn counts them.
    n_outputs_ : int
        Columns of the network's output.
    out_activation_ : str
        What turns the output into predictions: "identity", "exp" for the Poisson
        loss, or `output_activation`.
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, if all are strings.

    See Also
    --------
    DenseNetClassifier : The same for classes.

    References
    ----------
    Kingma & Ba (2015), "Adam: a method for stochastic optimization".

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skdense import DenseNetRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> regressor = DenseNetRegressor(learning_rate="cosine", max_iter=50, random_state=0)
    >>> regressor.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    loss: Literal["squared_error", "poisson"] = "squared_error"
    target_scaling: Literal["standard"] | None = "standard"

    _rules = REGRESSOR_RULES
    _y_dtype = FLOATS

    @classmethod
    def from_sklearn(cls, mlp: Any) -> Self:
        """A DenseNetRegressor that trains, or predicts, as an MLPRegressor does.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPRegressor
            Not fitted: the result has its settings, and with the same `random_state`
            draws the same starting parameters and orders of rows. Fitted: the result is
            fitted too, with its parameters.

        Returns
        -------
        regressor : DenseNetRegressor
            Without scaling, in the dtype of the data, as scikit-learn does.
        """
        return adopt_regressor(cls, mlp)

    def predict(self, X: Any) -> Array:
        """Predict the target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            In the target's unit; float32 if both `X` and the target of `fit` are, else
            float64.
        """
        raw = self._raw(X)
        return require_finite(self._model.target.predict(raw))

    @available_if(is_streaming)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one pass over one batch of a stream.

        The optimizer's moments, the random stream and the scaling of features and target
        go on from batch to batch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Weights keep their meaning from batch to batch.

        Returns
        -------
        self : object
        """
        return self._fit_batch(X, y, sample_weight)

    def _make_target(self, y: Array, classes: Any = None, *, is_batch: bool = False) -> Target:
        loss = REGRESSION_LOSSES[self.loss]
        # a stated output activation also states the target's units
        if self._output_layers():
            if self.loss != "squared_error":
                raise ValueError(
                    f"output_activation works with loss='squared_error', got loss={self.loss!r}, "
                    "whose own link is the output activation; leave it None."
                )
            name = self.output_activation
            return NUMBERS[None](y, loss, name if isinstance(name, str) else repr(name))
        return NUMBERS[self.target_scaling](y, loss, loss.out_activation)

    def _output_layers(self) -> list[Layer]:
        return output_layers(self.output_activation)

    def _validation_score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        return float(r2_score(y, prediction, sample_weight=weight))
