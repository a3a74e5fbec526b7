"""What kind of target `y` is, and what each kind asks of loss, output and predictions.

In: a checked `y`. Out: a Target, which encodes `y` and turns raw outputs into predictions.
"""
