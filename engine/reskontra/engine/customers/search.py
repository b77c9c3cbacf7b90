"""The words with which people look for a customer.

Words parted by blanks may stand in any order, ``%`` stands for anything and keeps the order:
``berg bygg`` finds *Byggfirman Berg*, ``bygg%berg`` does, ``berg%bygg`` does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from reskontra.engine.text import folded


def matcher(query: str) -> Callable[[str], bool]:
    """Whether a text answers the query; case and diacritics do not count.

    >>> found = matcher("berg bygg%fir")
    >>> found("Byggfirman Berg"), found("Berg Firma Bygg")
    (True, False)
    """
    wanted = [
        re.compile(".*".join(re.escape(folded(part)) for part in word.split("%")))
        for word in query.split()
    ]

    def found(text: str) -> bool:
        plain = folded(text)
        return all(word.search(plain) for word in wanted)

    return found
