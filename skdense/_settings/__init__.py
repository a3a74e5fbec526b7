"""The settings of a fit: check parameters, resolve "auto", build layers and optimizer.

In: the parameters of an estimator and the properties of its data. Out: one frozen Settings.
"""
