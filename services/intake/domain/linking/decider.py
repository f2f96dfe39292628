"""Decides on links. The stream of the case says what it is to others; they are not asked."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.linking.commands import LinkCase, UnlinkCase
from services.intake.domain.linking.rules import check_link
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    of_case,
    require_case,
    with_step,
)
from shared.contracts.linking import CaseLinked, CaseUnlinked, Link, Unlinking
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import require_text

IN_HAND: frozenset[Status] = frozenset({"registered", "accepted", "merged"})


def link(command: LinkCase, state: IntakeState) -> Sequence[CaseLinked]:
    case = require_in_hand(state)
    check_link(command.rules.row, command.known, command.how, case.came_in_on)
    if case.links.get(command.other) == command.how:
        return []
    require_no_part(case, command.other)
    require_room(command, case)
    return [CaseLinked(**case.head(command.at), by=command.by, **command.fields(Link))]


def unlink(command: UnlinkCase, state: IntakeState) -> Sequence[CaseUnlinked]:
    case = require_in_hand(state)
    if command.known is None or command.other not in case.links:
        raise RuleViolated("not-linked", "本件没有与所选的件关联", "other")
    require_no_part(case, command.other)
    require_text(command.reason, "请写明解除关联的理由", "reason", "unlinking-reason")
    return [CaseUnlinked(**case.head(command.at), by=command.by, **command.fields(Unlinking))]


def require_in_hand(state: IntakeState) -> Case:
    case = require_case(state)
    if case.status not in IN_HAND:
        raise RuleViolated("case-decided", f"该件{{situation:{case.status}}}，不能再这样办理")
    return case


def require_no_part(case: Case, other: str) -> None:
    """A part stays what it is: its paper goes no further because of it."""
    if case.links.get(other) == "part":
        message = "本件由所选的件分案而来，这一关系不能更改"
        raise RuleViolated("link-part", message, "other")


def require_room(command: LinkCase, case: Case) -> None:
    rules = command.rules.row.links
    if rules and command.other not in case.links and len(case.links) >= rules.most:
        message = f"本件关联的件已满，最多关联 {rules.most} 件"
        raise RuleViolated("links-full", message, "other")


def linked(case: Case, fact: CaseLinked) -> Case:
    return replace(case, links={**case.links, fact.other: fact.how})


def unlinked(case: Case, fact: CaseUnlinked) -> Case:
    kept = {other: how for other, how in case.links.items() if other != fact.other}
    return with_step(replace(case, links=kept), fact)


DECIDE = Decisions({LinkCase: link, UnlinkCase: unlink})
EVOLVE = Folds({CaseLinked: of_case(linked), CaseUnlinked: of_case(unlinked)})
OFFERS: Openness = {LinkCase: IN_HAND, UnlinkCase: IN_HAND}
