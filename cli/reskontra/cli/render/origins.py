"""Where a value of the configuration comes from, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reskontra.config.layers import Origin


def where(found: Origin) -> str:
    """``companies/nordic/matching.yaml:7  (was 0.75 in defaults/matching.yaml:17)``."""
    from reskontra.config.strict_yaml import written

    previous = found.previous
    if previous is None:
        return line(found)
    was = "" if previous.value is None else f"{written(previous.value)} "
    return f"{line(found)}  (was {was}in {line(previous)})"


def line(found: Origin) -> str:
    """``companies/nordic/matching.yaml:7``."""
    place = found.place
    return f"{place.file}:{place.line}" if place.line else place.file


def origin_json(found: Origin) -> dict[str, Any]:
    """A value with the whole chain of what it overrode; decimals become text when printed."""
    return {
        "value": found.value,
        "layer": found.layer,
        "file": found.place.file,
        "line": found.place.line or None,
        "overrode": origin_json(found.previous) if found.previous else None,
    }
