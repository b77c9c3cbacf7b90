"""Normal forms of references and names, for one value and for whole columns.

Two references are the same when their letters and digits are (Swedish: *referens*, *OCR-nummer*);
two names are the same when nothing but case, diacritics, legal form and word order differs. The
column versions give exactly what the single-value versions give. Nothing here measures similarity.
"""

from __future__ import annotations

import re
import unicodedata

import polars as pl

LEGAL_FORMS = frozenset({
    "ab", "hb", "kb", "as", "asa", "enk", "oy", "oyj", "ky", "aps", "ivs", "gmbh", "ag", "bv", "nv",
    "ltd", "plc", "llc", "inc", "sa", "sarl", "srl", "aktiebolag", "handelsbolag",
})  # fmt: skip
"""Words that say what kind of company it is and nothing about which one."""

_DIGITS = re.compile(r"[0-9]+")
_NOT_OF_ACCOUNT = re.compile(r"[^A-Z0-9]")
_SLASHED_FORM = re.compile(r"\ba/s\b")
_LETTERS = {
    "æ": "a", "ø": "o", "œ": "o", "ß": "ss", "đ": "d", "ð": "d", "ł": "l", "þ": "th",
}  # fmt: skip
_PAIRS = {"aa": "a", "ae": "a", "oe": "o", "ue": "u"}
_LETTER = re.compile("|".join(_LETTERS))
_PAIR = re.compile("|".join(_PAIRS))


def reference_key(text: str) -> str:
    """The letters and digits of a reference, upper case; a number without its leading zeros.

    >>> reference_key(" 00 0958-0521"), reference_key("rf18 5390"), reference_key("F-0017")
    ('9580521', 'RF185390', 'F0017')
    >>> reference_key("000"), reference_key("-")
    ('0', '')
    """
    key = "".join(
        character
        for character in unicodedata.normalize("NFKC", text).upper()
        if unicodedata.category(character)[0] in "LN"
    )
    if _DIGITS.fullmatch(key):
        return key.lstrip("0") or "0"
    return key


def reference_key_column(column: pl.Expr) -> pl.Expr:
    """``reference_key`` of a String column."""
    key = column.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return key.str.replace(r"^0+([0-9]+)$", "${1}")


def account_key(text: str) -> str:
    """A bank account as letters and digits, upper case, zeros and all.

    >>> account_key("012-34 a")
    '01234A'
    """
    return _NOT_OF_ACCOUNT.sub("", text.upper())


def account_key_column(column: pl.Expr) -> pl.Expr:
    """``account_key`` of a String column."""
    return column.str.to_uppercase().str.replace_all(_NOT_OF_ACCOUNT.pattern, "")


def folded(text: str) -> str:
    """Lower case without diacritics, ``aa``, ``ae``, ``oe`` and ``ue`` folded alike.

    >>> folded("Ångström"), folded("Aangstroem"), folded("Møller"), folded("Mueller")
    ('angstrom', 'angstrom', 'moller', 'muller')
    """
    lower = unicodedata.normalize("NFKC", text).lower()
    bare = "".join(
        c for c in unicodedata.normalize("NFD", lower) if unicodedata.category(c) != "Mn"
    )
    plain = _LETTER.sub(lambda found: _LETTERS[found[0]], bare)
    return _PAIR.sub(lambda found: _PAIRS[found[0]], plain)


def folded_column(column: pl.Expr) -> pl.Expr:
    """``folded`` of a String column."""
    bare = (
        column.str.normalize("NFKC").str.to_lowercase().str.normalize("NFD")
        .str.replace_all(r"\p{Mn}", "")
    )  # fmt: skip
    return bare.str.replace_many(_LETTERS).str.replace_many(_PAIRS)


def name_key(name: str) -> str:
    """The words of a name, folded, without legal forms, each once, sorted.

    >>> name_key("Åkerströms Åkeri AB"), name_key("AB AKERSTROMS AKERI"), name_key("Aakeri A/S")
    ('akeri akerstroms', 'akeri akerstroms', 'akeri')
    """
    spaced = "".join(
        c if unicodedata.category(c)[0] in "LN" else " "
        for c in _SLASHED_FORM.sub("as", folded(name))
    )
    return " ".join(sorted(set(spaced.split()) - LEGAL_FORMS))


def name_key_column(column: pl.Expr) -> pl.Expr:
    """``name_key`` of a String column."""
    return (
        folded_column(column)
        .str.replace_all(r"\ba/s\b", "as")
        .str.extract_all(r"[\p{L}\p{N}]+")
        .list.set_difference(pl.lit(pl.Series([sorted(LEGAL_FORMS)])))
        .list.sort()
        .list.join(" ")
    )
