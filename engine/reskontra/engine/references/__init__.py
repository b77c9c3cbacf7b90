"""Payment references (betalningsreferens, CID): OCR, KID, FIK, viite, RF and whatever YAML defines.

One definition, a ``ReferenceScheme``, makes a reference, checks it, takes it apart again and finds
it in free text. The reference that is printed is therefore the reference that is recognised.
"""

from reskontra.engine.references.building import amount_digit, make
from reskontra.engine.references.checking import check, parse
from reskontra.engine.references.columns import valid_mask
from reskontra.engine.references.definition import scheme_from_mapping
from reskontra.engine.references.display import display
from reskontra.engine.references.finding import Found, find
from reskontra.engine.references.lint import problems, version_problems
from reskontra.engine.references.scheme import ReferenceScheme, Scope, scheme_for
from reskontra.engine.references.verdict import LABELS, Verdict, code_of, label_of

__all__ = [
    "LABELS",
    "Found",
    "ReferenceScheme",
    "Scope",
    "Verdict",
    "amount_digit",
    "check",
    "code_of",
    "display",
    "find",
    "label_of",
    "make",
    "parse",
    "problems",
    "scheme_for",
    "scheme_from_mapping",
    "valid_mask",
    "version_problems",
]
