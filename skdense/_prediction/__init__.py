"""From networks to predictions, and how good these are for rows that were not trained on.

In: networks and Rows. Out: a Predictor, and what rows that were held out say of it.
"""
