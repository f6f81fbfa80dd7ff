"""Keys of releases."""

from __future__ import annotations

import datetime as dt

import pytest

from childfirst.release import rules
from childfirst.release.models import Release
from childfirst.shared.errors import UserError

DAY = dt.date(2018, 12, 3)


def test_a_title_gives_a_key_and_one_that_no_database_would_hold_is_refused():
    assert rules.key_for("Open data: ward's figures", DAY) == "2018-12-open-data-wards-figures"
    assert Release._meta.get_field("title").max_length == rules.TITLE_LENGTH
    assert rules.key_for("x" * rules.TITLE_LENGTH, DAY)
    with pytest.raises(UserError, match="has 201 letters"):
        rules.key_for("x" * 201, DAY)
    with pytest.raises(UserError, match="letters or digits"):
        rules.key_for("…", DAY)
