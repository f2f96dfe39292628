"""What an actor is to the publications of a case, and the situation of each."""

from dataclasses import replace

import pytest

from services.disclosure.domain.authorization import later, relations, situation
from services.disclosure.domain.decider import DECIDER
from services.disclosure.domain.state import Disclosure, Status
from shared.kernel.actor import Actor, Post
from tests.unit.disclosure.renditions import READY, TASK, decide, mark, proposed, stopped

HEAD = Actor("p-head", (Post("head", "u-hou", ("u-hou", "u-city")),))
OTHER_HEAD = Actor("p-pol", (Post("head", "u-pol", ("u-pol", "u-city")),))
PUBLISHER = Actor("p-pub-1", (Post("publisher", "u-city", ("u-city",)),))
BOTH = DECIDER.fold([*READY, proposed(task="b" * 12, unit="u-pol")])


def test_the_unit_is_the_one_whose_reply_is_to_be_published() -> None:
    assert relations(HEAD, decide(), BOTH)["task-unit"] == {"head"}
    assert relations(OTHER_HEAD, decide(), BOTH)["task-unit"] == frozenset()
    assert relations(OTHER_HEAD, None, BOTH)["task-unit"] == {"head"}


def test_the_publisher_is_one_of_the_case_s_agency() -> None:
    assert relations(PUBLISHER, decide(), BOTH)["agency"] == {"publisher"}
    assert relations(PUBLISHER, None, Disclosure())["agency"] == frozenset()


def test_the_platform_is_the_one_that_registered_the_case() -> None:
    brought = DECIDER.fold([proposed(client="c-npc")])
    platform = Actor("c-npc", client_of=mark().agency)
    assert relations(platform, None, brought)["client"] == {"client"}
    assert relations(platform, None, BOTH)["client"] == frozenset()


def test_the_situation_is_that_of_the_publication_asked_for() -> None:
    assert situation(decide(), BOTH) == "open"
    assert situation(None, BOTH) == "running"
    assert situation(decide(), DECIDER.fold([*READY, stopped()])) == "stopped"
    assert TASK in BOTH.publications


BOTH_STEPS = {"decide-disclosure", "review-disclosure"}


@pytest.mark.parametrize(
    ("status", "ahead"),
    [
        ("proposed", BOTH_STEPS),
        ("open", {"review-disclosure"}),
        ("returned", {"review-disclosure"}),
        ("decided", {"review-disclosure"}),
        ("requested", {"decide-disclosure"}),
        ("disclosed", {"decide-disclosure"}),
        ("settled", set()),
        ("released", set()),
        ("withdrawn", set()),
    ],
)
def test_what_comes_later_to_a_reply_is_what_its_status_does_not_offer_yet(
    status: Status, ahead: set[str]
) -> None:
    ready = DECIDER.fold(READY)
    [publication] = ready.publications.values()
    state = replace(ready, publications={TASK: replace(publication, status=status)})
    found = list(later(PUBLISHER, state))
    assert {offer.action for offer in found} == ahead
    assert all((offer.situation, offer.target) == (status, TASK) for offer in found)
    assert not list(later(PUBLISHER, replace(state, stopped="withdrawn")))
