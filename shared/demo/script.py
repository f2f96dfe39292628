"""Script of the play: the outcome columns of the ledgers as acts on days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.demo.acts import (
    accept,
    assign,
    contact,
    disclose,
    give_back,
    give_opinions,
    rate,
    receive,
)
from shared.demo.case import Act, Case
from shared.demo.replies import reply


@dataclass(frozen=True)
class Cue:
    """An act on a day; `order` sorts the acts of one case on one day."""

    day: date
    order: int
    name: str
    act: Act


def on(case: Case, column: str) -> date | None:
    cell = case.row.values.get(column)
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else None


def cues(case: Case) -> list[Cue]:
    """Returns everything after the registration; a row without an outcome ends where the ledger
    ends."""
    steps = [*beginning(case), *work(case), *second_round(case)]
    return [Cue(day, order, name, act) for order, (day, name, act) in enumerate(steps) if day]


def beginning(case: Case) -> Iterator[tuple[date | None, str, Act]]:
    received = case.fields["received_on"]
    signed = on(case, "签收日期")
    yield received, "accept", accept
    yield on(case, "交办日期"), "assign", assign
    if case.says("退办") and signed and not case.says("分办单位"):
        yield signed, "give-back", give_back
        signed += timedelta(days=3)
    yield signed, "receive", receive


def work(case: Case) -> Iterator[tuple[date | None, str, Act]]:
    yield on(case, "办前联系日期") or on(case, "联系日期"), "contact", contact("before", 1)
    if case.says("协办单位"):
        yield on(case, "协办意见日期"), "opinions", give_opinions
    replied = on(case, "答复日期")
    yield replied, "reply", reply(1)
    yield on(case, "评价日期"), "rate", rate(1)
    if replied:
        yield replied + timedelta(days=12), "disclose", disclose


def second_round(case: Case) -> Iterator[tuple[date | None, str, Act]]:
    """Returns the acts of the second handling (二次办理): receipt, talk, new reply, new rating."""
    again, rated = on(case, "二次答复日期"), on(case, "评价日期")
    if again and rated:
        middle = min(rated + timedelta(days=5), again - timedelta(days=1))
        yield min(rated + timedelta(days=1), middle), "receive-again", receive
        yield middle, "contact-again", contact("during", 2)
        yield again, "reply-again", reply(2)
        yield again + timedelta(days=4), "rate-again", rate(2)
        yield again + timedelta(days=12), "disclose-again", disclose
