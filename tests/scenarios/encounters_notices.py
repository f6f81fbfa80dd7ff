"""A way to run every action about notices to its end."""

from __future__ import annotations

import datetime as dt

from childfirst.audit import upkeep
from childfirst.encounters.notices import actions, chasing, mail, sealing
from childfirst.encounters.notices.models import Mailing
from childfirst.encounters.notices.vocabulary import HoldingBack, News
from tests.encounters.makers import recorded
from tests.encounters.notices import makers


def raise_notice() -> None:
    officer = makers.officer()
    encounter = recorded(officer)
    encounter.school, encounter.school_reason = makers.school(), ""
    encounter.save()
    actions.raise_notice(by=officer, encounter=encounter)


def withdraw() -> None:
    notice = makers.sent()
    actions.withdraw(by=notice.officer, notice=notice)


def renew() -> None:
    notice = makers.sent()
    actions.renew(by=notice.officer, notice=notice)


def take() -> None:
    actions.take(by=makers.officer(), notice=makers.from_system())


def write() -> None:
    makers.written()


def send() -> None:
    makers.sent()


def send_unwritten() -> None:
    makers.unwritten()


def hold_back() -> None:
    notice = makers.written()
    actions.hold_back(by=notice.officer, notice=notice, why=HoldingBack.RISK)


def deliver() -> None:
    notice = makers.sent()
    makers.lead()
    actions.deliver(by=upkeep.BY, notice=notice)


def escalate() -> None:
    makers.lead()
    actions.escalate(by=upkeep.BY, notice=makers.sent())


def open_notice() -> None:
    makers.opened(makers.lead())


def speak() -> None:
    lead = makers.lead()
    actions.speak(by=lead, notice=makers.opened(lead), words="Did anyone see where she went?")


def acknowledge() -> None:
    makers.acknowledged(makers.lead())


def return_notice() -> None:
    lead = makers.lead()
    actions.return_notice(by=lead, notice=makers.opened(lead))


def expire() -> None:
    actions.expire(by=upkeep.BY, notice=makers.age(makers.sent(), days=31))


def tell() -> None:
    lead = makers.lead()
    makers.sent()
    rows = list(Mailing.objects.filter(account=lead, news=News.WAITING)) or mail.claim(lead)
    actions.note_mail(by=chasing.POST, account=lead, rows=rows, trouble="")


def build_facts() -> None:
    makers.sent()
    actions.build_facts(by=upkeep.BY)


def rotate_key() -> None:
    makers.written()
    actions.rotate_key(by=upkeep.BY)


def destroy_keys() -> None:
    makers.written()
    sealing.new_key()
    actions.destroy_old_keys(by=upkeep.BY, older_than=dt.timedelta())


SCENARIOS = {
    "encounters.notice.raise": raise_notice,
    "encounters.notice.withdraw": withdraw,
    "encounters.notice.renew": renew,
    "encounters.notice.take": take,
    "encounters.notice.write": write,
    "encounters.notice.send": send,
    "encounters.notice.send_unwritten": send_unwritten,
    "encounters.notice.hold_back": hold_back,
    "encounters.notice.deliver": deliver,
    "encounters.notice.escalate": escalate,
    "encounters.notice.open": open_notice,
    "encounters.notice.speak": speak,
    "encounters.notice.acknowledge": acknowledge,
    "encounters.notice.return": return_notice,
    "encounters.notice.expire": expire,
    "encounters.notice.tell": tell,
    "encounters.notice.facts": build_facts,
    "encounters.notice_key.rotate": rotate_key,
    "encounters.notice_key.destroy": destroy_keys,
}
