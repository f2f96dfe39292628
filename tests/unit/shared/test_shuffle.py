"""Interleavings keep the order of each stream, and miss none while there are few."""

from dataclasses import replace

from shared.kernel.messages import Recorded
from shared.testing.shuffle import interleavings
from shared.testing.stories import Story, heard


def test_two_streams_of_two_facts_have_six_orders() -> None:
    facts = heard(Story("handling-c1").tells(2).documents)
    others = [replace(fact, stream="assignment-c1") for fact in facts]
    orders = list(interleavings([*facts, *others]))
    assert len(orders) == 6
    assert len({tuple((f.stream, f.version) for f in order) for order in orders}) == 6
    assert all(in_order(order) for order in orders)


def test_of_very_many_orders_some_are_drawn_always_the_same() -> None:
    facts = heard(Story("handling-c1").tells(8).documents)
    others = [replace(fact, stream="assignment-c1") for fact in facts]
    orders = [list(map(id, order)) for order in interleavings([*facts, *others], most=20)]
    again = [list(map(id, order)) for order in interleavings([*facts, *others], most=20)]
    assert len(orders) == 20
    assert orders == again


def in_order(facts: list[Recorded]) -> bool:
    seen: dict[str, int] = {}
    for fact in facts:
        if fact.version != seen.get(fact.stream, 0) + 1:
            return False
        seen[fact.stream] = fact.version
    return True
