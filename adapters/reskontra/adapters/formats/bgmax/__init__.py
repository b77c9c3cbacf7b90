"""BgMax: Bankgirot's incoming payments (Swedish: *Bankgiro Inbetalningar*), read only."""

from reskontra.adapters.formats.bgmax.reader import read

__all__ = ["read"]
