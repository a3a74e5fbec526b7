"""How gradients move parameters: optimizers, schedules, the moving average.

In: a gradient and the progress of training. Out: what is subtracted from the parameters.
"""
