"""The kinds of target, each with its loss, network output and predictions.

In: a checked `y`. Out: a Target, which encodes `y` and turns raw outputs into predictions.
"""
