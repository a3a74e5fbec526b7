"""Cells of a user's table, alone and by the column.

In: values of any library. Out: what they are, and the numbers and moments that text stands for.
"""
