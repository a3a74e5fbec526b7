"""From a checked table to the float matrix that the networks see.

In: numbers, codes of categories and NaN. Out: columns of a size that networks train well on.
"""
