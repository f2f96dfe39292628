"""Folds: each owner's facts change that owner's part of the case document, and no other part."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from services.portal.domain.folds_of_clocks import FOLDS_OF_CLOCKS
from services.portal.domain.folds_of_feedback import FOLDS_OF_FEEDBACK
from services.portal.domain.folds_of_hand_out import FOLDS_OF_HAND_OUT, has_unit
from services.portal.domain.folds_of_intake import FOLDS_OF_INTAKE, Fields, Fold
from services.portal.domain.folds_of_pauses import CHANGES_BY_PAUSES
from shared.contracts import assignment as a
from shared.contracts import disclosure as d
from shared.contracts import extensions as x
from shared.contracts import handling as h
from shared.contracts.case_event import Task
from shared.contracts.payloads.handling import IN_PERSON
from shared.contracts.proposals import CohandlerDecided, CohandlerProposed
from shared.kernel.messages import Event
from shared.kernel.moment import stamp


def rows_of(part: Fields, table: str) -> dict[str, Fields]:
    """Returns the rows of a table of the part, to be changed there."""
    rows: dict[str, Fields] = part.setdefault(table, {})
    return rows


def task_row(task: Task, turn: int) -> Fields:
    return {
        "unit": task.unit,
        "part": task.part,
        "scope": task.scope if isinstance(task.scope, str) else None,  # a sealed one stays sealed
        "round": turn,
        "due": stamp(task.due.at),
        "status": "assigned",
    }


def assigned(part: Fields, event: a.CaseAssigned, at: str) -> None:
    """Begins the tasks: a case is assigned once, and all other facts about tasks follow."""
    part["tasks"] = {task.task: task_row(task, event.round) for task in event.tasks}


def reassigned(part: Fields, event: a.AssignmentReassigned, at: str) -> None:
    removed(part, event, at)
    rows_of(part, "tasks")[event.to.task] = task_row(event.to, event.round)


def removed(part: Fields, event: a.AssignmentReassigned | a.AssignmentRemoved, at: str) -> None:
    if row := part.get("tasks", {}).get(event.task):
        row |= {"status": "ended", "ended_at": at}


def progressed(part: Fields, event: a.AssignmentProgressed, at: str) -> None:
    """Begins the tasks of a further round: to be signed for, or waiting for another unit."""
    turn = event.next_round or event.round
    rows = {task.task: task_row(task, turn) for task in event.tasks}
    waiting = {name: {**rows[name], "status": "returned"} for name in event.withheld}
    part["tasks"] = {**rows, **waiting, **part.get("tasks", {})}


def added(part: Fields, event: a.AssignmentAdded, at: str) -> None:
    rows_of(part, "tasks")[event.to.task] = task_row(event.to, event.round)


def status(name: str) -> Fold:
    return on_given(lambda row: {"status": name})


def on_given(change: Callable[[Fields], Fields]) -> Fold:
    """Folds into the row of the task, where it was handed out."""

    def fold(part: Fields, event: Any, at: str) -> None:
        if row := part.get("tasks", {}).get(event.task):
            row |= change(row)

    return fold


def given_back(name: str) -> Fold:
    """Keeps the status, and that only a ruling can answer, where it is so."""

    def fold(part: Fields, event: a.AssignmentObjected | a.ObjectionDecided, at: str) -> None:
        ruled = {"to_arbitration": True} if event.to_arbitration else {}
        on_given(lambda row: {"status": name, **ruled})(part, event, at)

    return fold


def decided(part: Fields, event: a.ObjectionDecided, at: str) -> None:
    given_back("returned" if event.upheld else "assigned")(part, event, at)


def arbitrated(part: Fields, event: a.ObjectionArbitrated, at: str) -> None:
    """Returns the task to its unit; where another one was ruled to act, its move follows."""
    status("assigned")(part, event, at)


def moved(part: Fields, event: a.AssignmentExtended, at: str) -> None:
    on_given(lambda row: {"due": stamp(event.due.at)})(part, event, at)


def on_task(change: Callable[[Fields, Any, str], Fields]) -> Fold:
    """Folds into the task's row of handling; a new row begins with the unit, part and round of the
    fact."""

    def fold(part: Fields, event: Any, at: str) -> None:
        tasks = rows_of(part, "tasks")
        if event.task not in tasks:
            tasks[event.task] = begun(event)
        row = tasks[event.task]
        row |= change(row, event, at)

    return fold


def begun(event: Any) -> Fields:
    return {"unit": event.unit, "part": "lead", "round": event.round}


def more(name: str, row: Fields) -> Fields:
    return {name: row.get(name, 0) + 1}


def opened(row: Fields, event: h.TaskOpened, at: str) -> Fields:
    higher = {"higher": True} if event.higher_signer else {}
    return {"part": event.part, "due": stamp(event.due.at), **higher}


def contacted(row: Fields, event: h.CaseContacted, at: str) -> Fields:
    """Counts every contact; `other_contacts` are those by which the first one is still owed (a
    petitioner is told in writing, and not by telephone)."""
    face = more("face_to_face", row) if event.mode in IN_PERSON else {}
    other = {} if event.counts_as_first else more("other_contacts", row)
    return {**more("contacts", row), **face, **other}


def signed(row: Fields, event: h.ReplySigned, at: str) -> Fields:
    """Keeps the co-handlers that gave no opinion only where there are any (协办未会签), and so the
    answers to what was asked, by the number of the item."""
    silent = {"without_opinion": list(event.without_opinion)} if event.without_opinion else {}
    answers = {f"{each.ask}": each.outcome for each in event.answers}
    answered = {"answers": answers} if answers else {}
    pausers: Fields = {"pausers": []} if row.get("pausers") else {}
    return {"signed_at": at, "letter": event.letter, **silent, **answered, **pausers}


def extension_asked(row: Fields, event: x.ExtensionRequested, at: str) -> Fields:
    return {"approvers": list(event.approvers)}


def extension_approved(row: Fields, event: x.ExtensionApproved, at: str) -> Fields:
    return {"approvers": [each for each in row.get("approvers", ()) if each not in event.seats]}


def extended(row: Fields, event: x.TaskExtended, at: str) -> Fields:
    """Keeps whether the proposer is still to be told."""
    untold = any(each.due.rule == "extension-notice" for each in event.opens or ())
    return {"approvers": [], "due": stamp(event.due.at), "untold": untold}


def keyed(table: str, key: str, change: Callable[[Any], Fields]) -> Fold:
    """Folds into the row of `table` that the fact's field `key` names, in any order of facts."""

    def fold(part: Fields, event: Any, at: str) -> None:
        row = rows_of(part, table).setdefault(vars(event)[key], {})
        row |= change(event)

    return fold


