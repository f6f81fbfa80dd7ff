"""The chamber's events as sentences."""

from __future__ import annotations

from childfirst.audit.models import Event
from childfirst.audit.presenters import Presenter
from childfirst.shared.text import count_of


def _landed(event: Event) -> str:
    return f"imported {count_of(event.data.get('rows', 0), 'row')} of a file of earlier records"


def _decided(event: Event) -> str:
    return f"decided what {count_of(event.data.get('records', 0), 'record')} of the same words mean"


PRESENTERS: dict[str, Presenter] = {
    "encounters.records.upload": "brought a file of earlier records",
    "encounters.records.map": "named the columns of a file of earlier records",
    "encounters.records.begin": "began, or went on with, the import of earlier records",
    "encounters.records.land": _landed,
    "encounters.records.finish": "finished the import of earlier records",
    "encounters.records.stop": "stopped the import of earlier records",
    "encounters.records.discard": "threw away a file of earlier records",
    "encounters.lines_of_records.read": "looked at the rows that an import did not land",
    "encounters.case.read": "looked at what was written about a school",
    "encounters.case.list": "looked at a list of what was written about schools",
    "encounters.case.claim": "took a case of matching",
    "encounters.case.skip": "put off a case of matching",
    "encounters.case.decide": _decided,
    "encounters.case.undo": "undid a decision of matching",
    "encounters.case.rematch": "had the matcher look again at what waits for a person",
    "encounters.alias.propose": "proposed a name that people use for a school",
    "encounters.alias.agree": "agreed to a name that people use for a school",
    "encounters.alias.refuse": "refused a name that was proposed for a school",
    "encounters.matcher.ask": lambda event: f"asked the matcher about {count_of(event.data.get('asked', 0), 'text')}",
    "encounters.matcher.retrain": "retrained the matcher on reviewers’ decisions",
    "encounters.matcher.accept": "put a retrained matcher into use",
    "encounters.matcher.refuse": "refused a retrained matcher",
    "encounters.matcher.reset": "went back to the matcher that ships",
    "encounters.matcher.tidy": "tidied up after records that were erased",
}
