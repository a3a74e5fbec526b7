"""The estimator DenseNetClassifier."""

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.neural_network import MLPClassifier
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from skdense._estimators.base import BaseDenseNet, MethodElsewhere
from skdense._estimators.from_sklearn import adopt_classifier
from skdense._estimators.mc_dropout import mc_dropout
from skdense._input.features import check_X
from skdense._input.rows import Given, Rows
from skdense._input.typing import ArrayLike, TableLike
from skdense._prediction.conformal import threshold
from skdense._settings.parameters import ClassifierParameters, RandomState
from skdense._settings.rules import CLASSIFIER_RULES
from skdense._settings.streaming import is_streaming_classes
from skdense._target.class_weight import ClassWeight
from skdense._target.classes import known_classes
from skdense._target.labels import Classes, Labels, labels_of
from skdense._training.attributes import FittedClassifierAttributes, check_is_predictor
from skdense._training.tables import Tables
from skdense.engine import CLASSIFICATION_LOSSES, ProbabilityLoss
from skdense.engine.typing import Array


class DenseNetClassifier(
    ClassifierParameters, FittedClassifierAttributes, ClassifierMixin, BaseDenseNet
):
    """Dense neural network for classification.

    A multilayer perceptron for tables as they are: numbers in any unit, text, dates, categories
    and missing values. The defaults follow RealMLP (Holzmueller et al. 2024); each part of that
    recipe is a parameter, and the parameters of scikit-learn's `MLPClassifier` are available too.
    `y` can have two or more classes, be a multilabel indicator matrix, or have several outputs of
    classes.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(128, 128, 128)
        Number of units in each hidden layer, from first to last. () gives a linear model.
    activation : str, engine layer, or sequence of these, default="parametric_selu"
        Activation function of the hidden layers; a sequence sets one for each layer. One of
        "identity", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus",
        "tanh", "logistic" and "softmax"; or of "parametric_relu", "parametric_selu" and
        "parametric_mish", which learn for each unit how to blend the activation with the
        identity; or an instance such as ``LeakyRelu(0.2)`` of `skdense.engine`.
    output_activation : {"softmax", "logistic"} or None, default=None
        None: "logistic" for two classes and for a multilabel target, else "softmax". "softmax"
        with two classes has one output for each; "logistic" with more than two is one-vs-rest,
        with probabilities normalized to sum to 1.
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
        in scikit-learn (Glorot). "auto": "data", but "random" for fewer than 100 rows.
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
        Learning rate that the schedule `learning_rate` multiplies. "auto": 0.04, or 0.004 with
        "sgd" and with schedules that do not depend on the planned end of the training. With
        `parametrization` "standard", try a tenth of it.
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
        Fraction of the rows to hold out; stratified by class if the target has one column.
    scoring : str, callable or None, default=None
        Validation score, where higher is better. None: the accuracy, with rows weighted as in
        training, including `class_weight`. "loss": minus the loss with the same weights, without
        the penalty. A name of `sklearn.metrics.get_scorer_names` or a scorer is called with
        `sample_weight`.
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
    loss : {"log_loss", "focal"} or engine loss, default="log_loss"
        "log_loss" is cross-entropy; "focal" (Lin et al. 2017) multiplies it by the square of one
        minus the probability of the true class, so that easy rows count less. Or an instance,
        such as ``Focal(gamma=1)`` of `skdense.engine` or of a subclass of its `ProbabilityLoss`.
    label_smoothing : float in [0, 1), default=0.1
        Fraction of each label that is spread evenly over all classes (Szegedy et al. 2016,
        "Rethinking the inception architecture", section 7).
    temperature_scaling : bool, default=True
        Whether to calibrate the probabilities on the validation rows: all raw predictions are
        multiplied by the factor, the inverse temperature, that minimizes the log loss of the mean
        prediction of the networks (Guo et al. 2017, "On calibration of modern neural networks").
        It restores the confidence that label smoothing and averaging remove. Without validation
        rows it has no effect.
    class_weight : dict, "balanced", list of these or None, default=None
        Weight of each class, which multiplies `sample_weight`; classes missing from a dict have
        weight 1. "balanced" gives all classes the same total weight. For several outputs, one
        value for all or a list with one for each; the weights of a row's classes are
        multiplied.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,), or list of such
        Sorted classes; for several outputs, a list with those of each. For a multilabel target,
        the column numbers.
    coefs_ : list of ndarray of shape (n_in, n_out)
        Coefficients of each dense layer of the first network, whose inputs are scaled features.
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
        its batch, including the penalty.
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
        Function that turns the output into predictions: "logistic" or "softmax".
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features seen in `fit`; defined only if all of them are strings.

    See Also
    --------
    DenseNetRegressor : Dense neural network for regression.

    References
    ----------
    Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs and
    boosted trees on tabular data".

    Kingma & Ba (2015), "Adam: a method for stochastic optimization".

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdense import DenseNetClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = DenseNetClassifier(random_state=0)
    >>> classifier.fit(X, y).predict(X[:3])
    array([0, 0, 0])
    >>> classifier.score(X, y) > 0.95
    True
    """

    __module__ = "skdense"

    _rules = CLASSIFIER_RULES
    _y_dtype = None

    @classmethod
    def from_sklearn(cls, mlp: MLPClassifier) -> Self:
        """Create a DenseNetClassifier from scikit-learn's MLPClassifier, fitted or not.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPClassifier
            If it is not fitted, the result has its settings and, with the same
            `random_state`, draws the same initial parameters and orders of the rows. If it
            is fitted, the result is fitted too, with the same parameters.

        Returns
        -------
        classifier : DenseNetClassifier
            Trains without scaling and in the dtype of the data, as scikit-learn does.
        """
        return adopt_classifier(cls, mlp)

    def predict(self, X: TableLike) -> Array:
        """Predict the classes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predicted classes, in the type of those of `fit`; of dtype object if the types of
            several outputs differ. For a multilabel target, an indicator matrix of its type.
        """
        raw = self._raw(X)
        return self._predictor.target.predict(raw)

    def predict_proba(self, X: TableLike) -> Any:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes), or list of such
            Probabilities, in the order of `classes_`. For a multilabel target, the
            probability of each label, of shape (n_samples, n_labels). For several outputs of
            classes, a list with one array for each.
        """
        raw = self._raw(X)
        return self._predictor.target.proba(raw)

    def predict_log_proba(self, X: TableLike) -> Any:
        """Predict the logarithm of the probability of each class.

        Computed from the network's output directly, so that it is finite even where the
        probability rounds to zero.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes), or list of such
            Log-probabilities, in the form of `predict_proba`.
        """
        raw = self._raw(X)
        return self._predictor.target.log_proba(raw)

    def decision_function(self, X: TableLike) -> Any:
        """Return raw scores: the network's output before the logistic or softmax function.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        score : ndarray of shape (n_samples,) or (n_samples, n_classes), or list of such
            For two classes, one score, positive for ``classes_[1]``. Otherwise one score for
            each class or label. For several outputs of classes, a list with one array for
            each.
        """
        raw = self._raw(X)
        return self._predictor.target.decision(raw)

    def predict_set(self, X: TableLike, coverage: float = 0.9) -> Any:
        """Predict sets of classes that contain the class of a new row with a given probability.

        A set has all classes whose probability exceeds one threshold. It comes from rows that the
        networks held out during `fit` (conformal prediction).

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        coverage : float, default=0.9
            Probability in (0, 1) that the class of a new row is in its set: on average over rows
            from the source of the training table, and for each output or label alone.

        Returns
        -------
        sets : ndarray of bool of shape (n_samples, n_classes), or list of such
            Which classes are in each set, in the order of `classes_`; a set may be empty if the
            classifier is right more often than `coverage`. A list for several outputs, with one
            array for each, and for a multilabel target, with two columns for each label: without
            it, and with it.

        Raises
        ------
        ValueError
            If `fit` held out no rows (``early_stopping=False``) or too few, or was given sample
            weights; after `partial_fit`.

        References
        ----------
        Sadinle, Lei & Wasserman (2019), "Least ambiguous set-valued classifiers with bounded error
        levels".
        """
        check_is_predictor(self)
        most = threshold(self._predictor.scores, coverage, "predict_set")
        return self._predictor.target.sets(self._raw(X), most)

    predict_interval = MethodElsewhere(
        "use predict_set for sets of classes, or DenseNetRegressor for intervals of numbers"
    )

    def predict_mc_dropout(
        self, X: TableLike, n_samples: int = 100, random_state: RandomState = None
    ) -> Any:
        """Predict probabilities repeatedly with dropout active (Monte Carlo dropout).

        The spread of the predictions measures the uncertainty of each probability.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        n_samples : int, default=100
            Number of predictions, each with its own dropout mask.
        random_state : int, RandomState instance or None, default=None
            Random number generator for the dropout masks.

        Returns
        -------
        proba : ndarray of shape (n_samples, ...), or list of such
            Predictions of `predict_proba`, stacked along a new first axis.

        References
        ----------
        Gal & Ghahramani (2016), "Dropout as a Bayesian approximation: representing model
        uncertainty in deep learning".
        """
        check_is_predictor(self)
        predictor = self._predictor
        X = check_X(self, X, predictor.table)
        return mc_dropout(predictor, X, predictor.target.proba, n_samples, random_state)

    def score(self, X: TableLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Return the accuracy; for several outputs or labels, a row must be right in all.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None

        Returns
        -------
        score : float
            Fraction of the rows that are classified correctly.
        """
        return self._score(X, y, sample_weight)

    @available_if(is_streaming_classes)
    def partial_fit(
        self,
        X: TableLike,
        y: ArrayLike,
        sample_weight: ArrayLike = None,
        classes: Classes = None,
        *,
        X_val: TableLike = None,
        y_val: ArrayLike = None,
        sample_weight_val: ArrayLike = None,
    ) -> Self:
        """Train for one pass over one batch of a stream.

        The optimizer's moments, the random number generator and the scaling of the features
        are carried over from batch to batch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            It need not contain all of `classes`.
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Sample weights, on the same scale in all batches.
        classes : array-like of shape (n_classes,), or list of such, default=None
            All classes of the stream, required at the first call; for several outputs of
            classes, a list with those of each. Not required for a multilabel `y`.
        X_val, y_val, sample_weight_val : as in `fit`
            Validation data, scored after the batch. With `early_stopping` each call needs
            them, and `n_iter_no_change` counts calls: after so many without an improvement,
            `stopped_early_` is True and the parameters are those of the best call. Further
            calls start a new count. Callbacks are called by `fit` only.

        Returns
        -------
        self : object
        """
        if classes is not None and hasattr(self, "classes_"):
            self._check_same_classes(classes)
        tables = Tables(Given(X, y, sample_weight), Given(X_val, y_val, sample_weight_val))
        return self._fit_batch(tables, classes)

    def _check_same_classes(self, classes: Classes) -> None:
        several = isinstance(self.classes_, list)
        known = self.classes_ if several else [self.classes_]
        given = known_classes(classes if several else [classes], len(known))
        if not all(map(np.array_equal, given, known)):
            raise ValueError(
                f"classes must be the same as at the first call, {self.classes_!r}, got "
                f"{classes!r}; omit classes, or use a new estimator."
            )

    def _make_target(
        self, rows: Rows, classes: Classes = None, *, is_batch: bool = False
    ) -> Labels:
        loss, activation = self._make_loss(), self.output_activation
        return labels_of(
            rows.y, activation, loss, self.label_smoothing, classes, is_batch=is_batch
        )

    def _make_loss(self) -> ProbabilityLoss:
        return CLASSIFICATION_LOSSES[self.loss] if isinstance(self.loss, str) else self.loss

    @property
    def _class_weight(self) -> ClassWeight:
        return self.class_weight

    @property
    def _calibrates(self) -> bool:
        return self.temperature_scaling

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
