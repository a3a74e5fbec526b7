"""What a fit is to do: parameters checked, "auto" resolved, layers and optimizer built.

In: the parameters of an estimator and what is known of its data. Out: one frozen Settings.
"""
