"""`python -m skdense` prints what a bug report needs, `--version` the version alone."""

from argparse import ArgumentParser

from skdense import __version__, show_versions

parser = ArgumentParser("python -m skdense", description="Print versions, for bug reports.")
parser.add_argument("--version", action="version", version=__version__)
parser.parse_args()
show_versions()
