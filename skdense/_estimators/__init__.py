"""The two public estimators, with inspection, saving and loading.

In: a table and its target, or a path. Out: an estimator with fitted attributes, or predictions.
"""
