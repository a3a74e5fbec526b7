"""What each column of a table contributes to a prediction.

In: a Predictor, rows, and a background. Out: contributions that add up to the prediction.
"""
