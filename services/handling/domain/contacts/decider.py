"""Decisions about contacts and progress."""

from collections.abc import Sequence
from dataclasses import replace

from services.handling.domain.contacts.commands import RecordContact, ReportProgress
from services.handling.domain.contacts.rules import check_contact, check_people, suffices
from services.handling.domain.tasks.commands import UNTIL_CLOSED, Offered
from services.handling.domain.tasks.rules import check_room
from services.handling.domain.tasks.state import Handling, Work, on_task, work_of
from shared.contracts import handling as facts
from shared.contracts.payloads.handling import Contact, ProgressNote
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.messages import Act
from shared.kernel.texts import require_text


def record_contact(command: RecordContact, state: Handling) -> Sequence[facts.CaseContacted]:
    work = work_of(state, command.task)
    check_room(work.contacts)
    check_contact(command, work.opening.at, state.signed_at(work))
    check_people(command, state.proposers_of(work))
    fields = command.fields(Act, Contact)
    enough = suffices(command, state.proposers_of(work))
    return [facts.CaseContacted(**work.mark, **fields, suffices=enough)]


def report_progress(command: ReportProgress, state: Handling) -> Sequence[facts.ProgressReported]:
    work = work_of(state, command.task)
    check_room(work.progress)
    require_text(command.text, "请填写进展情况", "text")
    return [facts.ProgressReported(**work.mark, **command.fields(Act, ProgressNote))]


def contacted(work: Work, fact: facts.CaseContacted) -> Work:
    return replace(work, contacts=(*work.contacts, fact))


def reported(work: Work, fact: facts.ProgressReported) -> Work:
    return replace(work, progress=(*work.progress, fact))


DECIDE: Rows[Decide[Handling]] = Rows(
    {
        RecordContact: record_contact,
        ReportProgress: report_progress,
    }
)
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {
        facts.CaseContacted: on_task(contacted),
        facts.ProgressReported: on_task(reported),
    }
)
OFFERS: Offered = {
    RecordContact: UNTIL_CLOSED,
    ReportProgress: UNTIL_CLOSED,
}
