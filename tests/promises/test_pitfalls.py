"""What went wrong in other libraries, each under a number, and what protects from it.

``@pytest.mark.pitfall(7)`` marks a test that does; it stands with the tests of its module.
"""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
PITFALLS = {
    # early stopping and validation
    1: "string labels with early stopping",
    2: "warnings about column names in every epoch",
    3: "a diverging loss that is reported as NaN in the input",
    4: "classes that the validation split leaves out",
    5: "early stopping with one row of a class, or one row in all",
    6: "patience of one epoch too many",
    7: "the last epoch's parameters in place of the best one's",
    8: "history attributes that exist only now and then",
    9: "validation data and a metric of one's own",
    # warm_start and partial_fit
    10: "a best score and patience that outlive their fit",
    11: "epochs counted over several fits",
    12: "settings that a warm start cannot change, but takes",
    13: "moments lost between fits of one epoch",
    14: "batches without some class or label, and streams that stop early",
    15: "the same order of rows in every batch, also after a pickle",
    16: "a history that grows with the stream",
    17: "another number of outputs than at first",
    18: "partial_fit with L-BFGS",
    # weights
    19: "a batch without weight",
    20: "weights that count within their batch alone",
    21: "weights of one that change the result, and weights that cannot be",
    22: "a weight that is not as many repetitions",
    # targets and numbers
    23: "shapes of the target, also inside wrappers",
    24: "labels that come back as positions",
    25: "targets that the loss is not defined for",
    26: "probabilities of a single class",
    27: "infinite logarithms of probabilities",
    28: "large targets that are never learnt",
    29: "a fitted estimator that holds NaN",
    30: "precision that depends on the weights",
    # environment
    31: "results that the seed does not decide, and a seed of others that is used up",
    32: "pickles that hold data, and models and tables that are mapped into memory",
    33: "imports without docstrings and asserts",
    34: "Ctrl-C that is swallowed",
    35: "predictions that write to the estimator",
    36: "threads and processes that fight each other",
    # input
    37: "tables, targets and weights of every kind",
}
MARK = "pytest.mark.pitfall"


def marks_of(path):
    """What every pitfall mark of a test in a file names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if ast.unparse(mark).startswith(MARK):
                    assert isinstance(mark, ast.Call), f"{path.name}: {node.name} names no pitfall"
                    assert mark.args, f"{path.name}: {node.name} names no pitfall"
                    yield from map(ast.literal_eval, mark.args)


def test_every_pitfall_has_a_test():
    marks = {n for path in Path(__file__).parents[1].rglob("test_*.py") for n in marks_of(path)}
    assert sorted(marks) == sorted(PITFALLS)
