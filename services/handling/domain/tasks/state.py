"""State of handling: the work of each unit on the case, up to the delivered reply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from services.handling.domain.tasks.commands import Stage
from services.handling.domain.tasks.requests import Extension, Suspending
from shared.contracts import extensions as extension_facts
from shared.contracts import handling as facts
from shared.contracts.case_event import CaseMark, OnTask, PartInTask, Proposer, TaskMark
from shared.contracts.imports import ERASED
from shared.contracts.members import RecipientsJoined, RecipientsLeft, RecipientsRefused
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Text
from shared.kernel.policy import Due
from shared.kernel.texts import GONE

F = TypeVar("F", bound=OnTask)
Began = facts.TaskOpened | facts.CohandlerJoined


@dataclass(frozen=True)
class Work:
    """The duty of one unit and its results; `opening` is the fact that it began with. `told`
    of an extension: the last notice, and the due moment of which it told. `still_since`: since when
    its time stands still, with that of the lead."""

    opening: Began
    contacts: tuple[facts.CaseContacted, ...] = ()
    progress: tuple[facts.ProgressReported, ...] = ()
    opinions: tuple[facts.OpinionGiven, ...] = ()
    drafts: tuple[facts.DraftSubmitted, ...] = ()
    returns: tuple[facts.DraftReturned, ...] = ()
    reply: facts.ReplySigned | None = None
    deliveries: tuple[facts.ReplyDelivered, ...] = ()
    replied: facts.CaseReplied | None = None
    closed: str | None = None
    moved_due: Due | None = None
    extension_asked: extension_facts.ExtensionRequested | None = None
    extension_approvals: tuple[extension_facts.ExtensionApproved, ...] = ()
    extension_refused: extension_facts.ExtensionRefused | None = None
    extensions: tuple[Extension, ...] = ()
    told: tuple[extension_facts.ExtensionTold, datetime] | None = None
    suspending: Suspending = field(default_factory=Suspending)
    still_since: datetime | None = None
    moved_contact: Due | None = None

    @property
    def due(self) -> Due:
        """Returns the due moment that holds: the first one, or the one to which it was moved. Of a
        task that stands still it is the one before the pause."""
        return self.moved_due or self.opening.due

    @property
    def first_contact(self) -> Due | None:
        """Returns when the first contact is due; None for a co-handler."""
        first = self.opening.first_contact if isinstance(self.opening, facts.TaskOpened) else None
        return self.moved_contact or first

    @property
    def contacted(self) -> bool:
        """Returns whether the contact that had to come first was made."""
        return any(contact.counts_as_first for contact in self.contacts)

    @property
    def untold_extension(self) -> bool:
        """Returns whether the proposer has still to be told of the last extension."""
        last = self.extensions[-1:]
        return any(self.told is None or each.granted.due.at != self.told[1] for each in last)

    def counted_at(self, at: datetime) -> datetime:
        """Returns the moment until which the time of the task has run."""
        return min(at, self.still_since) if self.still_since else at

    @property
    def mark(self) -> dict[str, Any]:
        """The fields that every fact about the task repeats."""
        return self.opening.fields(TaskMark)

    @property
    def part(self) -> PartInTask:
        return self.opening.part if isinstance(self.opening, facts.TaskOpened) else "co"

    @property
    def round(self) -> int:
        return self.opening.round

    @property
    def higher_signer(self) -> bool:
        return isinstance(self.opening, facts.TaskOpened) and self.opening.higher_signer

    @property
    def recipients(self) -> tuple[Proposer, ...]:
        return self.opening.recipients if isinstance(self.opening, facts.TaskOpened) else ()

    @property
    def draft(self) -> facts.DraftSubmitted | None:
        """The version that may be signed: the last one, unless it was returned."""
        returned = {remark.version for remark in self.returns}
        return next((last for last in self.drafts[-1:] if last.version not in returned), None)

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
    """`ended`: tasks that must not begin any more (closed before they were opened, or too late).
    `asks`: what the paper asks for, item by item; `meeting_wanted`: its proposers want to be met
    before the reply. `members` are the cases that are answered with this one (并案), each with its
    proposers."""

    mark: CaseMark | None = None
    works: Mapping[str, Work] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    stopped: str | None = None
    asks: tuple[Text, ...] = ()
    meeting_wanted: bool = False
    members: Mapping[str, tuple[Proposer, ...]] = field(default_factory=dict)

    @property
    def live(self) -> tuple[Work, ...]:
        return tuple(work for work in self.works.values() if not work.closed)

    @property
    def own_proposers(self) -> tuple[Proposer, ...]:
        return next((work.recipients for work in self.works.values() if work.recipients), ())

    @property
    def proposers(self) -> tuple[Proposer, ...]:
        """Returns the proposers of the case, and of the cases that are answered with it."""
        return self.with_members(self.own_proposers)

    def proposers_of(self, work: Work) -> tuple[Proposer, ...]:
        """Returns the proposers that the work is for: those of its task, or else those of the case;
        and those of its members."""
        return self.with_members(work.recipients or self.own_proposers)

    @property
    def readers(self) -> frozenset[str]:
        """Returns the ids of the proposers, and of all who got a reply, also those who left."""
        replies = (work.reply for work in self.works.values() if work.reply)
        heard = {one.id for reply in replies for one in reply.recipients}
        return frozenset(heard | {one.id for one in self.proposers})

    def signing_with(self, person: str) -> frozenset[str]:
        """Returns the ids of those who signed a paper with the reader, this one or a member: his
        own where that has left. The platform that brought this one knows its signers."""
        papers = (self.own_proposers, *self.members.values())
        signed = ({one.id for one in paper} for paper in papers)
        beside = frozenset[str]().union(*(each for each in signed if person in each))
        own = frozenset(one.id for one in self.own_proposers)
        return beside or (frozenset({person}) if person in self.readers else own)

    def with_members(self, own: tuple[Proposer, ...]) -> tuple[Proposer, ...]:
        """Returns these proposers with those of the members, each person once; none before any of
        the case itself is known."""
        if not own:
            return ()
        known = {one.id for one in own}
        joined = {one.id: one for each in self.members.values() for one in each}
        return (*own, *(one for name, one in joined.items() if name not in known))

    @property
    def has_signed(self) -> bool:
        """Returns whether a reply was signed, in whichever round."""
        return any(work.reply for work in self.works.values())

    @property
    def is_answered(self) -> bool:
        """Returns whether every unit that replies has been heard by all proposers."""
        works = [work for work in self.live if work.part != "co"]
        return bool(works) and all(work.replied for work in works)

    def team(self, part: PartInTask, round_: int) -> tuple[Work, ...]:
        return tuple(w for w in self.live if w.part == part and w.opening.round == round_)

    def lead_has_signed(self, round_: int) -> bool:
        leads = self.team("lead", round_)
        return bool(leads) and all(lead.reply for lead in leads)

    def silent(self, work: Work) -> tuple[str, ...]:
        """Returns the co-handlers whose opinion the lead does not have yet."""
        team = self.team("co", work.opening.round) if work.part == "lead" else ()
        return tuple(other.opening.unit for other in team if not other.opinions)

    def signed_at(self, work: Work) -> datetime | None:
        """The signature of the reply that the work is for: a co-handler's is that of its lead."""
        writers = self.team("lead", work.opening.round) if work.part == "co" else (work,)
        return max((writer.reply.at for writer in writers if writer.reply), default=None)

    def with_work(self, work: Work) -> "Handling":
        return replace(self, works={**self.works, work.opening.task: work})


