"""Sections of the estimators' parameters on their pages, as a Sphinx extension.

A docstring has its parameters in one list, in the order of the signature. Their page has one list
for each of these sections, with a sentence about who needs it, and the signature is folded.
"""

import re
from dataclasses import dataclass

ESTIMATORS = ("skdense.DenseNetClassifier", "skdense.DenseNetRegressor")
FOLDED = "(hidden_layer_sizes=(128, 128, 128), *, ...)"
# What numpydoc makes of the parameters: the heading, and what is indented below it.
PARAMETERS = re.compile(r"^:Parameters:\n((?:\n| .*\n)+)", re.MULTILINE)
ENTRY = re.compile(r"^    \*\*(\w+)\*\* :.*\n(?:\n|     .*\n)*", re.MULTILINE)


@dataclass
class Section:
    """A heading, a sentence in reStructuredText, and the names of the parameters below it."""

    title: str
    text: str
    names: str

    def lines(self, entries):
        """Return the section as a field, with those of its parameters that the class has."""
        listed = [entries[name] for name in self.names.split() if name in entries]
        return f":{self.title}:\n\n    {self.text}\n\n" + "".join(listed)


SECTIONS = [
    Section(
        "To know first",
        "More networks are more accurate and take longer, see :doc:`speed </guide/speed>`. A seed "
        "gives :doc:`the same result again </guide/reproducibility>`.",
        "n_estimators random_state",
    ),
    Section(
        "What goes in",
        "Needed if a column is read as the wrong kind, see :doc:`tables </guide/tables>`.",
        "categorical_features feature_scaling numeric_embedding category_embedding_size "
        "target_encoding input_scale dtype",
    ),
    Section(
        "What comes out",
        "Needed to predict anything but classes or a mean, see :doc:`which setting for which "
        "problem </guide/problems>`, :doc:`losses </guide/losses>` and :doc:`targets "
        "</guide/targets>`.",
        "loss quantile class_weight label_smoothing temperature_scaling target_scaling "
        "output_activation",
    ),
    Section(
        "The networks",
        "Worth a search where accuracy matters most, see :doc:`networks </guide/networks>` and "
        ":doc:`regularization </guide/regularization>`.",
        "hidden_layer_sizes activation normalization dropout dropout_schedule parametrization "
        "initialization",
    ),
    Section(
        "Training",
        "`max_seconds` sets a time limit, and `learning_rate_init` is worth a search. Change the "
        "rest only for a reason, see :doc:`learning rates </guide/learning_rates>` and "
        ":doc:`streams </guide/streams>`.",
        "max_iter max_seconds learning_rate_init learning_rate batch_size weight_decay "
        "weight_decay_schedule alpha max_grad_norm ema_decay solver shuffle warm_start verbose",
    ),
    Section(
        "Stopping",
        "Needed to stop by another metric or on your own validation data, see :doc:`validation "
        "</guide/validation>`.",
        "scoring early_stopping validation_fraction n_iter_no_change tol",
    ),
    Section(
        "For one solver or schedule only",
        "Rarely needed. They mean what they mean in scikit-learn's MLP.",
        "beta_1 beta_2 epsilon momentum nesterovs_momentum power_t max_fun",
    ),
]


def in_sections(text):
    """Return what numpydoc made of a docstring, with the parameters in sections."""
    found = PARAMETERS.search(text)
    entries = {entry[1]: entry[0] for entry in ENTRY.finditer(found[1])}
    placed = {name for section in SECTIONS for name in section.names.split()}
    if not entries or entries.keys() - placed:
        raise ValueError(f"parameters without a section: {sorted(entries.keys() - placed)}")
    sections = "".join(section.lines(entries) for section in SECTIONS)
    return text[: found.start()] + sections + text[found.end() :]


def process_docstring(app, what, name, obj, options, lines):
    """Put the parameters of the estimators in sections."""
    if name in ESTIMATORS:
        lines[:] = in_sections("\n".join(lines) + "\n").splitlines()


def process_signature(app, what, name, obj, options, signature, return_annotation):
    """Fold the signature of the estimators, whose defaults stand at the parameters."""
    return (FOLDED, return_annotation) if name in ESTIMATORS else None


def setup(app):
    """Connect to autodoc, after numpydoc."""
    app.connect("autodoc-process-docstring", process_docstring, priority=900)
    app.connect("autodoc-process-signature", process_signature, priority=900)
    return {"parallel_read_safe": True}
