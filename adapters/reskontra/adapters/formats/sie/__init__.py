"""SIE 4: vouchers for a general ledger (type 4I) are written, and vouchers of any type 4 file read.

The text is CP437 with one item a line: a label (``#TRANS``) and its fields.
"""

from reskontra.adapters.formats.sie.reader import read
from reskontra.adapters.formats.sie.writer import write

__all__ = ["read", "write"]
