"""Checks of what a user passes: a table, a target and weights, or ValueError.

In: arrays, lists and DataFrames of any kind. Out: Rows of floats, codes and NaN.
"""
