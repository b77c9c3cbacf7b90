"""Where an address lies on a map."""

from __future__ import annotations

from urllib.parse import quote_plus

from reskontra.engine.preferences.customers import Fields

_PARTS = ("line1", "line2", "postcode", "city")


def map_link(whole: Fields, address: str = "address.main") -> str:
    """The address on OpenStreetMap; empty without a street or town.

    >>> map_link({"address.main.line1": "Storgatan 1", "address.main.city": "Umeå",
    ...           "country": "SE"})
    'https://www.openstreetmap.org/search?query=Storgatan+1%2C+Ume%C3%A5%2C+SE'
    """
    said = [str(whole[f"{address}.{part}"]) for part in _PARTS if f"{address}.{part}" in whole]
    if not said:
        return ""
    country = str(whole.get(f"{address}.country", whole.get("country", "")))
    return "https://www.openstreetmap.org/search?query=" + quote_plus(", ".join([*said, country]))
