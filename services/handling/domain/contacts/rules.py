"""Rules of contacts: on which day, in which phase, with whom."""

from collections.abc import Sequence
from datetime import date, datetime

from services.handling.domain.contacts.commands import RecordContact
from services.handling.domain.tasks.rules import BEFORE_REPLY, is_with_proposer
from shared.contracts.case_event import Proposer
from shared.kernel.calendar import business_day
from shared.kernel.eligible import check_person
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import require_text


def check_contact(command: RecordContact, opened: datetime, signed: datetime | None) -> None:
    """Checks the day of the contact, which may be entered later, never earlier."""
    if command.on > business_day(command.at):
        raise RuleViolated("contact-in-future", "联系日期不能晚于今天", "on")
    if command.on < business_day(opened):
        raise RuleViolated("contact-before-task", "联系日期不能早于交办日期", "on")
    check_phase(command, business_day(signed) if signed else None)
    require_text(command.summary, "请填写联系沟通的情况", "summary")


def check_phase(command: RecordContact, signed: date | None) -> None:
    """Checks that 办后反馈 follows the reply, and that 办前 and 办中 do not."""
    if command.phase == "after" and (signed is None or command.on < signed):
        message = "联系时答复尚未签发，不能登记为办后反馈，应登记为办前联系或办中协商"
        raise RuleViolated("contact-after-early", message, "phase")
    if command.phase in BEFORE_REPLY and signed and command.on > signed:
        message = "联系时答复已经签发，应登记为办后反馈"
        raise RuleViolated("contact-before-late", message, "phase")


def suffices(command: RecordContact, proposers: Sequence[Proposer]) -> bool:
    """Returns whether the contact stops the clock of the first one: with a proposer, in a mode that
    the policy row asks for."""
    modes = command.rules.row.first_contact_modes
    return (not modes or command.mode in modes) and is_with_proposer(command, proposers)


def check_people(command: RecordContact, proposers: Sequence[Proposer]) -> None:
    """Checks that each person named is a proposer of the case or known to the directory."""
    own = {proposer.id for proposer in proposers}
    for person in command.people:
        if person not in own:
            check_person(command.directory, person, "people")
