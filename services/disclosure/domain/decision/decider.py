"""Decides on decisions and reviews."""

from collections.abc import Sequence
from dataclasses import replace

from services.disclosure.domain.decision import rules
from services.disclosure.domain.decision.commands import (
    DecideDisclosure,
    DecideWithExemptions,
    ReviewDisclosure,
)
from services.disclosure.domain.rendition import require_clean, words_of
from services.disclosure.domain.state import (
    UNDECIDABLE,
    Decisions,
    Disclosure,
    Folds,
    Openness,
    Publication,
    Status,
    of_publication,
)
from shared.contracts.disclosure import (
    Decision,
    DisclosureDecided,
    DisclosureRequested,
    DisclosureReviewed,
    Exemption,
    FindingsExempted,
    Review,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id


def decide(
    command: DecideDisclosure, state: Disclosure, exemptions: Sequence[Exemption] = ()
) -> Sequence[DisclosureDecided]:
    """公开属性: open in a form, or not open with a reason."""
    if command.mode == "open":
        rules.require_publishable(command.rules.row.disclosure)
    publication = state.decidable(command.task)
    decided = DisclosureDecided(
        **state.head(publication, command.at),
        **command.fields(Decision) | {"form": command.form if command.mode == "open" else None},
        by=command.by,
    )
    if publication.awaits_review_of(decided, exemptions):
        return []
    require_decidable(command, decided, publication, state)
    words = words_of(state.notes, publication.reply, decided)
    require_clean(words, command.rules.row.disclosure.public_numbers, exemptions)
    return [decided]


def decide_with_exemptions(
    command: DecideWithExemptions, state: Disclosure
) -> Sequence[DisclosureDecided | FindingsExempted]:
    """The act needs a second person (access rows); the exemptions hold for these words only."""
    exemptions = tuple(Exemption(**each.fields(Exemption)) for each in command.exemptions)
    rules.require_exemptible(exemptions, command.rules.row.disclosure)
    decided = decide(command, state, exemptions)
    head = state.head(state.publication(command.task), command.at)
    exempted = FindingsExempted(**head, by=command.by, exemptions=exemptions)
    return [*decided, exempted] if decided else []


def require_decidable(
    command: DecideDisclosure,
    decided: DisclosureDecided,
    publication: Publication,
    state: Disclosure,
) -> None:
    words = words_of(state.notes, publication.reply, decided)
    if decided.mode == "open":
        rules.require_form(command, command.rules.row.disclosure)
        rules.require_consent(command.rules.row, state.notes)
        rules.require_complete(words)
        rules.require_faithful(command.form, command.text, publication.reply.public_text)
    else:
        rules.require_reason(command, state.notes)


def review(
    command: ReviewDisclosure, state: Disclosure
) -> Sequence[DisclosureReviewed | DisclosureRequested]:
    """An approved decision to publish asks intake at once."""
    publication = state.publication(command.task)
    head = state.head(publication, command.at)
    reviewed = DisclosureReviewed(**head, by=command.by, **command.fields(Review))
    if publication.is_reviewed_as(reviewed):
        return []
    decision = require_reviewable(publication, state)
    rules.require_second_person(decision, command)
    rules.require_remark(command)
    if not command.approved or decision.mode != "open":
        return [reviewed]
    request = entity_id(command.seed, f"request:{command.task}")
    return [reviewed, DisclosureRequested(**head, request=request)]


def require_reviewable(publication: Publication, state: Disclosure) -> DisclosureDecided:
    """Returns the decision that awaits its review."""
    state.require_running()
    if publication.status != "decided" or publication.decision is None:
        raise RuleViolated("nothing-to-review", "没有待复核的公开决定")
    return publication.decision


def decided(publication: Publication, fact: DisclosureDecided) -> Publication:
    return replace(publication, status="decided", decision=fact, review=None, exemptions=())


def exempted(publication: Publication, fact: FindingsExempted) -> Publication:
    return replace(publication, exemptions=fact.exemptions)


def reviewed(publication: Publication, fact: DisclosureReviewed) -> Publication:
    status: Status = "settled" if fact.approved else "returned"
    return replace(publication, status=status, review=fact, note=fact.remark)


def requested(publication: Publication, fact: DisclosureRequested) -> Publication:
    return replace(publication, status="requested", request=fact.request)


def may_be_decided(publication: Publication, state: Disclosure, person: str) -> bool:
    return not state.stopped and publication.status not in UNDECIDABLE


def may_be_reviewed(publication: Publication, state: Disclosure, person: str) -> bool:
    decision = publication.decision if publication.status == "decided" else None
    return not state.stopped and decision is not None and decision.by != person


DECIDE = Decisions(
    {
        DecideDisclosure: decide,
        DecideWithExemptions: decide_with_exemptions,
        ReviewDisclosure: review,
    }
)
EVOLVE = Folds(
    {
        DisclosureDecided: of_publication(decided),
        FindingsExempted: of_publication(exempted),
        DisclosureReviewed: of_publication(reviewed),
        DisclosureRequested: of_publication(requested),
    }
)
OFFERS: Openness = {
    DecideDisclosure: may_be_decided,
    DecideWithExemptions: may_be_decided,
    ReviewDisclosure: may_be_reviewed,
}
