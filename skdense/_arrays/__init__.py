"""Statistics of arrays: quantiles, moments, missing values, overflow.

In: arrays of numbers. Out: numbers for each column, or an error that names the argument.
"""
