"""Disclosure control: publish tables of counts from which no small count can be worked out.

>>> from childfirst.engines import disclosure
>>> table = disclosure.CountTable("t", ("area", "outcome"), {("A", "x"): 3, ("A", "y"): 20, ("B", "x"): 9, ("B", "y"): 14})
>>> safe = disclosure.protect([table])
>>> safe["t"][("A", "x")].status
<Status.HIDDEN_PRIMARY: 'hidden_primary'>
>>> disclosure.audit(safe).safe
True
"""

from .attack import AuditResult, Breach, HiddenCell, audit
from .protection import Protection, SafeCell, SafeTable, protect
from .rule import TOTAL, PublishedCell, Rule, Status
from .tables import CountTable

__all__ = [
    "TOTAL",
    "AuditResult",
    "Breach",
    "CountTable",
    "HiddenCell",
    "Protection",
    "PublishedCell",
    "Rule",
    "SafeCell",
    "SafeTable",
    "Status",
    "audit",
    "protect",
]
