"""What a column of the first table is read as, and how the same column of later tables is.

In: columns of cells. Out: numbers, codes of categories and NaN.
"""
