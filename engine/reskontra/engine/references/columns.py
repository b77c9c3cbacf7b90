"""The same check for a whole column of references, fast enough for a file with a million payments.

Weighted check digits of plain schemes are computed on columns; every other scheme is asked once per
distinct value. Both give what ``check`` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from reskontra.engine.references.check_digits import ALGORITHMS, CheckRule
from reskontra.engine.references.checking import content_pattern, pattern, read
from reskontra.engine.references.scheme import ReferenceScheme

_COLUMN_RULES = frozenset({"luhn10", "mod10_weighted", "mod11", "gs1"})
_HALF = 18
_BLANK = r"[\s\x{00a0}\x{2007}\x{202f}\x{200b}]"


def valid_mask(schemes: Iterable[ReferenceScheme], values: pl.Series) -> pl.Series:
    """Boolean series: the value is a reference of some scheme that was ever active; null is not.

    ``values``: String. The result has the length and the name of ``values``.
    """
    wanted = [scheme for scheme in schemes if scheme.was_active]
    names = pl.DataFrame({"value": values.cast(pl.String)})
    found = names.unique(maintain_order=True).drop_nulls().with_columns(ok=pl.lit(value=False))
    for scheme in wanted:
        if _is_plain(scheme):
            good = _plain_values(scheme, found["value"])
            found = found.with_columns(ok=pl.col("ok") | pl.col("value").is_in(good.implode()))
    others = [scheme for scheme in wanted if not _is_plain(scheme)]
    if others:
        found = found.with_columns(ok=pl.Series([*_ask(others, found)], dtype=pl.Boolean))
    joined = names.join(found, on="value", how="left", maintain_order="left")
    return joined["ok"].fill_null(value=False).alias(values.name)


def _ask(schemes: Sequence[ReferenceScheme], found: pl.DataFrame) -> Iterable[bool]:
    for text, ok in found.iter_rows():
        yield ok or any(not isinstance(read(scheme, text), str) for scheme in schemes)


def _is_plain(scheme: ReferenceScheme) -> bool:
    """Whether the scheme is digits with one weighted check digit at the end."""
    special = (
        scheme.card
        or scheme.prefix
        or scheme.separator
        or scheme.alphanumeric
        or scheme.check_at_start
        or scheme.inner.width
        or scheme.unchecked_lengths
        or scheme.length_digit_lengths
        or scheme.length_digit_of != "total"
    )
    return not special and scheme.rule.modulus in _COLUMN_RULES


def _plain_values(scheme: ReferenceScheme, values: pl.Series) -> pl.Series:
    """Those of the distinct ``values`` that are references of a plain scheme."""
    drop = "".join(f"\\x{{{ord(sign):x}}}" for sign in scheme.ignore)
    text = pl.col("value").str.replace_all(_BLANK[:-1] + drop + "]", "")
    frame = pl.DataFrame({"value": values}).with_columns(text=text)
    if scheme.leading_zeros == "strip":
        bare = pl.col("text").str.strip_chars_start("0")
        frame = frame.with_columns(text=pl.when(bare == "").then("text").otherwise(bare))
    frame = frame.with_columns(length=pl.col("text").str.len_chars().cast(pl.Int64))
    frame = frame.filter(_shape(scheme))
    base = pl.col("text").str.head(-1)
    frame = frame.with_columns(_halves(base)).with_columns(total=_weighted_sum(scheme))
    return frame.filter(pl.col("text").str.slice(-1) == _digit(scheme.rule))["value"]


def _shape(scheme: ReferenceScheme) -> pl.Expr:
    """Everything that is known of ``text`` and ``length`` before a check digit is computed."""
    text, length = pl.col("text"), pl.col("length")
    content = length - 1 - scheme.length_digit
    tests = [
        length.is_between(scheme.min_length, scheme.max_length),
        content >= 1,
        text.str.contains(f"^(?:{pattern(scheme).pattern})$"),
    ]
    if scheme.lengths:
        tests.append(length.is_in(list(scheme.lengths)))
    if scheme.content_length is not None:
        tests.append(content == scheme.content_length)
    if scheme.elements:
        parts = text.str.head(-2 if scheme.length_digit else -1)
        tests.append(parts.str.contains(f"^(?:{content_pattern(scheme).pattern})$"))
    if scheme.length_digit:
        tests.append(text.str.slice(-2, 1) == (length % 10).cast(pl.String))
    if scheme.all_zeros != "allow":
        tests.append(text.str.strip_chars("0") != "")
    if scheme.max_digits:
        tests.append(length <= scheme.max_digits)
    return pl.all_horizontal(tests)


def _halves(base: pl.Expr) -> list[pl.Expr]:
    """The digits as two whole numbers, ``high`` and ``low``: 64 bits hold 18 digits."""
    padded = base.str.pad_start(2 * _HALF, "0")
    high, low = padded.str.head(_HALF), padded.str.tail(_HALF)
    return [high.cast(pl.Int64).alias("high"), low.cast(pl.Int64).alias("low")]


def _weighted_sum(scheme: ReferenceScheme) -> pl.Expr:
    rule = scheme.rule
    algorithm = ALGORITHMS[rule.modulus]
    weights = rule.weights or algorithm.weights
    add_up = algorithm.digit_sum if rule.digit_sum is None else rule.digit_sum
    total = pl.lit(0, dtype=pl.Int64)
    for place in range(min(scheme.max_length - 1, 2 * _HALF)):
        number = pl.col("low" if place < _HALF else "high")
        digit = number // 10 ** (place % _HALF) % 10
        product = digit * weights[place % len(weights)]
        total = total + (product // 10 + product % 10 if add_up else product)
    return total


def _digit(rule: CheckRule) -> pl.Expr:
    """The check digit of each ``total`` as text; null where the scheme has none."""
    total = pl.col("total")
    if rule.modulus == "mod11":
        rest = (11 - total % 11) % 11
        ten = None if rule.remainder10 == "reject" else rule.remainder10
        return pl.when(rest == 10).then(pl.lit(ten)).otherwise(rest.cast(pl.String))
    return ((10 - total % 10) % 10).cast(pl.String)
