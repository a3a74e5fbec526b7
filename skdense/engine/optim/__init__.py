"""How gradients move parameters: optimizers, schedules, the moving average.

In: a gradient and how far the training is. Out: what is taken off the parameters.
"""
