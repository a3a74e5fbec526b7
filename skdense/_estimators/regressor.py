"""DenseNetRegressor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from sklearn.base import RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from skdense._estimators.base import BaseDenseNet
from skdense._estimators.from_sklearn import adopt_regressor
from skdense._estimators.mc_dropout import mc_dropout
from skdense._input.features import FLOATS, check_X
from skdense._input.rows import Given
from skdense._settings.networks import output_layers
from skdense._settings.parameters import Activation, RandomState
from skdense._settings.rules import REGRESSOR_RULES
from skdense._settings.streaming import is_streaming
from skdense._target.labels import Classes
from skdense._target.numbers import NUMBERS, PlainNumbers
from skdense._training.attributes import FittedRegressorAttributes, check_is_predictor
from skdense._training.fitting import Tables
from skdense.engine import REGRESSION_LOSSES, Quantile, RegressionLoss
from skdense.engine.typing import Array


@dataclass(eq=False, repr=False, kw_only=True)
class DenseNetRegressor(FittedRegressorAttributes, RegressorMixin, BaseDenseNet):
    """Dense neural network for regression.

    Networks of dense layers that take a table as it is: numbers in any unit, categories, holes.
    The defaults follow RealMLP (Holzmueller et al. 2024); every part of them is a parameter, and
    those of scikit-learn's `MLPRegressor` are among these. `y` may have several outputs.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(128, 128, 128)
        Units of each hidden layer, from the input on; () leaves a linear model.
    activation : str, engine layer, or sequence of these, default="parametric_mish"
        Activation of the hidden layers; a sequence has one for each. "identity", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "tanh",
        "logistic", "softmax", or "parametric_relu", "parametric_selu" and "parametric_mish",
        which learn for each unit how much of the activation it takes; or an instance such as
        ``LeakyRelu(0.2)`` of `skdense.engine`.
    output_activation : str, engine layer or None, default=None
        Activation after the last dense layer, such as "softmax" for targets that add up
        to 1. It states the target's units, so that the target is then not scaled. Not
        with a loss that has a link of its own.
    normalization : {"batch", "layer"}, engine layer, None or sequence, default=None
        What brings each hidden layer's values to mean 0 and standard deviation 1, in front
        of its activation: "batch" each unit over the rows of a batch (batches are then of
        equal size; not with "lbfgs"), "layer" each row over its units; or an instance such
        as ``BatchNorm(momentum=0.8)`` of `skdense.engine`. A sequence has one for each
        layer.
    n_estimators : int or "auto", default="auto"
        Networks that are trained side by side, each from a start of its own, on an order of
        the rows of its own; their predictions are averaged. "auto": four, with "lbfgs" 1, which
        takes no other. 1 is the quick setting; see the guide for what more of them bring.
    categorical_features : "from_dtype", array-like or None, default="from_dtype"
        Which columns of `X` hold categories, as `HistGradientBoostingClassifier` has it:
        "from_dtype" those of a DataFrame whose dtype is categorical, or an array of names, of
        positions or of a truth value for each column. Two levels become one column of -1 and 1,
        up to eight one column each, more a learned vector. Missing and unknown ones are zero.
    feature_scaling : {"auto", "robust", "standard"} or None, default="auto"
        What brings columns to one size; it goes by the weights of the rows. Missing values
        stand at zero then, and have a column of their own that says so if `fit` saw some.

        - "robust" takes off the median, divides by the distance of the quartiles (where that is
          zero, by half the range), and bends what is left, x, smoothly to within 3:
          ``x / sqrt(1 + (x / 3) ** 2)``. Over a stream it keeps to the first batch.
        - "standard" takes off the mean and divides by the standard deviation.
        - None leaves the columns as they are.
        - "auto" is "robust", and over a stream "standard".

        Sparse columns are divided by their standard deviation, and with "robust" bent as well.
    numeric_embedding : str, None or sequence of these, default="auto"
        What each numeric column becomes besides itself; of several, the networks take one
        each in turn. Not for sparse tables.

        - "pbld": three linear combinations of 16 sine waves of learned frequency and phase.
        - "piecewise_linear": three linear combinations of how far a value has come through each
          of 16 bins, between quantiles of the rows and of the distinct values.
        - None: nothing.
        - "auto": both in turn, None for more than 50 numeric columns.
    category_embedding_size : int, default=8
        Length of the vector learned for each level of a category of more than eight.
    input_scale : bool or "auto", default="auto"
        Whether the first layer learns a factor for each column. "auto": where `X` is dense.
    parametrization : {"ntk", "standard"}, default="ntk"
        "ntk" divides the learning rate of the coefficients of a layer by the square root of its
        inputs, so that one rate suits layers of any width, and that of its intercepts by ten.
    initialization : {"auto", "data", "random"}, default="auto"
        How coefficients start. "data": such that on some of the rows each unit has a standard
        deviation of 1 and its zero somewhere among them. "random": without a look at them,
        normal with `parametrization` "ntk", else uniform as scikit-learn's (Glorot). "auto":
        "data", but "random" for fewer than 100 rows and for `loss` "gaussian".
    dropout : float in [0, 1), sequence of float or "auto", default="auto"
        Share of each hidden layer's outputs that a training step leaves out; a sequence
        has one for each. "auto": 0.15, for fewer than 100 rows none. Not with "lbfgs".
    dropout_schedule : str, callable or engine schedule, default="auto"
        What multiplies it in the course of training: as `learning_rate`. "auto":
        "flat_cosine", over a stream "constant".
    solver : {"adam", "sgd", "lbfgs"} or engine optimizer, default="adam"
        "adam" and "sgd" take mini-batches, "lbfgs" all rows at once, which suits a few
        thousand rows at most. An instance such as ``Adam(epsilon=1e-7)`` of
        `skdense.engine` brings hyperparameters of its own.
    alpha : float, default=0.0
        L2 penalty ``alpha / 2 * sum(coefs ** 2)``, added to the sum of a step's weighted
        losses, with "lbfgs" of all rows: twice the weights or twice the `batch_size`, half
        the penalty's part.
    weight_decay : float or "auto", default="auto"
        Share of the coefficients that each step takes off, times the learning rate:
        decoupled decay, AdamW's. "auto": 0.02. Not with "lbfgs".
    weight_decay_schedule : str, callable or engine schedule, default="auto"
        What multiplies it in the course of training: as `dropout_schedule`.
    max_grad_norm : float or None, default=None
        Longest gradient, by its Euclidean norm over all parameters, that a step takes as
        it is; a longer one is shortened to it. Not with "lbfgs".
    ema_decay : float in [0, 1), default=0.0
        With a value such as 0.99, the network is an average of the parameters over the
        steps, in which those of k steps ago count ``ema_decay ** k`` times as much as the
        last; 0 takes the last alone. Not with "lbfgs".
    batch_size : int or "auto", default="auto"
        Rows a step, at most; "auto" is about a sixteenth of the rows, within 64 and 256.
        With batch normalization batches are of equal size, and of two rows at least.
    learning_rate : str, callable or engine schedule, default="auto"
        How the learning rate follows the training, for "adam" as for "sgd".

        - "constant": `learning_rate_init` throughout.
        - "invscaling": ``learning_rate_init / (t + 1) ** power_t``, where t counts the
          rows of all epochs so far.
        - "adaptive": a fifth of it whenever `n_iter_no_change` epochs bring no
          improvement, until it is 1e-6 or less.
        - "cosine": half a cosine wave from `learning_rate_init` to 0 at `max_iter`.
        - "warmup_cosine": a straight rise from 0 over the first tenth, then "cosine".
        - "one_cycle": a rise from 1/25 over the first three tenths, then down to 4e-6.
        - "coslog4": four waves from 0 to `learning_rate_init` and back, each twice as
          long as the one before. Early stopping compares their ends alone.
        - "flat_cosine": `learning_rate_init` for the first half, then half a cosine wave to 0.
        - "auto": "coslog4", and over a stream, which has no end, "constant".
        - a function of the share of all steps done, in [0, 1): its value times
          `learning_rate_init`; or a `Schedule` of `skdense.engine`.
    learning_rate_init : float or "auto", default="auto"
        Learning rate that `learning_rate` multiplies. "auto": 0.2, or 0.04 if predictions are
        not the network's output itself; a tenth of it where `learning_rate` follows no plan to
        the end. With `parametrization` "standard", try a tenth of it.
    power_t : float, default=0.5
        Exponent of "invscaling".
    max_iter : int or "auto", default="auto"
        Epochs, for "lbfgs" iterations, at most. "auto": 48 for up to 8,000 rows, then ever
        fewer, 30 for 20,000, 14 for 100,000 and 8 at least; with "lbfgs" 200.
    shuffle : bool, default=True
        Whether each epoch takes the rows in a new order.
    random_state : int, RandomState instance or None, default=None
        Source of the starting parameters, of the split for early stopping, of the order
        of the rows and of dropout, in this order. An int gives the same network, to the
        bit, at each fit on the same machine, with any number of threads. None never touches
        NumPy's global source.
    tol : float, default=1e-4
        Improvement of the loss, or of the validation score, that counts; for "lbfgs" the
        largest entry of the gradient that counts as converged.
    verbose : bool or int, default=False
        Whether to print a line an epoch, with the number of epochs at most.
    warm_start : bool, default=False
        Whether `fit` goes on from the last fit: network, moments, random stream, order of
        the rows, split for early stopping, and the scaling of features and target. k fits of one
        epoch are then one fit of k epochs, unless the learning rate follows a plan, as
        "cosine" does, or plateaus, or early stopping goes back to a better epoch. Patience
        and `max_iter` count for each fit. "lbfgs" begins its search anew.
    momentum : float in [0, 1], default=0.9
        Momentum of "sgd".
    nesterovs_momentum : bool, default=True
        Whether that is Nesterov's.
    early_stopping : bool or "auto", default="auto"
        Whether to watch a score on validation data in place of the training loss, and to
        end with the parameters of the best epoch. The data are `X_val` and `y_val` of `fit`
        or else rows that each network holds out for itself; "lbfgs" holds none out, as
        scikit-learn's does not. "auto": yes, unless that would be fewer than 20 rows, or than
        there are classes; over a stream no.
    validation_fraction : float in [0, 1), default=0.1
        Share of the rows held out.
    scoring : str, callable or None, default=None
        The score, where more is better. None: that of `score`. "loss": minus the loss,
        without the penalty. A name of `sklearn.metrics.get_scorer_names` or a
        scorer: what that gives, with `sample_weight`.
    beta_1 : float in [0, 1), default=0.9
        Decay rate of the first moment of "adam".
    beta_2 : float in [0, 1), default=0.95
        Decay rate of the second moment of "adam".
    epsilon : float, default=1e-8
        Added to the root of the second moment of "adam", before that is corrected for its
        start at zero: `epsilon_hat` of `skdense.engine.Adam`.
    n_iter_no_change : int or inf, default=10
        Epochs in a row without an improvement by `tol` that end the training.
    max_fun : int, default=15000
        Evaluations of the loss, for "lbfgs": no iteration begins after so many.
    dtype : {"auto", "float32", "float64"} or None, default="auto"
        What to compute in. None: in the dtype of `X`. "auto": in float32 if `X` is, or if
        it has 200 rows or more and `solver` is not "lbfgs", which needs the digits;
        else in float64. Each fit decides; over a stream its first batch does.
    loss : str or engine loss, default="squared_error"
        What is minimized, summed over the outputs.

        - "squared_error": half the squared error; learns the mean.
        - "absolute_error": learns the median.
        - "huber": half the squared error up to 1.35 in units of the scaled target, linear
          beyond; a mean that outliers do not move far.
        - "quantile": the pinball loss; learns `quantile`.
        - "poisson", "gamma", "tweedie": half the deviance of counts and rates, of positive
          amounts, and (with power 1.5) of amounts that are often zero; logarithmic link.
          `y` must not be negative, with "gamma" it must be positive.
        - "gaussian": the negative log-likelihood of a normal distribution; learns mean and
          standard deviation, for ``predict(X, return_std=True)``.
        - an instance, such as ``Huber(delta=2)`` or ``Tweedie(power=1.9)`` of
          `skdense.engine` or of a subclass of its `RegressionLoss`.
    quantile : float or sequence of float in (0, 1), default=None
        For ``loss="quantile"``: the quantile, None being the median. A rising sequence
        learns several at once, which never cross; predictions then have an axis for them.
    target_scaling : "standard" or None, default="standard"
        "standard" trains on a target of mean 0 and standard deviation 1, with a loss of
        logarithmic link of mean 1; predictions are turned back. None takes `y` as it is.

    Attributes
    ----------
    coefs_ : list of ndarray of shape (n_in, n_out)
        Coefficients of each dense layer of the first network; it sees scaled features and
        a scaled target.
    intercepts_ : list of ndarray of shape (n_out,)
        Its intercepts.
    network_ : skdense.engine.Network
        The first network.
    networks_ : list of skdense.engine.Network
        All of them.
    resolved_params_ : dict
        What "auto" stood for in the last call, by parameter.
    is_categorical_ : ndarray of bool of shape (`n_features_in_`,), or None
        Which features are categories; None if none is.
    categories_ : list of ndarray
        Sorted categories of each of these.
    input_names_ : list of str
        What each column of the matrix is that the networks see: a feature, a category, or
        whether a feature is missing.
    input_center_, input_scale_ : ndarray
        What is taken off each of these columns, and what they are divided by, but for the
        codes of embedded categories, which come last.
    loss_ : float
        Loss of the last epoch: the rows' mean, each before its batch's step, with the
        penalty, in units of the scaled target.
    loss_curve_ : list of float of length `n_iter_`
        Loss of each epoch of the last call of `fit` or `partial_fit`.
    validation_loss_curve_ : list of float of length `n_iter_` or None
        Mean loss of the validation rows after each epoch, weighed as in training, without
        the penalty. None without validation data.
    best_loss_ : float or None
        Smallest loss; over a stream, of all its batches. None with early stopping.
    validation_scores_ : list of float of length `n_iter_` or None
        `scoring` on the validation rows, with their weights, after each epoch. None
        without validation data.
    best_validation_score_ : float or None
        The largest of these; with early stopping over a stream, of all its calls.
    best_iter_ : int or None
        Epoch, from 1 on, of the smallest loss, with early stopping of the largest score.
        None where an earlier call of `partial_fit` was better.
    stopped_early_ : bool
        Whether patience ended the training.
    n_iter_ : int
        Epochs, or iterations of "lbfgs", of the last call.
    t_ : int
        Rows trained on since the first call, repeats counted.
    n_layers_ : int
        Dense layers plus one, as scikit-learn counts them.
    n_outputs_ : int
        Columns of the network's output.
    out_activation_ : str
        What turns the output into predictions: "identity", "exp" for a logarithmic link,
        "steps" for several quantiles, "gaussian", or `output_activation`.
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if all are strings.

    See Also
    --------
    DenseNetClassifier : The same for classes.

    References
    ----------
    Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs and
    boosted trees on tabular data".

    Kingma & Ba (2015), "Adam: a method for stochastic optimization".

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skdense import DenseNetRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> regressor = DenseNetRegressor(random_state=0)
    >>> regressor.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    __module__ = "skdense"

    activation: Activation | Sequence[Activation] = "parametric_mish"
    loss: (
        Literal[
            "squared_error",
            "absolute_error",
            "huber",
            "quantile",
            "poisson",
            "gamma",
            "tweedie",
            "gaussian",
        ]
        | RegressionLoss
    ) = "squared_error"
    quantile: float | Sequence[float] | None = None
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

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Predict the target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        return_std : bool, default=False
            Whether to return the standard deviation too, which ``loss="gaussian"`` learns.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            In the target's unit; float32 if both `X` and the target of `fit` are, else
            float64. Several quantiles stand along one more axis, the last.
        y_std : ndarray of the same shape
            Only with `return_std`.
        """
        raw, target = self._raw(X), self._predictor.target
        prediction = target.predict(raw)
        return (prediction, target.std(raw)) if return_std else prediction

    def predict_mc_dropout(
        self, X: Any, n_samples: int = 100, random_state: RandomState = None
    ) -> Array:
        """Predict by many networks, each randomly thinned by dropout.

        Their spread tells how sure the network is of its prediction; the noise of the
        target comes on top of it.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        n_samples : int, default=100
            How many.
        random_state : int, RandomState instance or None, default=None
            Source of what is dropped.

        Returns
        -------
        y : ndarray of shape (n_samples, ...), else as of `predict`

        References
        ----------
        Gal & Ghahramani (2016), "Dropout as a Bayesian approximation: representing model
        uncertainty in deep learning".
        """
        check_is_predictor(self)
        predictor = self._predictor
        X = check_X(self, X, predictor.table)
        return mc_dropout(predictor, X, predictor.target.predict, n_samples, random_state)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Coefficient of determination, R2; for quantiles D2, the same of their own loss.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None

        Returns
        -------
        score : float
            1 at best; 0 is what a constant prediction scores.
        """
        return self._score(X, y, sample_weight)

    @available_if(is_streaming)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train for one pass over one batch of a stream.

        The optimizer's moments, the random stream and the scaling of features and target
        go on from batch to batch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Weights keep their meaning from batch to batch.
        X_val, y_val, sample_weight_val : as in `fit`
            Validation data, scored after the batch. With `early_stopping` they are needed
            at each call; `n_iter_no_change` then counts calls, and once they have brought
            no improvement, `stopped_early_` is True and the parameters are those of the
            best call. A stream that is continued after that counts anew. Callbacks are told
            of `fit` alone.

        Returns
        -------
        self : object
        """
        tables = Tables(Given(X, y, sample_weight), Given(X_val, y_val, sample_weight_val))
        return self._fit_batch(tables)

    def _make_loss(self) -> RegressionLoss:
        if self.quantile is None:
            return REGRESSION_LOSSES[self.loss] if isinstance(self.loss, str) else self.loss
        if self.loss != "quantile":
            raise ValueError(
                f"quantile={self.quantile!r} needs loss='quantile', got loss={self.loss!r}; leave "
                "quantile None for another loss."
            )
        return Quantile(self.quantile)  # type: ignore[arg-type]

    def _make_target(
        self, y: Array, classes: Classes = None, *, is_batch: bool = False
    ) -> PlainNumbers:
        loss, name = self._make_loss(), self.output_activation
        layers = output_layers(name)
        # a stated output activation also states the target's units
        if layers:
            if loss.out_activation != "identity":
                raise ValueError(
                    f"output_activation does not work with loss={self.loss!r}, which has a link "
                    "of its own; leave it None, or use loss='squared_error'."
                )
            activation = name if isinstance(name, str) else repr(name)
            return NUMBERS[None](y, loss, activation, layers)
        return NUMBERS[self.target_scaling](y, loss, loss.out_activation)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        loss = REGRESSION_LOSSES.get(self.loss) if isinstance(self.loss, str) else self.loss
        tags.target_tags.positive_only = isinstance(loss, RegressionLoss) and loss.positive_only
        return tags
