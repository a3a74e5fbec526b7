"""The few products that NumPy has no fast function for.

In: arrays of one dtype. Out: sums written into arrays that are there already.
"""
