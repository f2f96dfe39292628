"""An erasure needs a reason that holds, a second person and time; then facts alone lead it."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.authorization import offers
from services.intake.domain.decider import DECIDER
from services.intake.domain.erasure.commands import (
    AskErasure,
    ConfirmErasure,
    EraseCase,
    NoteDestroyed,
    StopErasure,
)
from services.intake.domain.state import Case
from shared.contracts import erasure
from shared.contracts import intake as facts
from shared.contracts.recusal import AgainstNamed
from shared.contracts.signers import SignatureDeclined
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from shared.kernel.messages import Event
from shared.kernel.texts import GONE
from tests.unit.intake.papers import (
    MONDAY,
    SYSTEM,
    accept,
    accepted,
    clear,
    cleared,
    ended,
    head,
    registered,
    rules,
    spec,
    withdraw,
    withdrawn,
)

WAITED = MONDAY + timedelta(days=4)
YEARS = timedelta(days=366)
declined = facts.CaseDeclined(**head(), by="p-office", reason="outside-remit")
HISTORIES = [(registered(),), (registered(), accepted()), (registered(), declined),
             (registered(), withdrawn)]  # fmt: skip


def ask(reason: str = "person-asked", at: Any = MONDAY, **changes: Any) -> AskErasure:
    fields = {"at": at, "by": "p-admin", "reason": reason, "policy": rules()} | changes
    return AskErasure(**fields)


def confirm(at: Any = WAITED, by: str = "p-leader", **changes: Any) -> ConfirmErasure:
    return ConfirmErasure(**{"at": at, "by": by, "policy": rules()} | changes)


def stop(by: str = "p-leader") -> StopErasure:
    return StopErasure(at=WAITED, by=by, reason="本人撤回请求")


def asked(*history: Event, command: AskErasure | None = None) -> erasure.ErasureAsked:
    (fact,) = spec.given(*(history or (registered(),))).when(command or ask()).outcome()
    assert isinstance(fact, erasure.ErasureAsked)
    return fact


CONFIRMED = erasure.ErasureConfirmed(
    **head() | {"at": WAITED}, reason="person-asked", by="p-leader"
)
ERASED = facts.CaseErased(**head() | {"at": WAITED}, reason="person-asked", by="p-leader", pages=2)


@pytest.mark.parametrize("history", HISTORIES)
def test_whatever_became_of_the_case_another_person_confirms_after_three_working_days(
    history: tuple[Event, ...],
) -> None:
    request = asked(*history)
    assert request.not_before.isoformat() == "2025-03-06T16:00:00+00:00"
    spec.given(*history, request).when(confirm()).then(CONFIRMED)
    spec.given(*history, request, CONFIRMED).when(confirm()).then_nothing()


def test_who_asked_does_not_confirm_and_nobody_confirms_at_once() -> None:
    request = asked()
    spec.given(registered(), request).when(confirm(by="p-admin")).then_refused("second-person")
    for_asker = confirm(by="p-other").model_copy(update={"on_behalf_of": "p-admin"})
    spec.given(registered(), request).when(for_asker).then_refused("second-person")
    early = confirm(at=request.not_before - timedelta(seconds=1))
    spec.given(registered(), request).when(early).then_refused("erasure-waits")


def test_an_erasure_is_asked_for_once_and_may_be_stopped_while_it_waits() -> None:
    request = asked()
    spec.given(registered(), request).when(ask()).then_nothing()
    spec.given(registered(), request).when(ask(by="p-other")).then_refused("erasure-asked")
    (stopped,) = spec.given(registered(), request).when(stop()).outcome()
    history = (registered(), request, stopped)
    spec.given(*history).when(confirm()).then_refused("erasure-not-asked")
    assert spec.given(*history).when(ask()).outcome()
    done = (registered(), request, CONFIRMED)
    spec.given(*done).when(stop()).then_refused("erasure-not-asked")
    spec.given(registered()).when(stop()).then_refused("erasure-not-asked")


def test_papers_that_are_kept_for_ever_never_reach_the_end_of_their_retention() -> None:
    late = ask("retention-ended", at=MONDAY + 100 * YEARS)
    spec.given(registered()).when(late).then_refused("retention-for-ever", "reason")


def test_retention_counts_from_the_newest_fact_and_asking_adds_nothing() -> None:
    policy, petition = rules("petition"), registered("petition")
    ending = accepted("petition").model_copy(update={"at": MONDAY + YEARS})
    early = ask("retention-ended", at=MONDAY + 29 * YEARS, policy=policy)
    spec.given(petition).when(early).then_refused("retention-runs", "reason")
    on_time = ask("retention-ended", at=MONDAY + 31 * YEARS, policy=policy)
    spec.given(petition, ending).when(on_time.model_copy(update={"at": MONDAY + 30 * YEARS})
                                      ).then_refused("retention-runs", "reason")  # fmt: skip
    (request,) = spec.given(petition, ending).when(on_time).outcome()
    later = confirm(at=MONDAY + 32 * YEARS, policy=policy)
    assert spec.given(petition, ending, request).when(later).outcome()


def test_while_it_is_carried_out_nothing_else_happens_to_the_case() -> None:
    history = (registered(), accepted(), asked(registered(), accepted()), CONFIRMED)
    spec.given(*history).when(withdraw()).then_refused("case-decided")
    spec.given(*history).when(accept()).then_refused("case-decided")
    spec.given(*history).when(ask(by="p-x")).then_refused("case-decided")
    (answer,) = spec.given(*history).when(clear()).outcome()
    assert isinstance(answer, facts.PublicationRefused)


def test_keys_are_destroyed_after_the_pages_are_down() -> None:
    history = (registered(), asked(), CONFIRMED)
    erase = EraseCase(**SYSTEM | {"at": WAITED}, pages=2)
    spec.given(*history).when(erase).then(ERASED)
    spec.given(*history, ERASED).when(erase).then_nothing()
    spec.given(registered()).when(erase).then_nothing()


def test_the_last_service_ends_the_erasure_and_the_report_says_what_stayed() -> None:
    history: tuple[Event, ...] = (registered(), accepted(), asked(), CONFIRMED, ERASED)
    for service in ("handling", "intake", "disclosure", "feedback"):
        (progressed,) = spec.given(*history).when(destroyed(service)).outcome()
        history += (progressed,)
    spec.given(*history).when(destroyed("handling")).then_nothing()
    _, completed = spec.given(*history).when(destroyed("assignment")).outcome()
    assert isinstance(completed, erasure.ErasureCompleted)
    assert completed.pages == 2
    assert completed.stayed == ("chain", "open-words", "public-names", "reads")
    case = DECIDER.fold(history)
    assert isinstance(case, Case)
    assert (case.title, case.text, case.paper.proposers[0].masked) == (GONE, GONE, "＊")


def test_an_erased_case_keeps_who_confirmed_it_and_when_it_ended_and_no_number_of_the_paper() -> (
    None
):
    numbered = registered(external_no="12号")
    history: tuple[Event, ...] = (numbered, accepted(), asked(numbered), CONFIRMED, ERASED)
    case = DECIDER.fold(history)
    assert isinstance(case, Case)
    assert case.erasure is not None
    assert (case.paper.external_no, case.erasure.confirmed_at) == (None, CONFIRMED.at)
    ended = erasure.ErasureCompleted(**head(), pages=2, stayed=())
    after = DECIDER.fold((*history, ended))
    assert isinstance(after, Case)
    assert after.erasure is not None
    assert after.erasure.completed_at == ended.at


def test_no_step_of_an_erasure_is_news_of_the_case() -> None:
    """The years of keeping count from what was done before."""
    of_keys = [
        erasure.ErasureProgressed(**head(), service="handling"),
        erasure.ErasureCompleted(**head(), pages=2, stayed=()),
        erasure.ErasureStopped(**head(), by="p-leader", reason="x"),
    ]
    steps = [asked(), CONFIRMED, ERASED, *of_keys]
    later = [step.model_copy(update={"at": MONDAY + YEARS}) for step in steps]
    for place in range(1, len(later) + 1):
        case = DECIDER.fold((registered(), *later[:place]))
        assert isinstance(case, Case)
        assert case.newest == MONDAY


def test_whom_a_case_is_against_stays_as_ids_that_are_shown_to_nobody() -> None:
    named = AgainstNamed(**head(), by="p-office", units=("u-edu",), note="赵某")
    history = (registered(), named)
    case = DECIDER.fold((*history, asked(*history), CONFIRMED, ERASED))
    assert isinstance(case, Case)
    assert case.erasure is not None
    assert "accused" in case.erasure.stayed
    assert case.against is None
    words_alone = named.model_copy(update={"units": ()})
    case = DECIDER.fold((registered(), words_alone, asked(registered()), CONFIRMED, ERASED))
    assert isinstance(case, Case)
    assert case.erasure is not None
    assert "accused" not in case.erasure.stayed


def test_no_reason_of_a_step_is_shown_of_an_erased_case() -> None:
    unsigned = SignatureDeclined(**head(), by="p-n2", signer="p-n2")
    history = (registered(), unsigned, withdrawn)
    case = DECIDER.fold(history)
    assert isinstance(case, Case)
    assert [step.fact for step in case.steps] == [unsigned, withdrawn]
    case = DECIDER.fold((*history, asked(*history), CONFIRMED, ERASED))
    assert isinstance(case, Case)
    assert case.steps == ()


def test_renditions_stay_of_a_case_that_was_published() -> None:
    shown = (registered(), accepted(), cleared, ended)
    case = DECIDER.fold((*shown, asked(*shown), CONFIRMED, ERASED))
    assert isinstance(case, Case)
    assert case.erasure is not None
    assert "renditions" in case.erasure.stayed


def destroyed(service: str) -> NoteDestroyed:
    return NoteDestroyed(**SYSTEM, service=service)


def test_a_destroyed_key_of_a_case_without_erasure_is_no_news() -> None:
    spec.given(registered()).when(destroyed("handling")).then_nothing()


def test_of_a_case_that_nobody_registered_nothing_is_erased() -> None:
    for command in (ask(), confirm(), stop()):
        assert isinstance(spec.given().when(command).refusal(), NotFound)


def test_buttons_are_those_that_this_person_could_press_now() -> None:
    def offered(person: str, now: Any, *history: Event) -> set[str]:
        actor = Actor(person, (Post("admin", "u-city", ("u-city",)),))
        case = DECIDER.fold(history)
        assert isinstance(case, Case)
        return {offer.action for offer in offers(actor, case, now) if "erasure" in offer.action}

    request = asked()
    assert offered("p-admin", MONDAY, registered()) == {"ask-erasure"}
    assert offered("p-admin", WAITED, registered(), request) == {"stop-erasure"}
    assert offered("p-leader", MONDAY, registered(), request) == {"stop-erasure"}
    both = {"stop-erasure", "confirm-erasure"}
    assert offered("p-leader", WAITED, registered(), request) == both
    assert offered("p-leader", WAITED, registered(), request, CONFIRMED) == set()
