"""A user's table of any library, read column by column.

In: DataFrames and rows of objects. Out: numbers, codes of categories and NaN, in float64.
"""