publication = partial(keyed, "publications", "task")


FOLDS: Mapping[type[Event], Fold] = {
    **FOLDS_OF_INTAKE,
    **FOLDS_OF_HAND_OUT,
    a.CaseAssigned: assigned,
    a.AssignmentReassigned: reassigned,
    a.AssignmentAdded: added,
    a.AssignmentRemoved: removed,
    a.AssignmentReceived: has_unit(status("received")),
    a.AssignmentDeemedAccepted: has_unit(status("deemed-accepted")),
    a.AssignmentObjected: given_back("objected"),
    a.ObjectionDecided: decided,
    a.ObjectionArbitrated: arbitrated,
    CohandlerProposed: on_given(lambda row: {"proposal": True}),
    CohandlerDecided: on_given(lambda row: {"proposal": False}),
    a.AssignmentContested: status("contested"),
    a.AssignmentBegun: has_unit(on_given(lambda row: {"begun": True})),
    a.AssignmentProgressed: progressed,
    h.TaskOpened: on_task(opened),
    h.CohandlerJoined: on_task(lambda row, e, at: {"part": "co", "due": stamp(e.due.at)}),
    h.TaskClosed: on_task(lambda row, e, at: {"ended": True}),
    h.CaseContacted: on_task(contacted),
    h.OpinionGiven: on_task(lambda row, e, at: {"opinion_at": at}),
    h.DraftSubmitted: on_task(lambda row, e, at: {"drafts": e.version, "returned": False}),
    h.DraftReturned: on_task(lambda row, e, at: {"returned": True}),
    x.ExtensionRequested: on_task(extension_asked),
    x.ExtensionApproved: on_task(extension_approved),
    x.ExtensionRefused: on_task(lambda row, e, at: {"approvers": []}),
    x.TaskExtended: on_task(extended),
    x.CohandlerExtended: on_task(lambda row, e, at: {"due": stamp(e.due.at)}),
    x.ExtensionTold: on_task(lambda row, e, at: {"untold": False}),
    **{fact: on_task(change) for fact, change in CHANGES_BY_PAUSES.items()},
    a.AssignmentExtended: moved,
    h.ReplySigned: on_task(signed),
    h.ReplyDelivered: on_task(lambda row, e, at: more("delivered", row)),
    h.CaseReplied: on_task(
        lambda row, e, at: {"part": e.part, "replied_at": at, "on_time": e.on_time}
    ),
    **FOLDS_OF_FEEDBACK,
    d.DisclosureOpened: publication(lambda e: {"due": stamp(e.due.at)}),
    d.DisclosureDecided: publication(
        lambda e: {"mode": e.mode, "form": e.form, "approved": None, "again": False}
    ),
    d.DisclosureReviewed: publication(lambda e: {"approved": e.approved}),
    d.CaseDisclosed: publication(lambda e: {"public": True, "url": e.url}),
    d.PublicationReleased: publication(lambda e: {"again": True}),
    d.DisclosureWithdrawn: publication(lambda e: {"public": False, "again": True}),
    **FOLDS_OF_CLOCKS,
}
