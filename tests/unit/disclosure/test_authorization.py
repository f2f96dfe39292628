"""What an actor is to the publications of a case, and the situation of each."""

from services.disclosure.domain.authorization import relations, situation
from services.disclosure.domain.decider import DECIDER
from services.disclosure.domain.state import Disclosure
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
