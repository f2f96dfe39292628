"""What the facts of a disclosure stream add up to: the case as noted, and publications by task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from services.disclosure.domain.events import DisclosureEvent
from services.disclosure.domain.rules import Noted, noted, said, shown
from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureDecided,
    DisclosureNoted,
    DisclosureOpened,
    DisclosureProposed,
    DisclosureRequested,
    DisclosureReviewed,
    DisclosureStopped,
    DisclosureWithdrawn,
    PublicationReleased,
    Rendition,
)
from shared.contracts.handling import DisclosureProposal
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Command, Text
from shared.kernel.policy import DisclosureRules, Due

Status = Literal[
    "proposed", "open", "decided", "returned", "settled", "requested", "disclosed", "released",
    "withdrawn",
]  # fmt: skip
"""`open` and `returned` await a decision, `decided` the second person, `requested` intake's answer;
`settled` is approved and not published, `released` was stopped on its way, `withdrawn` taken down.
"""


Relations = dict[str, frozenset[str]]

UNDECIDABLE: Mapping[Status, tuple[str, str]] = {
    "proposed": ("not-replied-yet", "答复送达提出人之后，才能决定是否公开"),
    "requested": ("publication-under-way", "正在发布中，请稍后查看结果"),
    "disclosed": ("already-disclosed", "答复已经公开；如需更改，请先撤下"),
}


@dataclass(frozen=True)
class Publication:
    task: str
    unit: str
    round: int
    proposal: DisclosureProposal
    public_text: Text
    letter: str
    meaning: str
    status: Status = "proposed"
    due: Due | None = None
    replied_on: date | None = None
    decision: DisclosureDecided | None = None
    review: DisclosureReviewed | None = None
    request: str | None = None
    disclosed: CaseDisclosed | None = None
    note: Text = ""

    def says(self, decision: DisclosureDecided) -> bool:
        """The same decision is waiting for its review already."""
        return self.status == "decided" and said(self.decision) == said(decision)

    def was_reviewed(self, review: DisclosureReviewed) -> bool:
        return said(self.review) == said(review)


@dataclass(frozen=True)
class Disclosure:
    mark: CaseMark | None = None
    noted: Noted = field(default_factory=Noted)
    publications: Mapping[str, Publication] = field(default_factory=dict)
    stopped: str | None = None

    def about(self, task: str) -> dict[str, Any]:
        """What every fact about one publication repeats."""
        marks = self.mark.model_dump() if self.mark else {}
        return {**marks, "round": self.publications[task].round, "task": task}

    def require_running(self) -> None:
        if self.stopped:
            raise RuleViolated("case-stopped", "办件已撤回或已删除，不再公开")

    def wanted(self, task: str) -> Publication:
        if task not in self.publications:
            raise NotFound(task)
        return self.publications[task]

    def decidable(self, task: str) -> Publication:
        """After delivery, and never while something is on its way or public."""
        self.require_running()
        publication = self.wanted(task)
        if refusal := UNDECIDABLE.get(publication.status):
            raise RuleViolated(*refusal)
        return publication

    def awaiting(self, task: str, request: str) -> Publication | None:
        """The publication that waits for intake's answer to just this request."""
        found = self.publications.get(task)
        waits = found is not None and (found.status, found.request) == ("requested", request)
        return found if waits else None

    def words_of(self, publication: Publication) -> dict[str, Text | None]:
        """Title, number and text as they were decided."""
        assert publication.decision is not None
        return shown(self.noted, publication.public_text, publication.decision)

    def rendition(
        self, publication: Publication, rules: DisclosureRules, words: Mapping[str, Any]
    ) -> Rendition:
        """Names only with the proposers' consent, where the agency needs it."""
        decision = publication.decision
        assert decision is not None
        named = self.noted.consent or not rules.consent_needed
        return Rendition(
            **words,
            names=self.noted.names if named else (),
            unit=publication.unit,
            letter=publication.letter,
            meaning=publication.meaning,
            form=decision.form,
            replied_on=publication.replied_on,
        )


def evolve(state: Disclosure, event: DisclosureEvent) -> Disclosure:
    state = replace(state, mark=CaseMark.of(event))
    match event:
        case DisclosureNoted():
            return replace(state, noted=noted(state.noted, event))
        case DisclosureProposed():
            return changed(state, proposed(event))
        case DisclosureStopped():
            return replace(state, stopped=event.reason)
        case _:
            return changed(state, moved(state.publications[event.task], event))


def moved(publication: Publication, event: DisclosureEvent) -> Publication:
    """One publication after a fact about it."""
    return replace(publication, **MOVES[type(event)](event))


MOVES: Mapping[type[DisclosureEvent], Callable[[Any], Mapping[str, Any]]] = {
    DisclosureOpened: lambda e: {"status": "open", "due": e.due, "replied_on": e.replied_on},
    DisclosureDecided: lambda e: {"status": "decided", "decision": e, "review": None},
    DisclosureReviewed: lambda e: {
        "status": "settled" if e.approved else "returned",
        "review": e,
        "note": e.remark,
    },
    DisclosureRequested: lambda e: {"status": "requested", "request": e.request},
    CaseDisclosed: lambda e: {"status": "disclosed", "disclosed": e},
    PublicationReleased: lambda e: {"status": "released", "note": e.reason},
    DisclosureWithdrawn: lambda e: {"status": "withdrawn", "note": e.reason},
}


def changed(state: Disclosure, publication: Publication) -> Disclosure:
    return replace(state, publications={**state.publications, publication.task: publication})


def proposed(event: DisclosureProposed) -> Publication:
    same = ("task", "unit", "round", "proposal", "public_text", "letter", "meaning")
    return Publication(**{name: getattr(event, name) for name in same})


def situation(command: Command | None, state: Disclosure) -> str:
    """The status of the command's publication, else whether the case is open here."""
    return situation_of(state.publications.get(getattr(command, "task", "")), state)


def situation_of(publication: Publication | None, state: Disclosure) -> str:
    if state.stopped:
        return "stopped"
    return publication.status if publication else "running"


def relations(actor: Actor, command: Command | None, state: Disclosure) -> Relations:
    task = getattr(command, "task", None)
    asked = [p for p in state.publications.values() if task in (None, p.task)]
    return relations_to(actor, asked, state)


def relations_to(actor: Actor, asked: Sequence[Publication], state: Disclosure) -> Relations:
    """`agency`: at the agency itself; `task-unit`: over the unit that replied."""
    agency = state.mark.agency if state.mark else ""
    brought = state.mark is not None and actor.brought(agency, state.mark.client)
    return {
        "agency": actor.roles_at(agency),
        "task-unit": frozenset[str]().union(*(actor.roles_over(p.unit) for p in asked)),
        "client": frozenset({"client"} if brought else ()),
    }
