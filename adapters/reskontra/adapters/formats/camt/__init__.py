"""ISO 20022 account reports: camt.052, camt.053, camt.054, all versions (*kontorapporter*)."""

from reskontra.adapters.formats.camt.checks import BalanceCheck
from reskontra.adapters.formats.camt.read import read

__all__ = ["BalanceCheck", "read"]
