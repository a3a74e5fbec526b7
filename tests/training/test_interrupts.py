"""Ctrl-C is raised, and leaves the estimator as it was."""

import pytest
from plain import PlainClassifier
from sklearn.model_selection import GridSearchCV

from skdense._training.callbacks import Reporter

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.pitfall(34)
@pytest.mark.parametrize("fitted_before", [False, True])
def test_ctrl_c_is_raised_and_leaves_the_estimator_as_it_was(fitted_before, wine, monkeypatch):
    # scikit-learn swallows it into a warning, and a search goes on
    X, y = wine
    net = PlainClassifier(max_iter=5, random_state=0)
    if fitted_before:
        net.fit(X, y)
    before = dict(vars(net))

    def interrupt(self, epoch):
        if epoch.number == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Reporter, "epoch_ends", interrupt)
    with pytest.raises(KeyboardInterrupt):
        net.fit(X[:50], y[:50])
    assert dict(vars(net)) == before


@pytest.mark.pitfall(34)
def test_ctrl_c_ends_a_stream_and_a_search_too(wine, monkeypatch):
    X, y = wine
    net = PlainClassifier(max_iter=5, random_state=0).partial_fit(X, y, classes=[0, 1, 2])
    before = dict(vars(net))

    def interrupt(self, epoch):
        raise KeyboardInterrupt

    monkeypatch.setattr(Reporter, "epoch_ends", interrupt)
    with pytest.raises(KeyboardInterrupt):
        net.partial_fit(X, y)
    assert dict(vars(net)) == before
    with pytest.raises(KeyboardInterrupt):
        GridSearchCV(net, {"alpha": [0, 1]}, cv=2, error_score=0).fit(X, y)
