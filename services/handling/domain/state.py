"""What the facts add up to: each unit's work on the case, up to the delivered reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from services.handling.domain import events
from shared.contracts import handling as facts
from shared.contracts.case_event import CaseMark, PartInTask, Proposer
from shared.kernel.errors import NotFound, RuleViolated

Stage = Literal["opining", "working", "drafted", "signed", "replied", "closed"]


@dataclass(frozen=True)
class Work:
    """What one unit has to do and has done; `opening` is the fact that it began with."""

    opening: events.Began
    contacts: tuple[facts.CaseContacted, ...] = ()
    progress: tuple[facts.ProgressReported, ...] = ()
    opinions: tuple[facts.OpinionGiven, ...] = ()
    drafts: tuple[facts.DraftSubmitted, ...] = ()
    returns: tuple[facts.DraftReturned, ...] = ()
    reply: facts.ReplySigned | None = None
    deliveries: tuple[facts.ReplyDelivered, ...] = ()
    replied: facts.CaseReplied | None = None
    closed: str | None = None

    @property
    def part(self) -> PartInTask:
        return self.opening.part if isinstance(self.opening, facts.TaskOpened) else "co"

    @property
    def higher_signer(self) -> bool:
        return isinstance(self.opening, facts.TaskOpened) and self.opening.higher_signer

    @property
    def recipients(self) -> tuple[Proposer, ...]:
        return self.opening.recipients if isinstance(self.opening, facts.TaskOpened) else ()

    @property
    def draft(self) -> facts.DraftSubmitted | None:
        """The version that may be signed: the last one, unless it was returned."""
        returned = {one.version for one in self.returns}
        return next((one for one in self.drafts[-1:] if one.version not in returned), None)

    @property
    def stage(self) -> Stage:
        if self.closed:
            return "closed"
        if self.part == "co":
            return "opining"
        if self.reply:
            return "replied" if self.replied else "signed"
        return "drafted" if self.draft else "working"


@dataclass(frozen=True)
class Handling:
    """`ended`: tasks that must not begin any more (closed before they were opened, or too late)."""

    mark: CaseMark | None = None
    works: Mapping[str, Work] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    stopped: str | None = None

    @property
    def live(self) -> tuple[Work, ...]:
        return tuple(work for work in self.works.values() if not work.closed)

    @property
    def proposers(self) -> tuple[Proposer, ...]:
        return next((work.recipients for work in self.works.values() if work.recipients), ())

    def asking(self, work: Work) -> tuple[Proposer, ...]:
        """Whom the work is for: the proposers of its task, or else those of the case."""
        return work.recipients or self.proposers

    def team(self, part: PartInTask, round_: int) -> tuple[Work, ...]:
        return tuple(w for w in self.live if w.part == part and w.opening.round == round_)

    def awaited(self, work: Work) -> int:
        """How many co-handlers' opinions the lead has not got yet."""
        team = self.team("co", work.opening.round) if work.part == "lead" else ()
        return sum(not other.opinions for other in team)

    def signed_at(self, work: Work) -> datetime | None:
        """When the reply was signed that the work is for: a co-handler's is that of its lead."""
        writers = self.team("lead", work.opening.round) if work.part == "co" else (work,)
        return max((one.reply.at for one in writers if one.reply), default=None)

    def head(self, at: datetime, round_: int, mark: CaseMark | None = None) -> dict[str, Any]:
        """What every fact of the case repeats."""
        return {**dict(mark or self.mark or ()), "round": round_, "at": at}


def work_of(state: Handling, task: str) -> Work:
    """The task, while something may still be done for it."""
    if state.stopped:
        raise RuleViolated("case-stopped", "该件已撤回或注销，停止办理")
    if task in state.ended:
        raise RuleViolated("task-closed", "该任务已结束或已改派，不再由本单位办理", "task")
    if task not in state.works:
        raise NotFound(task)
    return state.works[task]


def replying(state: Handling, task: str) -> Work:
    work = work_of(state, task)
    if work.part == "co":
        raise RuleViolated("lead-only", "答复由主办或分办单位拟稿、签发和送达", "task")
    return work


def unsigned(work: Work) -> Work:
    if work.reply:
        raise RuleViolated("already-signed", "答复已经签发，不能更改", "task")
    return work


def draft_read(work: Work, version: int | None) -> facts.DraftSubmitted:
    """The draft that may be signed or returned, if it is still the one that was read."""
    if (draft := work.draft) is None:
        raise RuleViolated("no-draft", "没有待签发的答复稿", "task")
    if version not in (None, draft.version):
        raise RuleViolated("draft-outdated", "答复稿已有新版本，请重新审阅", "version")
    return draft


def evolve(state: Handling, event: events.HandlingEvent) -> Handling:
    state = state if state.mark else replace(state, mark=CaseMark.of(event))
    match event:
        case facts.TaskOpened() | facts.CohandlerJoined():
            return replace(state, works={**state.works, event.task: Work(event)})
        case facts.HandlingStopped():
            return replace(state, stopped=event.reason)
        case facts.CohandlerRefused():
            return ended(state, event.task, "refused")
        case facts.TaskClosed():
            return ended(state, event.task, event.reason)
        case facts.TaskCloseRefused():
            return state
        case _:
            return worked(state, event)


def ended(state: Handling, task: str, reason: str) -> Handling:
    work = state.works.get(task)
    works = {**state.works, task: replace(work, closed=reason)} if work else state.works
    return replace(state, works=works, ended={**state.ended, task: reason})


PLACES: Mapping[type[events.Done], str] = {
    facts.CaseContacted: "contacts",
    facts.ProgressReported: "progress",
    facts.OpinionGiven: "opinions",
    facts.DraftSubmitted: "drafts",
    facts.DraftReturned: "returns",
    facts.ReplyDelivered: "deliveries",
    facts.ReplySigned: "reply",
    facts.CaseReplied: "replied",
}


def worked(state: Handling, event: events.Done) -> Handling:
    """Kept as it was recorded: in its list, or alone where there can be only one."""
    if (work := state.works.get(event.task)) is None:
        return state
    place = PLACES[type(event)]
    known = getattr(work, place)
    kept: Any = (*known, event) if isinstance(known, tuple) else event
    return replace(state, works={**state.works, event.task: replace(work, **{place: kept})})
