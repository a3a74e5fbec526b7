"""Products that NumPy has no fast function for.

In: arrays of one dtype. Out: sums added to existing arrays.
"""
