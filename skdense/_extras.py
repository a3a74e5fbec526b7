"""Packages that skdense needs for some uses alone, and that pip installs as its extras."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str, asker: str) -> Iterator[None]:
    """Import packages in this context; an ImportError says which extra installs them."""
    try:
        yield
    except ImportError as error:
        reason = str(error).split("\n")[0].rstrip(".")
        raise ImportError(
            f"{asker} needs a package that cannot be imported ({reason}); install it by "
            f'`pip install "skdense[{name}]"`, or in a checkout by `pip install ".[{name}]"`.'
        ) from error