def work_of(state: Handling, task: str) -> Work:
    """Returns a task that may still be worked on; raises RuleViolated or NotFound."""
    if state.stopped:
        raise RuleViolated("case-stopped", "该件已撤回或注销，停止办理")
    if task in state.ended:
        raise RuleViolated("task-closed", "该任务已结束或已改派，不再由本单位办理", "task")
    if task not in state.works:
        raise NotFound(task)
    return state.works[task]


def replying(state: Handling, task: str) -> Work:
    """Returns a task whose unit replies itself: a lead's or a separate one."""
    work = work_of(state, task)
    if work.part == "co":
        raise RuleViolated("lead-only", "答复由主办或分办单位拟稿、签发和送达", "task")
    return work


def unanswered(state: Handling, task: str) -> Work:
    """Returns a task whose reply has not reached all proposers."""
    work = replying(state, task)
    if work.replied:
        raise RuleViolated("task-replied", "该任务已经答复", "task")
    return work


def on_task(change: Callable[[Work, F], Work]) -> Callable[[Handling, F], Handling]:
    """Returns an evolve function that changes the work of the fact's task, where there is one."""

    def evolve(state: Handling, fact: F) -> Handling:
        work = state.works.get(fact.task)
        return state.with_work(change(work, fact)) if work else state

    return evolve


def with_task(state: Handling, fact: Began) -> Handling:
    return state.with_work(Work(fact))


def without_cohandler(state: Handling, fact: facts.CohandlerRefused) -> Handling:
    return _ended(state, fact.task, "refused")


def without_task(state: Handling, fact: facts.TaskClosed) -> Handling:
    return _ended(state, fact.task, fact.reason)


def unchanged(state: Handling, fact: facts.TaskCloseRefused) -> Handling:
    """The task goes on: its reply is signed."""
    return state


def asked(state: Handling, fact: facts.AsksNoted) -> Handling:
    return replace(state, asks=fact.asks, meeting_wanted=fact.face_to_face_wanted)


def joined(state: Handling, fact: RecipientsJoined) -> Handling:
    return replace(state, members={**state.members, fact.member: fact.proposers})


def left(state: Handling, fact: RecipientsLeft) -> Handling:
    return _without(state, fact.member)


def refused(state: Handling, fact: RecipientsRefused) -> Handling:
    return _without(state, fact.member)


def _without(state: Handling, member: str) -> Handling:
    others = {name: each for name, each in state.members.items() if name != member}
    return replace(state, members=others)


def stopped(state: Handling, fact: facts.HandlingStopped) -> Handling:
    works, asks = state.works, state.asks
    if fact.reason == ERASED:
        works = {task: without_words(work) for task, work in works.items()}
        asks = tuple(GONE for _ in asks)
    return replace(state, stopped=fact.reason, works=works, asks=asks)


def without_words(work: Work) -> Work:
    """Returns the work of an erased case: the signed reply is shown no more, nor a digest by which
    somebody who has a text could prove that it was this one."""
    if work.reply is None:
        return work
    shown = {"public_text": GONE, "digest": ""}
    return replace(work, reply=work.reply.model_copy(update=shown))


def _ended(state: Handling, task: str, reason: str) -> Handling:
    work = state.works.get(task)
    state = state.with_work(replace(work, closed=reason)) if work else state
    return replace(state, ended={**state.ended, task: reason})
