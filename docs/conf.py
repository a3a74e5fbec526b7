"""Build the site: `python -m pip install ".[docs]" && python -m sphinx -W docs docs/_build`."""

import os
import sys
from pathlib import Path

# OpenMP's threads wait asleep: waiting awake, they slow the examples down beside other work
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

# the gallery resolves names without running the example that enables this import
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

import skdense

sys.path.insert(0, str(Path(__file__).parent))  # of parameter_sections
project = "skdense"
author = "the skdense developers"
copyright = author  # noqa: A001
version = release = skdense.__version__
extensions = [
    "myst_parser",
    "numpydoc",
    "parameter_sections",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "sphinx_llms_txt",
]
exclude_patterns = ["_build"]
# Without a table of attributes, which the docstrings list already: Sphinx looks for them in the
# source of the module that a class names, and public classes name the public module.
templates_path = ["_templates"]

# heading anchors in GitHub's form, which the links in the pages use
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "dollarmath"]

# relative, since the site has no address of its own yet
llms_txt_uri_template = "_sources/{docname}{suffix}{sourcelink_suffix}"

autosummary_generate = True
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
# methods, except those that scikit-learn adds to every estimator and documents itself
autodoc_default_options = {
    "members": True,
    "inherited-members": "BaseEstimator",
    "exclude-members": "__init__, get_metadata_routing, set_fit_request, "
    "set_partial_fit_request, set_predict_request, set_score_request",
}
numpydoc_show_class_members = False
numpydoc_show_inherited_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"/(plot_|flux_|compare_|tasks/)",
    "abort_on_example_error": True,
    "capture_repr": (),
    "default_thumb_file": str(Path(__file__).parent / "_static/network.svg"),
    "show_memory": False,
    "remove_config_comments": True,
    "write_computation_times": False,
    "doc_module": ("skdense",),
    "reference_url": {"skdense": None},
    "within_subsection_order": "ExampleTitleSortKey",
}

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "skdense"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {
    "show_toc_level": 2,
    "navbar_align": "left",
    "show_prev_next": False,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
}
# pages without pages below them
html_sidebars = {
    page: [] for page in ("index", "getting_started", "scale", "migration", "changelog")
}


def inline_math(translator, node):
    """Write inline math as MathML, which browsers display without a third-party script."""
    translator.body.append(tex2mathml(node.astext()))
    raise SkipNode


def block_math(translator, node):
    """Write display math as MathML."""
    translator.body.append(tex2mathml(node.astext(), as_block=True))
    raise SkipNode


def setup(app):
    """Register the renderer with Sphinx."""
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
