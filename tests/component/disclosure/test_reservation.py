"""Intake and disclosure together, in every order that people and the bus may choose: a case that
was withdrawn while its publication was on the way stays unpublished."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.disclosure.domain import decider as disclosure_decider
from services.disclosure.domain import reactions as disclosure_reactions
from services.intake.domain.decider import DECIDER as INTAKE_DECIDER
from services.intake.domain.ending.commands import WithdrawCase
from services.intake.domain.erasure.commands import ConfirmErasure
from services.intake.domain.reactions import react as intake_react
from shared.contracts.case_event import Proposer
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureRequested,
    DisclosureWithdrawn,
    PagesTakenDown,
    PublicationReleased,
)
from shared.contracts.erasure import ErasureAsked
from shared.contracts.intake import (
    CaseAccepted,
    CaseErased,
    CaseNumbered,
    CaseRegistered,
    CaseWithdrawn,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Command, Event, Recorded, RuledCommand
from tests.unit.disclosure.renditions import (
    CASE,
    LABEL,
    MONDAY,
    READY,
    RULES,
    TITLE,
    decided,
    mark,
    review,
)

HEAD: dict[str, Any] = {**mark().model_dump(), "at": MONDAY}
DEPUTY = Proposer(id="p-d1", known=True, masked="王建国", part="lead")
PAPER: dict[str, Any] = {
    "title": TITLE,
    "text": "正文",
    "proposers": (DEPUTY,),
    "subject": "urban-environment",
    "region": "direct",
    "received_on": date(2025, 3, 3),
}
ACCEPTED = (
    CaseRegistered(**HEAD, **PAPER),
    CaseAccepted(**HEAD, **PAPER, by="p-office"),
    CaseNumbered(**HEAD, number=58, label=LABEL),
)
LATER = MONDAY + timedelta(days=3)
WITHDRAW = WithdrawCase(at=LATER, by="p-d1", reason="情况有变", all_cosigners_agree=True)
ASKED = ErasureAsked(**HEAD, by="p-admin", reason="person-asked", not_before=MONDAY)
CONFIRM = ConfirmErasure(at=LATER, by="p-office")
SERVICES = {
    "intake": (INTAKE_DECIDER, intake_react),
    "disclosure": (disclosure_decider.DECIDER, disclosure_reactions.react),
}


@dataclass(frozen=True)
class World:
    """Both logs, how many facts each has imported, and the commands that people will send."""

    intake: tuple[Event, ...]
    disclosure: tuple[Event, ...]
    heard: tuple[int, int]
    people: tuple[tuple[str, Command], ...]
    refused: tuple[str, ...] = ()

    def log(self, service: str) -> tuple[Event, ...]:
        return self.intake if service == "intake" else self.disclosure

    def after(self, service: str, command: Command) -> "World":
        decider, _ = SERVICES[service]
        ask = {"policy": RULES} if isinstance(command, RuledCommand) else {}
        seed = f"{service}-{len(self.log(service))}"
        command = command.model_copy(update={"seed": seed, **ask})
        try:
            made = decider.decide(command, decider.fold(self.log(service)))
        except RuleViolated as refusal:
            return replace(self, refused=(*self.refused, refusal.rule))
        return replace(self, **{service: (*self.log(service), *made)})

    def delivered(self, source: str, target: str) -> "World":
        """The next fact of `source` arrives; the order of a stream is kept."""
        place = ("intake", "disclosure").index(source)
        fact = recorded(source, self.heard[place], self.log(source)[self.heard[place]])
        heard = (self.heard[0] + (place == 0), self.heard[1] + (place == 1))
        world = replace(self, heard=heard)
        for reaction in SERVICES[target][1](fact):
            if reaction.stream == f"{target}-{CASE}":
                world = world.after(target, reaction.command)
        return world

    def next(self) -> Iterator["World"]:
        for n, (service, command) in enumerate(self.people):
            yield replace(
                self.after(service, command), people=self.people[:n] + self.people[n + 1 :]
            )
        if self.heard[0] < len(self.intake):
            yield self.delivered("intake", "disclosure")
        if self.heard[1] < len(self.disclosure):
            yield self.delivered("disclosure", "intake")


def recorded(source: str, place: int, event: Event) -> Recorded:
    return Recorded(
        id=f"{source}-{place}",
        stream=f"{source}-{CASE}",
        version=place + 1,
        event=event,
        source=source,
        agency="u-city",
        actor="p-1",
        recorded_at=MONDAY,
        correlation_id="r-1",
        case_id=CASE,
    )


def ends_of(
    people: Sequence[tuple[str, Command]], intake: tuple[Event, ...] = ACCEPTED
) -> list[World]:
    """Yields every world without further commands and facts."""
    start = World(
        intake=intake,
        disclosure=(*READY, decided()),
        heard=(len(intake), len(READY) + 1),
        people=tuple(people),
    )
    open_, ends = [start], []
    while open_:
        world = open_.pop()
        further = list(world.next())
        open_ += further
        if not further:
            ends.append(world)
    return ends


def kinds(facts: Sequence[Event]) -> list[type[Event]]:
    return [type(fact) for fact in facts]


def test_in_every_order_a_case_is_either_withdrawn_or_published() -> None:
    ends = ends_of([("disclosure", review()), ("intake", WITHDRAW)])
    outcomes = {
        (CaseWithdrawn in kinds(world.intake), CaseDisclosed in kinds(world.disclosure))
        for world in ends
    }
    assert outcomes == {(True, False), (False, True)}
    for world in ends:
        check(world, CaseWithdrawn)


def test_in_every_order_an_erasure_takes_down_what_was_published_before_it_goes_on() -> None:
    ends = ends_of([("disclosure", review()), ("intake", CONFIRM)], (*ACCEPTED, ASKED))
    assert {kinds(world.disclosure).count(CaseDisclosed) for world in ends} == {0, 1}
    for world in ends:
        intake, disclosure = kinds(world.intake), kinds(world.disclosure)
        assert intake.count(CaseErased) == disclosure.count(PagesTakenDown) == 1
        assert disclosure.count(CaseDisclosed) == disclosure.count(DisclosureWithdrawn)
        ended = disclosure.count(CaseDisclosed) + disclosure.count(PublicationReleased)
        assert disclosure.count(DisclosureRequested) == ended


def check(world: World, gone: type[Event]) -> None:
    """A case that was withdrawn first stays unpublished; every reservation has ended."""
    intake, disclosure = kinds(world.intake), kinds(world.disclosure)
    requests = disclosure.count(DisclosureRequested)
    ended = disclosure.count(CaseDisclosed) + disclosure.count(PublicationReleased)
    assert requests == ended
    if gone not in intake:
        assert world.refused in (("publication-under-way",), ("case-published",))


def test_a_withdrawal_that_is_tried_again_is_refused_once_the_case_is_published() -> None:
    twice = [("disclosure", review()), ("intake", WITHDRAW), ("intake", WITHDRAW)]
    ends = ends_of(twice)
    assert any(world.refused == ("publication-under-way", "case-published") for world in ends)
    for world in ends:
        check_withdrawn_once(world)


def check_withdrawn_once(world: World) -> None:
    assert kinds(world.intake).count(CaseWithdrawn) <= 1
    assert kinds(world.disclosure).count(CaseDisclosed) <= 1
