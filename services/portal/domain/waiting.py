"""Steps that a case waits for: keys `action|place`, by which the register finds a person's cases.

A place is the unit of a task or of the post that is asked, or the person who is asked; `*` are
those whose right comes with the case (an organ, the agency), or the name of that relation where
each of several is asked. The keys are the usual next steps;
what exactly may be done, and by whom, is decided by the service of the action.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from services.portal.domain.derived import ANYBODY, Case, part
from services.portal.domain.folds_of_feedback import reviewing

OWNER_OF: Mapping[str, str] = {
    "report-charge": "assignment",
    "confirm-signature": "intake",
    "open-call": "intake",
    "hand-in-paper": "intake",
    "resubmit-paper": "intake",
    "accept-case": "intake",
    "notify-refusal": "intake",
    "assign-case": "assignment",
    "decide-plan": "assignment",
    "receive-assignment": "assignment",
    "decide-objection": "assignment",
    "arbitrate-objection": "assignment",
    "decide-cohandler": "assignment",
    "reassign": "assignment",
    "record-contact": "handling",
    "give-opinion": "handling",
    "submit-draft": "handling",
    "sign-reply": "handling",
    "decide-extension": "handling",
    "tell-extension": "handling",
    "decide-suspension": "handling",
    "tell-suspension": "handling",
    "deliver-reply": "handling",
    "rate-reply": "feedback",
    "rate-by-proxy": "feedback",
    "decide-rehandling": "feedback",
    "decide-review": "feedback",
    "end-hearing": "feedback",
    "deliver-review": "feedback",
    "decide-disclosure": "disclosure",
    "review-disclosure": "disclosure",
    "acknowledge-escalation": "reminder",
}
"""The actions that a case may wait for, in the order of its life, each with its service. What a
leader in charge says at any time comes first: each step of the case goes before it."""
ELSEWHERE = "reassign"
"""The step of a task whose unit may not have the case: for those who assign, who find another."""
GONE = ("erased_at", "withdrawn_at", "split_at")
REFUSED = ("declined_at", "passed_on_at", "sent_back_at")
UNLISTED = "x-"
"""Begins the id of a proposer whom the directory does not know: nobody signs in as such a one."""
ASSIGNED: Mapping[str, tuple[str, str]] = {
    "assigned": ("receive-assignment", ""),
    "objected": ("decide-objection", ANYBODY),
    "returned": ("reassign", ANYBODY),
}
"""By status of a task: its next step, and the place (empty: its unit)."""
GIVEN_BACK = frozenset({"objected", "returned"})
NOT_WITH_UNIT = GIVEN_BACK | {"ended"}
"""Statuses of a task in which its unit has nothing to do."""


def waits(case: Case) -> list[str]:
    """Returns the keys, each once."""
    intake = part(case, "intake")
    if any(map(intake.get, GONE)):
        return []
    if any(map(intake.get, REFUSED)):
        return _refused(intake)
    steps = [*_under_review(case), *_reviewed(case), *_published(case), *_escalated(case)]
    steps += _charged(case)
    if not part(case, "assignment").get("closed_at"):
        work = (*_begun(case), *_handed_out(case), *_proposed(case), *_worked(case))
        steps = [*work, *_out_of_place(case), *_rated(case), *steps]
    if intake.get("to_tell"):
        steps = [*steps, ("notify-refusal", ANYBODY)]
    return sorted({f"{action}|{place}" for action, place in steps})


def _refused(intake: Case) -> list[str]:
    """Returns the keys of a paper that was not taken up: its author hears why, and hands one that
    was sent back in again."""
    notice = [] if intake.get("told") else [f"notify-refusal|{ANYBODY}"]
    if not intake.get("sent_back_at"):
        return notice
    authors = [one["id"] for one in intake.get("proposers", ()) if one["part"] == "lead"]
    places = [who for who in authors if not who.startswith(UNLISTED)]
    return [*notice, *[f"resubmit-paper|{who}" for who in places]]


Steps = Iterator[tuple[str, str]]


def _begun(case: Case) -> Steps:
    intake = part(case, "intake")
    if intake.get("called_by"):
        yield from _called(intake)
    elif unconfirmed := () if intake.get("accepted_at") else intake.get("unconfirmed"):
        yield from (("confirm-signature", who) for who in (*unconfirmed, ANYBODY))
    elif not intake.get("accepted_at"):
        yield "accept-case", ANYBODY
    elif not (part(case, "assignment").get("tasks") or intake.get("merged_into")):
        yield "decide-plan" if part(case, "assignment").get("plan") else "assign-case", ANYBODY


def _called(intake: Case) -> Steps:
    """Yields the steps before a paper is handed in: its author takes them, and his co-signers."""
    author, unconfirmed = intake["called_by"], intake.get("unconfirmed")
    if intake.get("lapsed"):
        yield "open-call", author
    elif unconfirmed:
        yield from (("confirm-signature", who) for who in (*unconfirmed, ANYBODY))
    else:
        yield "hand-in-paper", author


def _handed_out(case: Case) -> Steps:
    for name, task in part(case, "assignment").get("tasks", {}).items():
        status = task["status"]
        if task.get("to_arbitration") and status in GIVEN_BACK:
            yield "arbitrate-objection", ANYBODY
        elif status in ASSIGNED and not (status == "assigned" and _is_begun(case, name, task)):
            action, place = ASSIGNED[status]
            yield action, place or task["unit"]


def _proposed(case: Case) -> Steps:
    """Yields the answer to each lead at work that asks for a unit beside it."""
    handled = part(case, "handling").get("tasks", {})
    for name, task in part(case, "assignment").get("tasks", {}).items():
        if task.get("proposal") and is_in_hand({**handled.get(name, {}), **task}):
            yield "decide-cohandler", ANYBODY


def _is_begun(case: Case, name: str, task: Mapping[str, Any]) -> bool:
    """Returns whether the unit need not, or may not, sign for the task any more."""
    answered = part(case, "handling").get("tasks", {}).get(name, {}).get("replied_at")
    return bool(task.get("begun") or answered or task["unit"] in _recused(case))


def _worked(case: Case) -> Steps:
    handed = part(case, "assignment").get("tasks", {})
    for name, task in part(case, "handling").get("tasks", {}).items():
        away = handed.get(name, {}).get("status") in NOT_WITH_UNIT
        if away or task.get("ended") or task.get("replied_at"):
            continue
        if task["unit"] not in _recused(case):
            yield from _of_unit(task)


def _extended(task: Mapping[str, Any]) -> Steps:
    """Yields the decision on an extension for each approver who has not agreed yet: at the unit
    itself, or under the relation to the case; and the notice of one that was granted."""
    for approver in task.get("approvers", ()):
        yield "decide-extension", task["unit"] if approver == "task-unit" else approver
    if task.get("untold"):
        yield "tell-extension", task["unit"]


def _suspended(task: Mapping[str, Any]) -> Steps:
    """Yields the decision on a suspension for each approver who has not agreed yet, and the notice
    that a task stands still, or goes on."""
    for approver in task.get("pausers", ()):
        yield "decide-suspension", task["unit"] if approver == "task-unit" else approver
    if task.get("untold_pause"):
        yield "tell-suspension", task["unit"]


def _of_unit(task: Mapping[str, Any]) -> Steps:
    yield from (*_extended(task), *_suspended(task))
    if task["part"] != "co":
        if not task.get("paused_until"):
            yield _next_of(task)
    elif not task.get("opinion_at"):
        yield "give-opinion", task["unit"]


def _out_of_place(case: Case) -> Steps:
    """Yields the step for tasks that are not answered, of units that the case is against or that
    its purpose excludes: its assigning organ must see them, as nobody at the unit may."""
    given, handled = (part(case, owner).get("tasks", {}) for owner in ("assignment", "handling"))
    misplaced = part(case, "assignment").get("misplaced", ())
    for name in {**given, **handled}:
        row = {**handled.get(name, {}), **given.get(name, {})}
        wrong = row["unit"] in _recused(case) or name in misplaced
        if wrong and row.get("status") != "objected" and is_in_hand(row):
            yield ELSEWHERE, ANYBODY


def is_in_hand(task: Mapping[str, Any]) -> bool:
    """Returns whether a task, as handed out and as handled, was neither answered nor taken away."""
    answered = task.get("replied_at") or (task["part"] == "co" and task.get("opinion_at"))
    return not (answered or task.get("ended") or task.get("status") == "ended")


def _recused(case: Case) -> frozenset[str]:
    return frozenset(part(case, "intake").get("against") or ())


def _next_of(task: Mapping[str, Any]) -> tuple[str, str]:
    unit = task["unit"]
    if task.get("signed_at"):
        return "deliver-reply", unit
    if task.get("drafts") and not task.get("returned"):
        return "sign-reply", ANYBODY if task.get("higher") else unit
    is_met = task.get("contacts", 0) > task.get("other_contacts", 0) or task.get("drafts")
    return ("submit-draft" if is_met else "record-contact"), unit


def _under_review(case: Case) -> Steps:
    """Yields the decision of the organ on each rating that awaits it, also where a case is closed
    by its reply."""
    for row in part(case, "feedback").get("evaluations", {}).values():
        if row.get("review") == "open":
            yield "decide-rehandling", ANYBODY


def _reviewed(case: Case) -> Steps:
    """Yields the next step of the organ of each level at which an opinion is reviewed, also of a
    case that is closed. That a petitioner may ask waits for nobody."""
    for level, step in reviewing(case):
        yield step, f"{level}-organ"


def _charged(case: Case) -> Steps:
    """Yields that each leader in charge has the case until he says how it ended."""
    for _, leader in part(case, "assignment").get("charges", {}).values():
        yield "report-charge", leader


def _rated(case: Case) -> Steps:
    for row in part(case, "feedback").get("evaluations", {}).values():
        if row.get("overall") or row.get("lapsed"):
            continue
        by_others = row["rater"].startswith(UNLISTED)
        yield ("rate-by-proxy", ANYBODY) if by_others else ("rate-reply", row["rater"])


def _published(case: Case) -> Steps:
    tasks = part(case, "handling").get("tasks", {})
    for task, row in part(case, "disclosure").get("publications", {}).items():
        unit = tasks.get(task, {}).get("unit", ANYBODY)
        if row.get("public"):
            continue
        undecided = not row.get("mode") or row.get("approved") is False or row.get("again")
        if row.get("due") and undecided:
            yield from (("decide-disclosure", ANYBODY), ("decide-disclosure", unit))
        elif row.get("mode") and row.get("approved") is None:
            yield from (("review-disclosure", ANYBODY), ("review-disclosure", unit))


def _escalated(case: Case) -> Steps:
    for clock in part(case, "reminder").get("clocks", {}).values():
        for ask in clock.get("asks", {}).values() if clock.get("running") else ():
            told = filter(None, (ask["told"], ask["asked"]))
            yield from (("acknowledge-escalation", place) for place in told)
