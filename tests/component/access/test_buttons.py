"""Buttons are what the server takes: each offered action is authorized when it is sent, and each
authorized action that the state admits is offered, whoever looks."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import signature
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.handling.domain.letters.commands import VoidNumber
from services.handling.domain.letters.number import stream_of
from shared.contracts.catalogue import FACT_OF
from shared.kernel.access import Offer
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotAllowed
from shared.kernel.messages import Command
from shared.service.commands.authorization import Authorization
from shared.service.processes.registry import definition_of
from shared.testing.samples import sample
from shared.testing.service import MONDAY, POLICIES, ServiceUnderTest, policies
from tests.component.access.world import HISTORY, ROLES

SERVICES = ("intake", "assignment", "handling", "feedback", "disclosure", "reminder")
TARGETS = {"intake": "signer", "feedback": "evaluation", "reminder": "clock"}
"""The field of a command that names its target; a task elsewhere."""
ORGANS = policies().organs(MONDAY)
ROW = policies().resolve("u-city", "suggestion", "session", MONDAY).row
AROUND: dict[str, Any] = {"now": MONDAY, "row": ROW}
"""Arguments that the offers of some services take besides, in this order: name → value."""


def state_of(service: str, facts: int) -> Any:
    """The state of the case after so many facts of its history."""
    [(stream, wires)] = HISTORY[service].items()
    kind = ServiceUnderTest(definition_of(service)).handler.kind_of(stream)
    events = [sample(FACT_OF[f"{wire}.v1"]) for wire in wires]
    return kind, kind.decider.fold(events[:facts])


STATES = {
    (service, count): state_of(service, count)
    for service in SERVICES
    for wires in HISTORY[service].values()
    for count in range(1, len(wires) + 1)
}
LETTERS = ServiceUnderTest(definition_of("handling")).handler.kind_of(stream_of("临住建字", "2025"))
PLACES = sorted({"u-city", *ORGANS.units("u-city"), *(
    str(unit)
    for service in SERVICES
    for wires in HISTORY[service].values()
    for wire in wires
    if (unit := getattr(sample(FACT_OF[f"{wire}.v1"]), "unit", None))
)})  # fmt: skip
PEOPLE = sorted({"p-1", "p-stranger", *(
    proposer.id
    for _, state in STATES.values()
    for proposer in [
        *getattr(state, "proposers", ()),
        *getattr(getattr(state, "paper", None), "proposers", ()),
    ]
)})  # fmt: skip
posts = st.builds(
    lambda role, unit: Post(role, unit, (unit, "u-city")),
    st.sampled_from(ROLES),
    st.sampled_from(PLACES),
)
actors = st.one_of(
    st.builds(Actor, st.sampled_from(PEOPLE), st.lists(posts, max_size=4).map(tuple)),
    st.builds(lambda sub: Actor(sub, client_of="u-city"), st.sampled_from(["c-npc", "c-other"])),
).map(lambda actor: actor.knowing(ORGANS))


def offered(service: str, actor: Actor, state: Any) -> Iterator[Offer]:
    offers = import_module(f"services.{service}.domain.authorization").offers
    asked = signature(offers).parameters
    yield from offers(actor, state, *(given for name, given in AROUND.items() if name in asked))


def command_of(service: str, action: str, target: str | None) -> Command:
    classes = {kind.name: kind for kind in definition_of(service).actions if isinstance(kind, type)}
    fields = {} if target is None else {TARGETS.get(service, "task"): target}
    command: Command = classes[action].model_construct(at=MONDAY, by="p-1", **fields)
    return command


@cache
def authorization_of(service: str) -> Authorization:
    return ServiceUnderTest(definition_of(service)).runtime.authorization


def is_authorized(service: str, kind: Any, offer: Offer, actor: Actor, state: Any) -> bool:
    command = command_of(service, offer.action, offer.target)
    if isinstance(command, VoidNumber):  # sent to the register of letters of the unit
        kind, unit = LETTERS, state.works[offer.target].opening.unit
        command, state = command.model_copy(update={"unit": unit}), kind.decider.initial
    try:
        authorization_of(service).check(actor, kind, command, state)
    except NotAllowed as refused:
        return refused.rule == "own-gain"
    return True


@pytest.mark.parametrize(("service", "facts"), STATES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actor=actors)
def test_a_button_is_shown_exactly_where_the_server_takes_the_action(
    service: str, facts: int, actor: Actor
) -> None:
    kind, state = STATES[service, facts]
    for offer in offered(service, actor, state):
        shown = authorization_of(service).allows(offer.action, offer.relations, offer.situation)
        assert shown == is_authorized(service, kind, offer, actor, state), offer.action


def test_the_states_offer_something() -> None:
    assert POLICIES.is_dir()
    for service in SERVICES:
        states = [state for (name, _), (_, state) in STATES.items() if name == service]
        everyone = Actor("p-1", tuple(Post(r, u, (u,)) for u in PLACES for r in ROLES))
        assert [o for s in states for o in offered(service, everyone.knowing(ORGANS), s)], service
