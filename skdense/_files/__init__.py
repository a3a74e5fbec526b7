"""A fitted estimator on the disk: no code, one checksum, replaced as a whole.

In: the attributes of an estimator. Out: a file of plain values and arrays, and back.
"""
