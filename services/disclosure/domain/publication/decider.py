"""Decides on publication: only while intake has reserved the case, and until it is taken down."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.disclosure.domain.publication.commands import (
    EndRequest,
    PublishDisclosure,
    WithdrawDisclosure,
)
from services.disclosure.domain.redaction import is_faithful
from services.disclosure.domain.rendition import (
    digest_of,
    found_in,
    plain,
    require_clean,
    words_of,
)
from services.disclosure.domain.state import (
    Decisions,
    Disclosure,
    Folds,
    Openness,
    Publication,
    of_publication,
)
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureWithdrawn,
    PublicationReleased,
    Rendition,
    Takedown,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed, Text
from shared.kernel.repeated import require_same
from shared.kernel.reply_rules import DisclosureRules
from shared.kernel.texts import require_text


def publish(
    command: PublishDisclosure, state: Disclosure
) -> Sequence[CaseDisclosed | PublicationReleased]:
    """Publishes, or releases the reservation where the case was stopped or a text is lost."""
    publication = state.awaiting(command)
    if publication is None:
        return []
    if state.stopped:
        return [release(command, publication, state, state.stopped)]
    words = decided_words(publication, state) | dict(command.opened)
    if fault := fault_of(words, publication, command.rules.row.disclosure):
        return [release(command, publication, state, fault)]
    public = rendition(publication, state, command.rules.row.disclosure, words)
    return [disclose(command, publication, state, public)]


def fault_of(
    words: Mapping[str, Text | None], publication: Publication, rules: DisclosureRules
) -> str | None:
    """Returns why the words that go out may not: the screen and the comparison with the signed text
    are repeated on the very words, by the rules of today."""
    if not all(map(plain, words.values())):
        return "text-missing"
    exempt = [one for one in publication.exemptions if one.kind not in rules.never_exempt]
    if found_in(words, rules.public_numbers, exempt):
        return "personal-data"
    decision = publication.decision
    if decision is None or decision.text is None:
        return None
    faithful = is_faithful(decision.form, words["text"], publication.reply.public_text)
    return None if faithful else "text-not-signed"


def sealed_words(command: PublishDisclosure, state: Disclosure) -> dict[str, Sealed]:
    """Returns the sealed words of the decision, which publishing opens."""
    publication = None if state.stopped else state.awaiting(command)
    words = decided_words(publication, state) if publication else {}
    return {name: text for name, text in words.items() if isinstance(text, Sealed)}


def decided_words(publication: Publication, state: Disclosure) -> dict[str, Text | None]:
    assert publication.decision is not None
    return words_of(state.notes, publication.reply, publication.decision)


def rendition(
    publication: Publication,
    state: Disclosure,
    rules: DisclosureRules,
    words: Mapping[str, Any],
) -> Rendition:
    """Returns the public text; with names only where the proposers consent, or need not."""
    reply, decision = publication.reply, publication.decision
    assert decision is not None
    named = state.notes.consent or not rules.consent_needed
    return Rendition(
        **words,
        names=state.notes.names if named else (),
        unit=reply.unit,
        letter=reply.letter,
        meaning=reply.meaning,
        form=decision.form,
        replied_on=publication.replied_on,
    )


def disclose(
    command: PublishDisclosure, publication: Publication, state: Disclosure, public: Rendition
) -> CaseDisclosed:
    return CaseDisclosed(
        **state.head(publication, command.at),
        request=command.request,
        public=public,
        digest=digest_of(public),
        url=f"/cases/{command.case}",
        subject=state.notes.subject or "",
        region=state.notes.region or "",
    )


def end_request(command: EndRequest, state: Disclosure) -> Sequence[PublicationReleased]:
    """Ends a request that intake refused, with the reason for people to see."""
    publication = state.awaiting(command)
    if publication is None:
        return []
    return [release(command, publication, state, f"refused:{command.reason}")]


def release(
    command: PublishDisclosure | EndRequest,
    publication: Publication,
    state: Disclosure,
    reason: str,
) -> PublicationReleased:
    head = state.head(publication, command.at)
    return PublicationReleased(**head, request=command.request, reason=reason)


def withdraw(command: WithdrawDisclosure, state: Disclosure) -> Sequence[DisclosureWithdrawn]:
    """Takes a reply down, also after a stop, which alone takes nothing down."""
    publication = state.publication(command.task)
    if publication.status == "withdrawn" and publication.withdrawn:
        require_same(command, publication.withdrawn, Takedown)
        return []
    if publication.status != "disclosed":
        raise RuleViolated("not-disclosed", "答复没有公开，无需撤下")
    message = "撤下已公开的答复，请说明理由"
    require_text(command.reason, message, "reason", "reason-required")
    require_clean(command.fields(Takedown))
    head = state.head(publication, command.at)
    return [DisclosureWithdrawn(**head, by=command.by, **command.fields(Takedown))]


def disclosed(publication: Publication, fact: CaseDisclosed) -> Publication:
    return replace(publication, status="disclosed", disclosed=fact)


def released(publication: Publication, fact: PublicationReleased) -> Publication:
    return replace(publication, status="released", note=fact.reason)


def withdrawn(publication: Publication, fact: DisclosureWithdrawn) -> Publication:
    return replace(publication, status="withdrawn", withdrawn=fact, note=fact.reason)


def may_be_withdrawn(publication: Publication, state: Disclosure, person: str) -> bool:
    return publication.status == "disclosed"


DECIDE = Decisions(
    {
        PublishDisclosure: publish,
        EndRequest: end_request,
        WithdrawDisclosure: withdraw,
    }
)
EVOLVE = Folds(
    {
        CaseDisclosed: of_publication(disclosed),
        PublicationReleased: of_publication(released),
        DisclosureWithdrawn: of_publication(withdrawn),
    }
)
OFFERS: Openness = {WithdrawDisclosure: may_be_withdrawn}
