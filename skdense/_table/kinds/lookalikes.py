"""Text that looks like numbers or dates, but is not read as such, and the code that turns it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from skdense._table.cells.cell import CODE, number_in
from skdense._table.cells.date_text import MONTHS, STYLES, reads_all

# So many texts must there be before they are taken for numbers.
FEW_TEXTS = 20
# At most this share of the texts may be others, such as "unknown".
OTHERS = 0.05
MONEY = "[$\u00a2-\u00a5\u20a0-\u20cf]|EUR|USD|GBP|CHF|JPY"
# 1,234.5 and 1.234,5, behind or before a currency or a unit; negative ones also as (5) and 5-.
POINT, COMMA = (
    rf"\d{{1,3}}(?:{group}\d{{3}})+(?:{mark}\d+)?|(?:0|[1-9]\d*)(?:{mark}\d+)?"
    for group, mark in ((",", r"\."), (r"\.", ","))
)
AFFIXES = (
    rf"\(?[-+\u2212]?\s?(?P<before>{MONEY})?\s?[-+\u2212]?(?:{{digits}})"
    rf"\s?(?P<after>{MONEY}|%|\u2030|[A-Za-z\u00b5\u00b0]{{{{1,4}}}})?\s?-?\)?"
)
WITH_POINT, WITH_COMMA = (
    re.compile(AFFIXES.format(digits=digits), re.ASCII) for digits in (POINT, COMMA)
)
# 5/31/24 and 31-May-24, whose century is not known.
SHORT_YEAR = re.compile(r"(\d{1,2})([/.-])(\d{1,2}|[A-Za-z]{3})\2\d\d(?: \d{1,2}:.*)?", re.ASCII)


@dataclass(frozen=True)
class Lookalike:
    """What a column of text seems to hold.

    Attributes
    ----------
    what : str
        Its name in a warning.
    example : str
        One of the texts that are not read.
    code : str
        What makes numbers or dates of the column, in pandas.
    """

    what: str
    example: str
    code: str


def lookalike_of(texts: set[str], column: str) -> Lookalike | None:
    """Return what texts look like, none of them missing; `column` is code such as X['a']."""
    found = (look(texts, column) for look in LOOKS)
    return next((one for one in found if one is not None), None)


def _dates(texts: set[str], column: str) -> Lookalike | None:
    is_either = reads_all("day_first", texts) and reads_all("month_first", texts)
    if not is_either and not all(map(_has_short_year, texts)):
        return None
    is_day_first = any(int(re.split("[/.-]", text.strip())[0]) > 12 for text in texts)
    code = f"pandas.to_datetime({column}, format='mixed', dayfirst={is_day_first})"
    return Lookalike("dates that can be read in several ways", min(texts), code)


def _has_short_year(text: str) -> bool:
    match = SHORT_YEAR.fullmatch(text.strip())
    if match is None:
        return False
    first, _, second = match.groups()
    if not second.isdigit():
        return second.lower() in MONTHS
    # codes such as 20-45-67 are no dates
    month, day = sorted((int(first), int(second)))
    return 1 <= month <= 12 and day <= 31


def _nearly_dates(texts: set[str], column: str) -> Lookalike | None:
    if len(texts) <= FEW_TEXTS:
        return None
    for style in STYLES:
        most = int(OTHERS * len(texts))
        is_other = (text for text in texts if not reads_all(style.__name__, [text]))
        # one more would be too many
        others = list(islice(is_other, most + 1))
        if not others:
            code = f"pandas.to_datetime({column}, utc=True, format='ISO8601')"
            return Lookalike("dates with and without a time zone", min(texts), code)
        if len(others) <= most:
            code = f"pandas.to_datetime({column}, errors='coerce')"
            return Lookalike("other text among dates", min(others), code)
    return None


def _numbers_otherwise(texts: set[str], column: str) -> Lookalike | None:
    if len(texts) <= FEW_TEXTS:
        return None
    fitting = [
        (kept, end)
        for pattern, kept, end in (
            (WITH_POINT, r"[^\d.-]", ""),
            (WITH_COMMA, r"[^\d,-]", ".str.replace(',', '.')"),
        )
        if _all_match(pattern, texts) and _have_one_unit(pattern, texts)
    ]
    if not fitting:
        return None
    # 1,234 may be either
    doubt = "" if len(fitting) == 1 else ", whose comma or point may also be a decimal one"
    kept, end = fitting[0]
    cells = f"{column}{_signs(texts)}.str.replace(r'{kept}', '', regex=True){end}"
    what = f"numbers in another notation{doubt}"
    return Lookalike(what, min(_no_numbers(texts)), f"pandas.to_numeric({cells})")


def _nearly_numbers(texts: set[str], column: str) -> Lookalike | None:
    others = _no_numbers(texts)
    if len(texts) - len(others) <= FEW_TEXTS or len(others) > OTHERS * len(texts):
        return None
    if any(CODE.fullmatch(text.strip()) for text in others):
        return None
    code = f"pandas.to_numeric({column}, errors='coerce')"
    return Lookalike("other text among numbers", min(others), code)


LOOKS: tuple[Callable[[set[str], str], Lookalike | None], ...] = (
    _dates,
    _nearly_dates,
    _numbers_otherwise,
    _nearly_numbers,
)


def _no_numbers(texts: set[str]) -> list[str]:
    return [text for text in texts if number_in(text) != number_in(text)]


def _all_match(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return all(pattern.fullmatch(text.strip()) for text in texts)


def _have_one_unit(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    """Whether all texts have the same unit: 2K and 1M are not numbers of one."""
    matches = [pattern.fullmatch(text.strip()) for text in texts]
    return len({(match["before"], match["after"]) for match in matches if match}) == 1


def _signs(texts: set[str]) -> str:
    """Return the code that puts a minus before numbers that are negative in another way."""
    code = ""
    if any("(" in text for text in texts):
        code += ".str.replace('(', '-')"
    if any("\u2212" in text for text in texts):
        code += ".str.replace('\u2212', '-')"
    if any(text.strip().endswith("-") for text in texts):
        code += r".str.replace(r'(.+)-\s*$', r'-\1', regex=True)"
    return code
