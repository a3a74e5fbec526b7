"""Text of the gallery's figures that a phone can show, as sphinx-gallery wants it: a function."""

import matplotlib as mpl

LARGER = {"font.size": 12, "axes.titlesize": "medium"}
LARGER |= {"figure.titlesize": "medium", "figure.labelsize": "medium"}


def enlarge_text(gallery_conf, fname):
    """Enlarge the text of figures, before each example."""
    mpl.rcParams.update(LARGER)
