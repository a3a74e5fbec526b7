"""What a user sees: the two estimators, and what they show, save and load.

In: a table and its target, or a path. Out: an estimator with fitted attributes, or predictions.
"""
