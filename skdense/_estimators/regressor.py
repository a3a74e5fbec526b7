"""The estimator DenseNetRegressor."""

from typing import Any, Self

from sklearn.base import RegressorMixin
from sklearn.neural_network import MLPRegressor
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from skdense._estimators.base import BaseDenseNet, MethodElsewhere
from skdense._estimators.from_sklearn import adopt_regressor
from skdense._estimators.mc_dropout import mc_dropout
from skdense._input.features import FLOATS, check_X
from skdense._input.rows import Given, Rows
from skdense._input.typing import ArrayLike, TableLike
from skdense._prediction.conformal import threshold
from skdense._settings.networks import output_layers
from skdense._settings.parameters import RandomState, RegressorParameters
from skdense._settings.rules import REGRESSOR_RULES
from skdense._settings.streaming import is_streaming
from skdense._target.labels import Classes
from skdense._target.numbers import NUMBERS, PlainNumbers
from skdense._training.attributes import FittedRegressorAttributes, check_is_predictor
from skdense._training.tables import Tables
from skdense.engine import REGRESSION_LOSSES, Quantile, RegressionLoss
from skdense.engine.typing import Array


class DenseNetRegressor(
    RegressorParameters, FittedRegressorAttributes, RegressorMixin, BaseDenseNet
):
    """Dense neural network for regression.

    A multilayer perceptron for tables as they are: numbers in any unit, text, dates, categories
    and missing values. The defaults follow RealMLP (Holzmueller et al. 2024); each part of that
    recipe is a parameter, and the parameters of scikit-learn's `MLPRegressor` are available too.
    `y` can have several outputs.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(128, 128, 128)
        Number of units in each hidden layer, from first to last. () gives a linear model.
    activation : str, engine layer, or sequence of these, default="parametric_mish"
        Activation function of the hidden layers; a sequence sets one for each layer. One of
        "identity", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus",
        "tanh", "logistic" and "softmax"; or of "parametric_relu", "parametric_selu" and
        "parametric_mish", which learn for each unit how to blend the activation with the
        identity; or an instance such as ``LeakyRelu(0.2)`` of `skdense.engine`.
    output_activation : str, engine layer or None, default=None
        Activation after the last dense layer, such as "softmax" for targets that sum to 1. Its
        outputs are predictions in the units of the target, so the target is not scaled. Not with
        a loss that has its own link function.
    normalization : {"batch", "layer"}, engine layer, None or sequence, default=None
        Normalization of the values of each hidden layer to mean 0 and standard deviation 1,
        before its activation; a sequence sets one for each layer. "batch" normalizes each unit
        over the rows of a batch (all batches then have the same size; not with "lbfgs"), "layer"
        normalizes each row over the units. An instance such as ``BatchNorm(momentum=0.8)`` of
        `skdense.engine` sets its own hyperparameters. None: no normalization.
    n_estimators : int or "auto", default="auto"
        Number of networks to train. Each has its own initial parameters and its own order of the
        rows; their predictions are averaged. "auto": 12 for 100 to 500 rows, 6 for 1,000, 4
        from 1,500 rows on, below 100 rows and over a stream; 1 with "lbfgs", which allows no
        other value. 1 trains fastest; the guide shows what more networks gain.
    categorical_features : {"auto", "from_dtype"}, array-like or None, default="auto"
        Which columns of `X` are categorical, and how those of a DataFrame are read:

        - "auto" reads each column of a DataFrame by what it holds, as `columns_` shows. Columns of
          a categorical dtype, of text and of booleans are categorical. Text that stands for
          numbers becomes numbers, and dates (also as text) become the days since 1970 and the
          year, month, weekday (0 on Mondays) and hour, as far as they vary. A column in which
          nearly every row has a text of its own is left out, with a warning. Of an array, all
          columns are numbers.
        - An array of names, positions or one boolean for each column selects the categorical
          columns; the others are read as by "auto".
        - "from_dtype" selects the columns of a DataFrame that have a categorical dtype, as in
          `HistGradientBoostingClassifier`, and refuses text and dates.
        - None takes all columns for numbers.

        A category with two levels becomes one column of -1 and 1, one with up to eight levels one
        column for each level, one with more a learned vector. A missing category has a meaning of
        its own if `fit` saw some; a category that `fit` did not see counts as the mean of those
        that it saw, as does a missing one if it saw none.
    feature_scaling : {"auto", "robust", "standard"} or None, default="auto"
        How to scale the columns; sample weights are taken into account. After scaling, missing
        values are replaced by zero; a column with missing values in `fit` also gets a column that
        indicates where they are.

        - "robust" subtracts the median, divides by the interquartile range (if that is zero, by
          half the range) and squashes the result x smoothly to between -3 and 3:
          ``x / sqrt(1 + (x / 3) ** 2)``. Over a stream, the first batch determines the scaling.
        - "standard" subtracts the mean and divides by the standard deviation.
        - None leaves the columns unscaled.
        - "auto": "robust", or "standard" over a stream.

        Columns of a sparse `X` are divided by their standard deviation; "robust" also squashes
        them.
    numeric_embedding : str, engine layer, None or sequence of these, default="auto"
        Embedding of each numeric column; the networks get its columns in addition to the column
        itself. With a sequence, the networks use its entries in turn. Not for sparse tables.

        - "pbld": three linear combinations of 16 sine waves with learned frequencies and phases.
        - "piecewise_linear": three linear combinations of a piecewise linear encoding: for each
          of 16 bins, the fraction of the bin below the value. The bin edges are quantiles of the
          rows and of the distinct values.
        - A `skdense.engine.PeriodicEmbedding` or `PiecewiseLinearEmbedding` with other
          frequencies, bins or numbers of columns; `learning_rate` is 0.1 in those of the names.
        - None: no embedding.
        - "auto": sine waves and bins in turn, with other frequencies and numbers of bins in each
          of up to eight networks, as `resolved_params_` shows; None and bins in turn above 50
          numeric columns, None above 100.
    category_embedding_size : int, default=8
        Length of the vector learned for each level of a category with more than eight levels.
    target_encoding : bool or "auto", default="auto"
        Whether categories of more than 30 levels also become statistics of the target: for each
        level the mean of `y`, or of each class, shrunk towards that of all rows, and the number of
        rows. A row that a network is trained on gets the statistics of other such rows. Rare
        levels then share a learned vector. "auto": True, but False over a stream, for fewer than
        100 rows, or for more than 30 classes or outputs.
    input_scale : bool or "auto", default="auto"
        Whether the first layer learns a factor for each column. "auto": True if `X` is dense.
    parametrization : {"ntk", "standard"}, default="ntk"
        "ntk" (neural tangent kernel) divides the learning rate of the coefficients of a layer by
        the square root of its number of inputs, so that one learning rate suits layers of any
        width, and that of its intercepts by ten. "standard" uses one rate for both.
    initialization : {"auto", "data", "random"}, default="auto"
        How to initialize the coefficients. "data": such that each unit has standard deviation 1
        on a sample of the rows and its zero within their range. "random": independently of the
        data, from a normal distribution with `parametrization` "ntk", else from a uniform one as
        in scikit-learn (Glorot). "auto": "data", but "random" for fewer than 100 rows
        and for `loss` "gaussian".
    dropout : float in [0, 1), sequence of float or "auto", default="auto"
        Fraction of the outputs of each hidden layer that is dropped in each training step; a
        sequence sets one for each layer. "auto": 0.15, or 0 for fewer than 100 rows. Not with
        "lbfgs".
    dropout_schedule : str, callable or engine schedule, default="auto"
        Schedule of a factor that multiplies `dropout` during training; takes the same values as
        `learning_rate`. "auto": "flat_cosine", or "constant" over a stream.
    solver : {"adam", "sgd", "lbfgs"} or engine optimizer, default="adam"
        "adam" and "sgd" train on mini-batches; "lbfgs" uses all rows in each iteration and suits
        at most a few thousand rows. An instance such as ``Adam(epsilon=1e-7)`` of
        `skdense.engine` sets its own hyperparameters.
    alpha : float, default=0.0
        Strength of the L2 penalty ``alpha / 2 * sum(coefs ** 2)``. It is added to the sum of the
        weighted losses of a batch, with "lbfgs" of all rows, so that doubling the sample weights
        or the `batch_size` halves its relative strength.
    weight_decay : float or "auto", default="auto"
        Decoupled weight decay, as in AdamW: each step subtracts this fraction of the
        coefficients, times the learning rate. "auto": 0.02. Not with "lbfgs".
    weight_decay_schedule : str, callable or engine schedule, default="auto"
        Schedule of a factor that multiplies `weight_decay` during training, as for
        `dropout_schedule`.
    max_grad_norm : float or None, default=None
        Maximum Euclidean norm of the gradient over all parameters; a longer gradient is scaled
        down to it. None: no limit. Not with "lbfgs".
    ema_decay : float in [0, 1), default=0.0
        Decay of an exponential moving average of the parameters over the steps. With a value
        such as 0.99, the fitted network is this average, in which the parameters of k steps ago
        have ``ema_decay ** k`` times the weight of the last ones. 0 keeps the last parameters.
        Not with "lbfgs".
    batch_size : int or "auto", default="auto"
        Maximum number of rows in a batch. "auto": about a sixteenth of the rows, at least 64 and
        at most 256. With batch normalization all batches have the same size, of at least two
        rows.
    learning_rate : str, callable or engine schedule, default="auto"
        Schedule of the learning rate, for both "adam" and "sgd".

        - "constant": `learning_rate_init` throughout.
        - "invscaling": ``learning_rate_init / (t + 1) ** power_t``, where t is the number of rows
          seen in all epochs so far.
        - "adaptive": divided by five whenever `n_iter_no_change` epochs bring no improvement,
          until it is 1e-6 or less.
        - "cosine": half a cosine wave from `learning_rate_init` to 0 at `max_iter`.
        - "warmup_cosine": a linear rise from 0 over the first tenth of the training, then
          "cosine".
        - "one_cycle": a rise from 1/25 of `learning_rate_init` over the first three tenths of the
          training, then a fall to 4e-6 of it.
        - "coslog4": four cycles from 0 to `learning_rate_init` and back, each twice as long as the
          one before. Early stopping compares only the epochs at the ends of the cycles.
        - "flat_cosine": `learning_rate_init` for the first half of the training, then half a
          cosine wave to 0.
        - "auto": "coslog4", or "constant" over a stream, which has no known end.
        - a function of the fraction of all steps done, in [0, 1), whose value multiplies
          `learning_rate_init`; or a `Schedule` of `skdense.engine`.
    learning_rate_init : float or "auto", default="auto"
        Learning rate that the schedule `learning_rate` multiplies. "auto": 0.2, less in proportion
        for fewer than 100 steps; 0.04 unless the output of the network itself is the prediction
        (`out_activation_` "identity"); a tenth of these with "sgd" and with schedules that do not
        depend on the planned end of the training. With `parametrization` "standard", try a tenth
        of it.
    power_t : float, default=0.5
        Exponent of the "invscaling" learning rate.
    max_iter : int or "auto", default="auto"
        Maximum number of epochs, or of iterations with "lbfgs". "auto": 48 for up to 8,000 rows
        and fewer for more rows (30 for 20,000, 14 for 100,000, at least 8), but as many as 150
        steps take; 200 with "lbfgs".
    max_seconds : float or None, default=None
        Wall-clock time that `fit` may take, in seconds, from checking the table to calibrating
        the probabilities. The speed of some steps, which are thrown away, decides on the number
        of epochs, at most `max_iter` and as many as 150 steps take at least, such that the
        schedules still come to their end. The result depends on the machine;
        ``resolved_params_["max_iter"]`` as `max_iter` repeats it. "lbfgs" ends with the last
        iteration that there is time for. Without effect on `partial_fit` and `resume`. None: no
        limit.
    shuffle : bool, default=True
        Whether to shuffle the rows before each epoch.
    random_state : int, RandomState instance or None, default=None
        Random number generator for the initial parameters, the split for early stopping, the
        order of the rows and dropout, in this order. With an int, every fit on the same machine
        gives bit for bit the same network, with any number of threads. None never uses NumPy's
        global generator.
    tol : float, default=1e-4
        Minimum improvement of the loss, or of the validation score, that counts as one. With
        "lbfgs", the solver has converged when no gradient entry is larger.
    verbose : bool or int, default=False
        Whether to print one line for each epoch, with the maximum number of epochs and the time
        that they still take.
    warm_start : bool, default=False
        Whether `fit` continues from the last fit: it reuses the network, the optimizer's moments,
        the state of the random number generator, the order of the rows, the split for early
        stopping, and the scaling of the data. k fits of one epoch then equal one fit of k epochs,
        unless the learning rate depends on the planned end of the training, as "cosine"
        does, or on plateaus, or early stopping returns to an earlier epoch. `n_iter_no_change`
        and `max_iter` count within each fit. "lbfgs" starts its search anew.
    momentum : float in [0, 1], default=0.9
        Momentum of "sgd".
    nesterovs_momentum : bool, default=True
        Whether "sgd" uses Nesterov's momentum.
    early_stopping : bool or "auto", default="auto"
        Whether to monitor a score on validation data instead of the training loss, and to keep
        the parameters of the best epoch. The validation data are `X_val` and `y_val` of `fit` or,
        without these, rows that each network holds out for itself; "lbfgs" holds out no rows, as
        in scikit-learn. "auto": True, unless fewer than 20 rows, or fewer rows than classes, would
        be held out; False over a stream.
    validation_fraction : float in [0, 1), default=0.1
        Fraction of the rows to hold out.
    scoring : str, callable or None, default=None
        Validation score, where higher is better. None: that of `score`. "loss": minus the loss,
        without the penalty. A name of `sklearn.metrics.get_scorer_names` or a scorer is called
        with `sample_weight`.
    beta_1 : float in [0, 1), default=0.9
        Decay rate of the first moment of "adam".
    beta_2 : float in [0, 1), default=0.95
        Decay rate of the second moment of "adam".
    epsilon : float, default=1e-8
        Added to the square root of the second moment of "adam" before its bias correction:
        `epsilon_hat` of `skdense.engine.Adam`.
    n_iter_no_change : int or inf, default=10
        Number of consecutive epochs without an improvement of at least `tol` after which training
        stops.
    max_fun : int, default=15000
        Maximum number of loss evaluations with "lbfgs": no iteration starts after so many.
    dtype : {"auto", "float32", "float64"} or None, default="auto"
        Floating-point type of the computation. None: the dtype of `X`. "auto": float32 if `X` is
        float32, or if it has at least 200 rows and `solver` is not "lbfgs", which needs double
        precision; else float64. Each fit decides anew; over a stream, the first batch decides.
    loss : str or engine loss, default="squared_error"
        Loss to minimize, summed over the outputs.

        - "squared_error": half the squared error; predicts the mean.
        - "absolute_error": predicts the median.
        - "huber": half the squared error up to an error of 1.35 in units of the scaled target,
          linear beyond; predicts a mean that is robust to outliers.
        - "quantile": the pinball loss; predicts `quantile`.
        - "poisson", "gamma", "tweedie": half the deviance, for counts and rates, for positive
          amounts, and (with power 1.5) for amounts that are often zero; with a log link. `y` must
          not be negative; with "gamma" it must be positive.
        - "gaussian": the negative log-likelihood of a normal distribution; predicts mean and
          standard deviation, see ``predict(X, return_std=True)``.
        - an instance, such as ``Huber(delta=2)`` or ``Tweedie(power=1.9)`` of `skdense.engine` or
          of a subclass of its `RegressionLoss`.
    quantile : float or sequence of float in (0, 1), default=None
        Quantile for ``loss="quantile"``; None is the median. An increasing sequence predicts
        several quantiles at once, which never cross; predictions then have an additional axis.
    target_scaling : "standard" or None, default="standard"
        "standard" trains on the target scaled to mean 0 and standard deviation 1, or to mean 1 if
        the loss has a log link; predictions are transformed back. None leaves `y` unscaled.

    Attributes
    ----------
    coefs_ : list of ndarray of shape (n_in, n_out)
        Coefficients of each dense layer of the first network, whose inputs are scaled features
        and whose output is a scaled target.
    intercepts_ : list of ndarray of shape (n_out,)
        Intercepts of these layers.
    network_ : skdense.engine.Network
        The first network.
    networks_ : list of skdense.engine.Network
        All networks.
    resolved_params_ : dict
        Value of each "auto" parameter in the last call, by name, and of `max_iter` if
        `max_seconds` lowered it.
    columns_ : ColumnSummary
        What each column of `X` is read as, and how many values are missing; prints as a table.
    is_categorical_ : ndarray of bool of shape (`n_features_in_`,), or None
        Mask of the categorical features; None if there are none.
    categories_ : list of ndarray
        Sorted categories of each categorical feature.
    input_names_ : list of str
        Names of the columns of the matrix that the networks are trained on: each is a feature, a
        part of a date, a category, a statistic of categories, or an indicator of missing values.
    input_center_, input_scale_ : ndarray
        What is subtracted from each of these columns, and what the result is divided by. The
        codes of embedded categories, which come last, have no entry.
    loss_ : float
        Training loss of the last epoch: the mean over the rows, each evaluated before the step of
        its batch, including the penalty, in units of the scaled target.
    loss_curve_ : list of float of length `n_iter_`
        Loss of each epoch of the last call of `fit` or `partial_fit`.
    validation_loss_curve_ : list of float of length `n_iter_` or None
        Mean loss of the validation rows after each epoch, weighted as in training, without the
        penalty. None without validation data.
    best_loss_ : float or None
        Smallest loss, over a stream that of all batches. None with early stopping.
    validation_scores_ : list of float of length `n_iter_` or None
        `scoring` on the validation rows, with their weights, after each epoch. None without
        validation data.
    best_validation_score_ : float or None
        Largest validation score; with early stopping over a stream, that of all calls.
    best_iter_ : int or None
        Epoch, counted from 1, of the smallest loss or, with early stopping, of the largest score.
        None if an earlier call of `partial_fit` was better.
    stopped_early_ : bool
        Whether training stopped because the loss or the validation score no longer improved.
    n_iter_ : int
        Number of epochs, or of iterations of "lbfgs", in the last call.
    t_ : int
        Number of rows trained on since the first call, counting repeats.
    n_layers_ : int
        Number of dense layers plus one, as scikit-learn counts them.
    n_outputs_ : int
        Number of columns of the network's output.
    out_activation_ : str
        Function that turns the output into predictions: "identity", "exp" for a log link, "steps"
        for several quantiles, "gaussian", or `output_activation`.
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features seen in `fit`; defined only if all of them are strings.

    See Also
    --------
    DenseNetClassifier : Dense neural network for classification.

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

    _rules = REGRESSOR_RULES
    _y_dtype = FLOATS

    @classmethod
    def from_sklearn(cls, mlp: MLPRegressor) -> Self:
        """Create a DenseNetRegressor from scikit-learn's MLPRegressor, fitted or not.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPRegressor
            If it is not fitted, the result has its settings and, with the same
            `random_state`, draws the same initial parameters and orders of the rows. If it
            is fitted, the result is fitted too, with the same parameters.

        Returns
        -------
        regressor : DenseNetRegressor
            Trains without scaling and in the dtype of the data, as scikit-learn does.
        """
        return adopt_regressor(cls, mlp)

    def predict(self, X: TableLike, return_std: bool = False) -> Any:
        """Predict the target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        return_std : bool, default=False
            Whether to return the standard deviation too; needs ``loss="gaussian"``.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions in the units of the target; float32 if both `X` and the table of `fit`
            are and float32 can hold the target, else float64. Several quantiles are along an
            additional last axis.
        y_std : ndarray of the same shape
            Standard deviations; only with `return_std`.
        """
        raw, target = self._raw(X), self._predictor.target
        prediction = target.predict(raw)
        return (prediction, target.std(raw)) if return_std else prediction

    def predict_interval(self, X: TableLike, coverage: float = 0.9) -> Array:
        """Predict intervals that contain new targets with a given probability.

        The widths come from rows that the networks held out during `fit`, whatever the
        distribution of the target (conformal prediction). All intervals are of one width, unless
        the loss says how far targets scatter: in proportion to the standard deviation of
        "gaussian", to the distance of several quantiles, and to the power of the mean that
        "poisson", "gamma" and "tweedie" stand for.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        coverage : float, default=0.9
            Probability in (0, 1) that the target of a new row lies within its interval: on average
            over rows from the source of the training table, and for each output alone.

        Returns
        -------
        interval : ndarray of shape (n_samples, 2) or (n_samples, n_outputs, 2)
            Lower and upper bounds, in the units of the target.

        Raises
        ------
        ValueError
            If `fit` held out no rows (``early_stopping=False``) or too few, or was given sample
            weights; after `partial_fit`.

        References
        ----------
        Lei et al. (2018), "Distribution-free predictive inference for regression".

        Kim, Xu & Barber (2020), "Predictive inference is free with the
        jackknife+-after-bootstrap".
        """
        check_is_predictor(self)
        most = threshold(self._predictor.scores, coverage, "predict_interval")
        return self._predictor.target.interval(self._raw(X), most)

    predict_set = MethodElsewhere(
        "use predict_interval for intervals of numbers, or DenseNetClassifier for sets of classes"
    )

    def predict_mc_dropout(
        self, X: TableLike, n_samples: int = 100, random_state: RandomState = None
    ) -> Array:
        """Predict repeatedly with dropout active (Monte Carlo dropout).

        The spread of the predictions measures the uncertainty of the network; it does not
        include the noise of the target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        n_samples : int, default=100
            Number of predictions, each with its own dropout mask.
        random_state : int, RandomState instance or None, default=None
            Random number generator for the dropout masks.

        Returns
        -------
        y : ndarray of shape (n_samples, ...)
            Predictions of `predict`, stacked along a new first axis.

        References
        ----------
        Gal & Ghahramani (2016), "Dropout as a Bayesian approximation: representing model
        uncertainty in deep learning".
        """
        check_is_predictor(self)
        predictor = self._predictor
        X = check_X(self, X, predictor.table)
        return mc_dropout(predictor, X, predictor.target.predict, n_samples, random_state)

    def score(self, X: TableLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Return the coefficient of determination R2; for quantiles, D2 of the pinball loss.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None

        Returns
        -------
        score : float
            At most 1; the best constant prediction scores 0.
        """
        return self._score(X, y, sample_weight)

    @available_if(is_streaming)
    def partial_fit(
        self,
        X: TableLike,
        y: ArrayLike,
        sample_weight: ArrayLike = None,
        *,
        X_val: TableLike = None,
        y_val: ArrayLike = None,
        sample_weight_val: ArrayLike = None,
    ) -> Self:
        """Train for one pass over one batch of a stream.

        The optimizer's moments, the random number generator and the scaling of features and
        target are carried over from batch to batch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Sample weights, on the same scale in all batches.
        X_val, y_val, sample_weight_val : as in `fit`
            Validation data, scored after the batch. With `early_stopping` each call needs
            them, and `n_iter_no_change` counts calls: after so many without an improvement,
            `stopped_early_` is True and the parameters are those of the best call. Further
            calls start a new count. Callbacks are called by `fit` only.

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
                f"quantile={self.quantile!r} needs loss='quantile', got loss={self.loss!r}; use "
                "quantile=None with other losses."
            )
        return Quantile(self.quantile)  # type: ignore[arg-type]

    def _make_target(
        self, rows: Rows, classes: Classes = None, *, is_batch: bool = False
    ) -> PlainNumbers:
        loss, name = self._make_loss(), self.output_activation
        y, dtype = rows.y, rows.X.dtype
        layers = output_layers(name)
        # a given output activation predicts in the units of the target
        if layers:
            if loss.out_activation != "identity":
                raise ValueError(
                    f"output_activation does not work with loss={self.loss!r}, which has its own "
                    "link function; use output_activation=None, or loss='squared_error'."
                )
            activation = name if isinstance(name, str) else repr(name)
            return NUMBERS[None](y, dtype, loss, activation, layers)
        return NUMBERS[self.target_scaling](y, dtype, loss, loss.out_activation)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        loss = REGRESSION_LOSSES.get(self.loss) if isinstance(self.loss, str) else self.loss
        tags.target_tags.positive_only = isinstance(loss, RegressionLoss) and loss.positive_only
        return tags
