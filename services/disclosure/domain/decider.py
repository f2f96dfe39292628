"""What may happen to the publications of a case."""

from collections.abc import Sequence
from typing import Any, assert_never

from services.disclosure.domain.commands import (
    DecideDisclosure,
    DisclosureCommand,
    EndRequest,
    NoteCase,
    OpenDisclosure,
    ProposeDisclosure,
    PublishDisclosure,
    ReviewDisclosure,
    StopDisclosure,
    WithdrawDisclosure,
)
from services.disclosure.domain.events import DisclosureEvent
from services.disclosure.domain.rules import (
    digest_of,
    noted,
    require_clean,
    require_complete,
    require_consent,
    require_form,
    require_publishable,
    require_reason,
    require_second_person,
    shown,
    unsealed,
)
from services.disclosure.domain.state import Disclosure, evolve
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
)
from shared.kernel.decider import Decider
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id


def decide(command: DisclosureCommand, state: Disclosure) -> Sequence[DisclosureEvent]:
    match command:
        case DecideDisclosure():
            return decide_disclosure(command, state)
        case ReviewDisclosure():
            return review(command, state)
        case PublishDisclosure():
            return publish(command, state)
        case EndRequest():
            return end_request(command, state)
        case WithdrawDisclosure():
            return withdraw(command, state)
        case _:
            return [] if state.stopped else take_note(command, state)


def take_note(
    command: NoteCase | ProposeDisclosure | OpenDisclosure | StopDisclosure, state: Disclosure
) -> Sequence[DisclosureEvent]:
    """Imports never refuse; after a stop nothing opens any more."""
    match command:
        case NoteCase():
            event = DisclosureNoted(**told(command))
            return [] if noted(state.noted, event) == state.noted else [event]
        case ProposeDisclosure():
            known = command.task in state.publications
            return [] if known else [DisclosureProposed(**told(command))]
        case OpenDisclosure():
            return open_disclosure(command, state)
        case StopDisclosure():
            return [DisclosureStopped(**told(command))]
        case _:
            assert_never(command)


def told(command: NoteCase | ProposeDisclosure | StopDisclosure) -> dict[str, Any]:
    """The fact of an import says what the command was told."""
    names = type(command).model_fields.keys() - {"by", "seed", "mark"}
    fields = {name: getattr(command, name) for name in names}
    return {**fields, **command.mark.model_dump()}


def open_disclosure(command: OpenDisclosure, state: Disclosure) -> Sequence[DisclosureOpened]:
    """Kinds whose policy has no publication (petitions) owe none."""
    publication = state.publications.get(command.task)
    due_here = command.rules.has("publication")
    if publication is None or publication.status != "proposed" or not due_here:
        return []
    due = command.rules.due("publication", command.at)
    fields = {"unit": publication.unit, "due": due, "replied_on": command.replied_on}
    return [DisclosureOpened(at=command.at, **state.about(command.task), **fields)]


def decide_disclosure(command: DecideDisclosure, state: Disclosure) -> Sequence[DisclosureDecided]:
    """公开属性: open in a form, or not open with a reason."""
    rules = command.rules.row.disclosure
    is_open = command.mode == "open"
    if is_open:
        require_publishable(rules)
    publication = state.decidable(command.task)
    event = DisclosureDecided(
        at=command.at,
        **state.about(command.task),
        **command.model_dump(include={"mode", "reason", "title", "text", "by"}),
        form=command.form if is_open else None,
    )
    if publication.says(event):
        return []
    public = shown(state.noted, publication.public_text, event)
    if is_open:
        require_form(command, rules)
        require_consent(command.rules.row, state.noted)
        require_complete(public)
    else:
        require_reason(command.reason, "依申请公开或不予公开的，请说明理由")
    require_clean(public)
    return [event]


def review(command: ReviewDisclosure, state: Disclosure) -> Sequence[DisclosureEvent]:
    """Another person than the decider (政府信息公开条例 art. 17); open asks intake at once."""
    publication = state.wanted(command.task)
    event = DisclosureReviewed(
        at=command.at,
        **state.about(command.task),
        **command.model_dump(include={"by", "approved", "remark"}),
    )
    if publication.was_reviewed(event):
        return []
    state.require_running()
    decision = publication.decision
    if publication.status != "decided" or decision is None:
        raise RuleViolated("nothing-to-review", "没有待复核的公开决定")
    require_second_person(decision, command)
    if command.approved and decision.mode == "open":
        request = entity_id(command.seed, f"request:{command.task}")
        asked = DisclosureRequested(at=command.at, **state.about(command.task), request=request)
        return [event, asked]
    return [event]


def publish(command: PublishDisclosure, state: Disclosure) -> Sequence[DisclosureEvent]:
    """Intake holds the case still: publish, or give it back (stopped meanwhile, words lost)."""
    publication = state.awaiting(command.task, command.request)
    if publication is None:
        return []
    if state.stopped:
        return [released(command, state, state.stopped)]
    words = state.words_of(publication) | dict(command.opened)
    if not all(map(unsealed, words.values())):
        return [released(command, state, "text-missing")]
    public = state.rendition(publication, command.rules.row.disclosure, words)
    about = {**state.about(command.task), "request": command.request}
    about |= {"subject": state.noted.subject or "", "region": state.noted.region or ""}
    shown_at = {"url": f"/cases/{command.case}", "digest": digest_of(public)}
    return [CaseDisclosed(at=command.at, **about, **shown_at, public=public)]


def end_request(command: EndRequest, state: Disclosure) -> Sequence[PublicationReleased]:
    """Nothing was reserved; the request ends all the same, and people see why."""
    if state.awaiting(command.task, command.request) is None:
        return []
    return [released(command, state, f"refused:{command.reason}")]


def released(
    command: PublishDisclosure | EndRequest, state: Disclosure, reason: str
) -> PublicationReleased:
    about = {**state.about(command.task), "request": command.request}
    return PublicationReleased(at=command.at, **about, reason=reason)


def withdraw(command: WithdrawDisclosure, state: Disclosure) -> Sequence[DisclosureWithdrawn]:
    """Also after the case was stopped: what is public stays so until somebody takes it down."""
    publication = state.wanted(command.task)
    if publication.status == "withdrawn":
        return []
    if publication.status != "disclosed":
        raise RuleViolated("not-disclosed", "答复没有公开，无需撤下")
    require_reason(command.reason, "撤下已公开的答复，请说明理由")
    require_clean({"reason": command.reason})
    about = {**state.about(command.task), "by": command.by, "reason": command.reason}
    return [DisclosureWithdrawn(at=command.at, **about)]


DECIDER = Decider[DisclosureCommand, Disclosure, DisclosureEvent](
    initial=Disclosure(), decide=decide, evolve=evolve
)
