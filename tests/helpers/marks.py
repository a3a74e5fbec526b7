"""Marks that many tests carry."""

import pytest
from plain import PlainClassifier, PlainRegressor

BOTH = pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
