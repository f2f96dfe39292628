"""Rules that several parts of handling go by."""

from collections.abc import Sequence
from datetime import date, datetime

from shared.contracts.case_event import Proposer
from shared.contracts.payloads.handling import Contact
from shared.kernel.calendar import business_day
from shared.kernel.entries import check_entered
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import RuledCommand
from shared.kernel.paper_rules import LateAct

MOST_ENTRIES = 100
"""Contacts, reports, opinions and drafts of one task, each."""
BEFORE_REPLY = frozenset({"before", "during"})
"""The phases of a contact that count as 先沟通后答复; feedback after the reply does not."""


def check_day(command: RuledCommand, on: date | None, since: datetime, act: LateAct) -> None:
    """Checks the day of an act that is entered later; without a day it is done now."""
    if on:
        check_entered(command, on, "on", business_day(since), act)


def is_with_proposer(contact: Contact, proposers: Sequence[Proposer]) -> bool:
    """Returns whether a proposer took part in the contact. Citizens have no id that an official
    would know, so any contact counts for them."""
    own = {proposer.id for proposer in proposers}
    nameless = not any(proposer.known for proposer in proposers)
    return nameless or bool(own & {*contact.people})


def check_room(entries: Sequence[object]) -> None:
    """Refuses one more entry than a task may have."""
    if len(entries) >= MOST_ENTRIES:
        raise RuleViolated("too-many-entries", f"同类记录已达 {MOST_ENTRIES} 条，不能再增加")
