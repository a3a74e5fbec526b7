"""The steps of a network, each with its forward and backward pass.

In: a Frame, everything a layer sees of a batch. Out: its output and its gradients.
"""
