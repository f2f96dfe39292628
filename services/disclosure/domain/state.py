"""The publications of a case, folded from its facts: one per replied task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import (
    CaseDisclosed,
    CaseNotes,
    Decision,
    DisclosureDecided,
    DisclosureProposed,
    DisclosureReviewed,
    DisclosureWithdrawn,
    Exemption,
    PublicationEvent,
    Review,
)
from shared.contracts.payloads.intake import PublicationRequest
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Command, Text
from shared.kernel.policy import Due
from shared.kernel.repeated import words_of
from shared.kernel.texts import GONE, same_payload

Status = Literal[
    "proposed", "open", "decided", "returned", "settled", "requested", "disclosed", "released",
    "withdrawn",
]  # fmt: skip
"""`open` and `returned` await a decision, `decided` the second person, `requested` intake's answer;
`settled` is approved and not published, `released` was stopped on its way, `withdrawn` taken down.
"""

UNDECIDABLE: Mapping[Status, tuple[str, str]] = {
    "proposed": ("not-replied-yet", "答复送达提出人之后，才能决定是否公开"),
    "requested": ("publication-under-way", "正在发布中，请稍后查看结果"),
    "disclosed": ("already-disclosed", "答复已经公开；如需更改，请先撤下"),
}
"""Rule and message of the refusal, by status."""


@dataclass(frozen=True)
class Publication:
    """The publication of one reply. `is_blank`: its case was erased."""

    reply: DisclosureProposed
    status: Status = "proposed"
    due: Due | None = None
    replied_on: date | None = None
    decision: DisclosureDecided | None = None
    review: DisclosureReviewed | None = None
    exemptions: tuple[Exemption, ...] = ()
    request: str | None = None
    disclosed: CaseDisclosed | None = None
    withdrawn: DisclosureWithdrawn | None = None
    note: Text = ""
    is_blank: bool = False

    def without_words(self) -> "Publication":
        reply = self.reply.model_copy(update={"public_text": GONE})
        return replace(self, reply=reply, is_blank=True)

    @property
    def task(self) -> str:
        return self.reply.task

    def awaits_review_of(self, decided: DisclosureDecided, exemptions: Sequence[Exemption]) -> bool:
        """Returns whether the same decision of the same person, with the same exemptions, awaits
        its review."""
        if self.status != "decided" or self.decision is None:
            return False
        if words_of(self.exemptions) != words_of(tuple(exemptions)):
            return False
        return self.decision.by == decided.by and same_payload(self.decision, decided, Decision)

    def is_reviewed_as(self, reviewed: DisclosureReviewed) -> bool:
        """Returns whether the same person gave the same review."""
        if self.review is None:
            return False
        return self.review.by == reviewed.by and same_payload(self.review, reviewed, Review)


@dataclass(frozen=True)
class Disclosure:
    """`publications` by task; `stopped` is the reason why nothing more is published."""

    mark: CaseMark | None = None
    notes: CaseNotes = field(default_factory=CaseNotes)
    publications: Mapping[str, Publication] = field(default_factory=dict)
    stopped: str | None = None
    pages_down: bool = False

    def without_words(self) -> "Disclosure":
        """Returns the disclosure of an erased case: nothing that was open is shown any more."""
        notes = self.notes.model_copy(update={"title": GONE, "names": ()})
        publications = {task: each.without_words() for task, each in self.publications.items()}
        return replace(self, notes=notes, publications=publications)

    def head(self, publication: Publication, at: datetime) -> dict[str, Any]:
        """Returns the fields that every fact about the publication repeats."""
        assert self.mark is not None
        reply = publication.reply
        return self.mark.fields(CaseMark) | {"round": reply.round, "task": reply.task, "at": at}

    def require_running(self) -> None:
        if self.stopped:
            raise RuleViolated("case-stopped", "办件已撤回或已清除，不再公开")

    def publication(self, task: str) -> Publication:
        """Returns the publication of the task's reply; raises NotFound where there is none."""
        if task not in self.publications:
            raise NotFound(task)
        return self.publications[task]

    def decidable(self, task: str) -> Publication:
        """Returns the publication where it may be decided: after delivery, and never while it is
        on its way or public."""
        self.require_running()
        publication = self.publication(task)
        if refusal := UNDECIDABLE.get(publication.status):
            raise RuleViolated(*refusal)
        return publication

    def awaiting(self, request: PublicationRequest) -> Publication | None:
        """Returns the publication that awaits intake's answer to this request."""
        publication = self.publications.get(request.task)
        if publication is None or publication.status != "requested":
            return None
        return publication if publication.request == request.request else None


Decisions = Rows[Decide[Disclosure]]
Folds = Rows[Evolve[Disclosure]]
Openness = dict[type[Command], Callable[[Publication, Disclosure, str], bool]]
"""Commands of people, with whether one can change a publication when this person sends it."""

P = TypeVar("P", bound=PublicationEvent)


def of_publication(
    fold: Callable[[Publication, P], Publication],
) -> Callable[[Disclosure, P], Disclosure]:
    """Returns the fold of the state from that of the one publication."""
    return lambda state, fact: with_publication(state, fold(state.publications[fact.task], fact))


def with_publication(state: Disclosure, publication: Publication) -> Disclosure:
    return replace(state, publications={**state.publications, publication.task: publication})
