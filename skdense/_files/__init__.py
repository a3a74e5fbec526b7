"""Model files of fitted estimators: no code, one checksum, atomic replacement.

In: the attributes of an estimator. Out: a file of plain values and arrays, and back.
"""
