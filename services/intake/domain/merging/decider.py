"""Decides on mergers. The stream of the member says that it is merged, so that a case is in one
merger at most; its master hears of it, and a member that cannot be taken leaves again."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.merging.commands import (
    CloseMembers,
    EndMerger,
    JoinMember,
    LeaveMember,
    MergeCase,
    UnmergeCase,
)
from services.intake.domain.merging.rules import (
    MOST_MEMBERS,
    MOST_PEOPLE,
    RULES,
    people_of,
    require_master,
)
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    of_case,
    require_case,
    unmerged,
    with_step,
)
from shared.contracts.merging import (
    CaseMerged,
    CaseUnmerged,
    LeavingCause,
    MemberJoined,
    MemberLeft,
    MembersClosed,
    Merger,
    Numbers,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.repeated import require_same
from shared.kernel.texts import require_text

ACCEPTED: frozenset[Status] = frozenset({"accepted"})
MERGED: frozenset[Status] = frozenset({"merged"})


def merge(command: MergeCase, state: IntakeState) -> Sequence[CaseMerged]:
    case = require_case(state)
    if case.merger and case.merger.into == command.into:
        require_same(command, case.merger, Merger)
        return []
    if case.merger:
        message = "该件已经并入其他件，需要改并的，请先撤销并案"
        raise RuleViolated("merging-merged", message)
    if case.status not in ACCEPTED:
        message = (
            f"该件{{situation:{case.status}}}，不能并案；只有{{fact:case.accepted}}的件可以并案"
        )
        raise RuleViolated("merging-state", message)
    for rule in RULES:
        rule(command, case)
    return [
        CaseMerged(
            **case.head(command.at),
            **command.fields(Merger),
            by=command.by,
            proposers=case.paper.proposers,
            numbers=numbers_of(case),
            master_numbers=require_master(command, case).numbers,
        )
    ]


def numbers_of(case: Case) -> Numbers:
    return Numbers(label=case.label, external_no=case.paper.external_no)


def unmerge(command: UnmergeCase, state: IntakeState) -> Sequence[CaseUnmerged]:
    case = require_case(state)
    if case.merger is None or case.status not in MERGED:
        raise RuleViolated("not-merged", "该件没有并案，不需要撤销")
    if command.answered:
        message = "主件的答复已经签发，各件一并答复，不能再撤销并案"
        raise RuleViolated("merging-answered", message)
    require_text(command.reason, "请写明撤销并案的理由", "reason", "unmerging-reason")
    return [*unmerged(case, command, "undone", command.reason)]


def end_merger(command: EndMerger, state: IntakeState) -> Sequence[CaseUnmerged]:
    """The case goes on by itself; nothing where it has left that master already."""
    if not isinstance(state, Case) or state.merger is None:
        return []
    return [*unmerged(state, command, command.cause)] if state.merger.into == command.master else []


def join(command: JoinMember, state: IntakeState) -> Sequence[MemberJoined | MemberLeft]:
    """Takes the member, or sends it back where the case cannot be its master any more."""
    if not isinstance(state, Case) or command.member in state.members:
        return []
    head = state.head(command.at)
    if cause := cause_against(command, state):
        return [MemberLeft(**head, member=command.member, cause=cause)]
    brought = {"proposers": command.proposers, "numbers": command.numbers}
    return [MemberJoined(**head, member=command.member, **brought)]


def cause_against(command: JoinMember, master: Case) -> LeavingCause | None:
    """Returns why the case cannot take the member."""
    if master.status not in ACCEPTED:
        return "master-left"
    full = len(master.members) >= MOST_MEMBERS
    return "full" if full or people_of(master) + len(command.proposers) > MOST_PEOPLE else None


def leave(command: LeaveMember, state: IntakeState) -> Sequence[MemberLeft]:
    if not isinstance(state, Case) or command.member not in state.members:
        return []
    return [MemberLeft(**state.head(command.at), member=command.member, cause=command.cause)]


def close(command: CloseMembers, state: IntakeState) -> Sequence[MembersClosed]:
    if not isinstance(state, Case) or not state.members:
        return []
    members = tuple(sorted(state.members))
    return [MembersClosed(**state.head(command.at), members=members, closed=command.closed)]


def merged(case: Case, fact: CaseMerged) -> Case:
    return with_step(replace(case, status="merged", merger=fact), fact)


def alone(case: Case, fact: CaseUnmerged) -> Case:
    return with_step(replace(case, status="accepted", merger=None), fact)


def joined(case: Case, fact: MemberJoined) -> Case:
    return replace(case, members={**case.members, fact.member: fact})


def left(case: Case, fact: MemberLeft) -> Case:
    others = {name: each for name, each in case.members.items() if name != fact.member}
    return replace(case, members=others)


def unchanged(case: Case, fact: MembersClosed) -> Case:
    """Returns the master as it was: assignment hears the fact, and closes the members."""
    return case


DECIDE = Decisions(
    {
        MergeCase: merge,
        UnmergeCase: unmerge,
        EndMerger: end_merger,
        JoinMember: join,
        LeaveMember: leave,
        CloseMembers: close,
    }
)
EVOLVE = Folds(
    {
        CaseMerged: of_case(merged),
        CaseUnmerged: of_case(alone),
        MemberJoined: of_case(joined),
        MemberLeft: of_case(left),
        MembersClosed: of_case(unchanged),
    }
)
OFFERS: Openness = {MergeCase: ACCEPTED, UnmergeCase: MERGED}
