"""What a user gives, checked: a table, a target and weights, or one clear sentence.

In: arrays, lists and DataFrames of any kind. Out: Rows of floats, codes and NaN.
"""
