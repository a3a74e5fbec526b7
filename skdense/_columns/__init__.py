"""From a checked table to the float matrix that the networks take.

In: numbers, codes of categories and NaN. Out: columns of a scale that networks train well on.
"""
