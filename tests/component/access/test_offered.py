"""Every command of the access tables is offered with some case in some state, or a reason stands
here: an act without a button is an act that nobody finds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from inspect import signature
from itertools import product
from typing import Any

import pytest

from shared.contracts.catalogue import BY_NAME, FACT_OF
from shared.kernel.access import Offer
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import DomainError
from shared.kernel.messages import Event
from shared.kernel.policy import PolicyRow
from shared.service.config.access_tables import load_access
from shared.service.processes.registry import definition_of
from shared.testing.samples import sample
from shared.testing.service import MONDAY, POLICIES, ServiceUnderTest, policies
from tests.component.access.test_buttons import ORGANS, PEOPLE, PLACES, SERVICES
from tests.component.access.world import HISTORY, ROLES

ON_REGISTER = "acts on units and people, with no case: the page of the organisation has its forms"
WITHOUT_CASE: Mapping[str, Mapping[str, str]] = {
    "intake": {
        "register-case": "begins a case: the page of registration has its form",
        "import-ledger": "begins cases: the page of imports",
    },
    "directory": dict.fromkeys(
        (
            "block-person", "change-unit", "correct-person", "correct-post", "dissolve-unit",
            "end-term", "fill-post", "grant-delegation", "narrow-client", "register-client",
            "register-deputy", "register-person", "register-unit", "revoke-client",
            "revoke-delegation", "unblock-person", "vacate-post",
        ),
        ON_REGISTER,
    ),
    "portal": dict.fromkeys(
        (
            "keep-drafts", "keep-preferences", "mark-seen", "print-case", "print-notice",
            "print-meeting-paper", "print-worklist", "use-gateway",
        ),
        "changes no case: the console does it",
    ),
}  # fmt: skip
"""Commands that no case offers, by service, each with the reason."""
REVIEW = dict(rule="rehandling-ruling", at="2025-03-10T16:00:00.000Z", policy="1", calendar="1")
VARIANTS: Mapping[str, Any] = {"to_arbitration": True, "review": REVIEW, "hearing": "counted"}
"""Values of fields that a sample has not, by which a case goes another way."""
YEARS = (MONDAY, MONDAY + timedelta(days=400))


def acts_of(service: str) -> frozenset[str]:
    """Returns the actions of the service's rows that are no reads."""
    rows = load_access(POLICIES, service).actions
    return frozenset(action for action in rows if not action.startswith("read-"))


def histories(service: str) -> Iterator[list[Event]]:
    """Yields the beginnings of the history, and each with any one fact of the service behind it."""
    [wires] = HISTORY[service].values()
    told = [sample(FACT_OF[f"{wire}.v1"]) for wire in wires]
    for length in range(1, len(told) + 1):
        yield told[:length]
        for fact in BY_NAME[service].facts:
            yield [*told[:length], sample(fact)]
            for field, value in VARIANTS.items():
                if field in fact.model_fields:
                    yield [*told[:length], sample(fact, **{field: value})]


def states(service: str) -> Iterator[Any]:
    [stream] = HISTORY[service]
    fold = ServiceUnderTest(definition_of(service)).handler.kind_of(stream).decider.fold
    for history in histories(service):
        try:
            yield fold(history)
        except (LookupError, AssertionError, DomainError):  # about what the history has not
            continue


def everyone(state: Any) -> Iterator[Actor]:
    """Yields people who hold every post; each of them is somebody in the case."""
    raters = (each.opened.rater for each in getattr(state, "evaluations", {}).values())
    for sub in sorted({*PEOPLE, *raters}):
        yield Actor(sub, tuple(Post(r, u, (u,)) for u in PLACES for r in ROLES)).knowing(ORGANS)


def row_of(state: Any) -> PolicyRow:
    """Returns the policy row of the case."""
    mark = state.mark
    return policies().resolve(mark.agency, mark.kind, mark.channel, MONDAY).row


def rows_of(state: Any) -> list[PolicyRow]:
    """Returns the row of the case, and that of a place whose leaders endorse each hand-out and take
    charge of such cases."""
    row = row_of(state)
    gates = row.gates.model_copy(update={"leader_endorses": True})
    petitions = policies().resolve(row.agency, "petition", "letter", MONDAY).row
    charged = {**row.obligations, "charge": petitions.obligations["charge"]}
    return [row, row.model_copy(update={"gates": gates, "obligations": charged})]


def offered(service: str, actor: Actor, state: Any) -> Iterable[Offer]:
    rooms = import_module(f"services.{service}.domain.authorization")
    for name in ("offers", "later"):
        if yields := getattr(rooms, name, None):
            asked = signature(yields).parameters
            rows = (rows_of(state) if state.mark else []) if "row" in asked else [None]
            for row, moment in product(rows, YEARS if "now" in asked else YEARS[:1]):
                given = {"row": row, "now": moment}
                yield from yields(actor, state, **{n: given[n] for n in given if n in asked})


@pytest.mark.parametrize("service", SERVICES)
def test_every_act_of_an_access_table_is_offered_by_some_case(service: str) -> None:
    seen = {
        offer.action
        for state in states(service)
        for actor in everyone(state)
        for offer in offered(service, actor, state)
    }
    reasons = WITHOUT_CASE.get(service, {}).keys()
    assert acts_of(service) - seen == reasons
    assert seen <= acts_of(service)


@pytest.mark.parametrize("service", ["directory", "portal"])
def test_acts_of_services_without_cases_have_their_reasons(service: str) -> None:
    assert acts_of(service) == WITHOUT_CASE[service].keys()
