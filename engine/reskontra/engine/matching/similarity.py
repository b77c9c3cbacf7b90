"""How alike two names or two references are, in 1/10 000 (measured with rapidfuzz).

Names: the larger of Jaro-Winkler on sorted, folded words and the token-set ratio; a bank name of 30
characters or more is compared with as many characters of the customer's. References: edit
similarity with neighbouring swaps, never for numbers and never for references with a check digit.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from reskontra.engine.preferences.matching import RATIO
from reskontra.engine.text import name_key, name_key_column

WIDEST_BLOCK = 60
"""Documents of one amount that are compared with a line's payer; more of them say nothing."""
_TRUNCATED = 30


def name_similarity(a: str, b: str) -> int:
    """Similarity of two names in normal form (``engine.text.name_key``).

    >>> name_similarity("akeri akerstroms", "akeri akerstrom") > 9500
    True
    >>> name_similarity("", "x")
    0
    """
    if not a or not b:
        return 0
    if a == b:
        return RATIO
    best = max(JaroWinkler.similarity(a, b), fuzz.token_set_ratio(a, b) / 100)
    return _ratio(best)


def reference_similarity(a: str, b: str) -> int:
    """Similarity of two references in normal form: 1 - edits / length of the longer."""
    return _ratio(OSA.normalized_similarity(a, b)) if a and b else 0


def _ratio(share: float) -> int:
    # Nine decimals first: the same integer on every platform.
    return int(f"{share:.9f}".replace(".", "")) * RATIO // 10**9


def similar_names(pairs: pl.DataFrame, names: pl.DataFrame) -> pl.Series:
    """Best similarity per row of ``pairs`` (payer_name, name_key, customer_id).

    ``names``: customer_id, name (of the customer and its aliases). Each distinct pair is measured
    once.
    """
    if pairs.is_empty():
        return pl.Series("similarity", [], dtype=pl.Int64)
    forms = _forms(names.join(pairs.select("customer_id").unique(), on="customer_id", how="semi"))
    measured: dict[tuple[str, int], int] = {}
    result = []
    for written, key, customer in pairs.select("payer_name", "name_key", "customer_id").iter_rows():
        pair = (written, customer)
        if pair not in measured:
            cut = len(written) if len(written) >= _TRUNCATED else None
            measured[pair] = max(
                (
                    name_similarity(key, name_key(name[:cut]) if cut else form)
                    for form, name in forms.get(customer, ())
                ),
                default=0,
            )
        result.append(measured[pair])
    return pl.Series("similarity", result, dtype=pl.Int64)


def _forms(names: pl.DataFrame) -> dict[int, list[tuple[str, str]]]:
    """Customer -> (normal form, as written) of each of its names."""
    rows = names.select("customer_id", name_key_column(pl.col("name")).alias("key"), "name")
    forms: dict[int, list[tuple[str, str]]] = {}
    for customer, key, name in rows.iter_rows():
        forms.setdefault(customer, []).append((key, name))
    return forms
