"""Losses: the distance of raw predictions from a target, and what they predict.

In: the network's output and the encoded target. Out: losses, gradients and predictions.
"""
