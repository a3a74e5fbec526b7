"""The loops of training: shards of batches, gradients, updates, epochs, and when to stop.

In: networks, rows and a Plan. Out: trained parameters, and an Epoch for each pass.
"""
