"""Learning from labels: a model with its report, and the refusal of one that is worse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from childfirst.engines.linkage import Register, packaged, terms, training
from childfirst.shared.errors import UserError


def labels(register: Register) -> list[dict[str, Any]]:
    """Mentions of the invented register as a reviewer would label them: short names, kinds left out, and none."""
    rows: list[dict[str, Any]] = []
    for i, (urn, name) in enumerate(zip(register.schools.urn, register.schools.name, strict=True)):
        words = name.split()
        rows.append({"mention": name.lower(), "truth": urn, "lat": 53.0, "lon": -2.0})
        rows.append({"mention": f"attends {words[0]} {words[1][:4]}", "truth": urn})
        if i % 3 == 0:
            rows.append({"mention": "n/a", "truth": "none", "age": 12})
    return rows


def test_a_model_is_learned_with_a_report(register: Register) -> None:
    rows = labels(register)
    model, report = training.fit(rows, register)
    assert report.mentions == len(rows)
    assert report.named < report.mentions
    assert report.proposal_recall > 0.95
    assert report.kept[0.99].precision >= 0.9 or np.isnan(report.kept[0.99].precision)
    assert "Out of fold" in report.sentence()
    assert model.accept_threshold(0.9) <= model.accept_threshold(0.99)
    for key, value in zip(terms.CANDIDATE_TERMS, model.candidate.tolist(), strict=True):
        assert not (key in terms.FOR and value < 0)


def test_few_labels_are_refused(register: Register) -> None:
    with pytest.raises(UserError, match="at least 100"):
        training.fit(labels(register)[:50], register)
    with pytest.raises(UserError, match="no column"):
        training.fit([{"mention": "larkfield"}], register)


def test_a_worse_model_is_refused_and_an_equal_one_is_not(register: Register) -> None:
    rows = labels(register)
    shipped = packaged()
    same = training.compare(shipped, shipped, rows, register, seen=False)
    assert same.refused == ""
    assert same.old == same.new
    confused = replace(shipped, candidate=-shipped.candidate)
    worse = training.compare(shipped, confused, rows, register, seen=False)
    assert worse.refused
    assert worse.as_dict()["refused"] == worse.refused


def test_labels_may_come_in_either_column(register: Register) -> None:
    rows = labels(register)[:20]
    other = [{("truth_urn" if key == "truth" else key): value for key, value in row.items()} for row in rows]
    assert training.label(rows, register).target.tolist() == training.label(other, register).target.tolist()
