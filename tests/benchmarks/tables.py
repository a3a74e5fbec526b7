"""Tables of numbers under names, as aligned text that is Markdown as well."""

from dataclasses import dataclass, field
from math import floor, log10


@dataclass
class Table:
    """Rows of values by their name; None is what was not measured."""

    title: str
    columns: list[str]
    rows: dict[str, list] = field(default_factory=dict)

    def __str__(self):
        head = ["", *self.columns]
        body = [[name, *map(text, values)] for name, values in self.rows.items()]
        widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [line(cells, widths) for cells in (head, rule, *body)]
        return "\n".join([f"**{self.title}**", "", *lines, ""])


def line(cells, widths):
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"


def text(value):
    """Three digits of a number, but never fewer than stand before the point."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    places = 2 - floor(log10(abs(value))) if value else 0
    return f"{value:,.{max(0, places)}f}"
