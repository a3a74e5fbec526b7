"""From settings and checked rows to networks that predict.

In: Settings, a Target and Rows. Out: a Trainer, whose Predictor has the trained networks.
"""
