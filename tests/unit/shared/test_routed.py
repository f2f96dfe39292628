"""Deciders as tables: total when they are imported."""

from dataclasses import dataclass

import pytest

from shared.kernel.decider import Rows, members, routed


@dataclass(frozen=True)
class Add:
    amount: int


@dataclass(frozen=True)
class Clear:
    pass


@dataclass(frozen=True)
class Added:
    amount: int


@dataclass(frozen=True)
class Cleared:
    pass


Commands = Add | Clear
Facts = Added | Cleared
DECIDE = {Add: lambda command, state: [Added(command.amount)], Clear: lambda *_: [Cleared()]}
EVOLVE = {Added: lambda state, fact: state + fact.amount, Cleared: lambda *_: 0}


def test_each_command_and_each_fact_goes_to_the_function_of_its_row() -> None:
    decider = routed(0, Commands, Facts, decide=DECIDE, evolve=EVOLVE)
    assert decider.decide(Add(2), 0) == [Added(2)]
    assert decider.fold([Added(2), Added(3), Cleared(), Added(4)]) == 4


def test_tables_of_parts_merge() -> None:
    first = {Add: DECIDE[Add]}
    assert routed(0, Commands, Facts, decide=first | {Clear: DECIDE[Clear]}, evolve=EVOLVE)


def test_two_parts_with_the_same_row_are_refused() -> None:
    part = Rows({Add: DECIDE[Add]})
    assert part | Rows({Clear: DECIDE[Clear]}) == DECIDE
    with pytest.raises(TypeError, match=r"two parts have a row for \['Add'\]"):
        part | Rows({Add: DECIDE[Clear]})


def test_a_command_without_a_row_is_named() -> None:
    with pytest.raises(TypeError, match=r"decide: missing rows \['Clear'\]"):
        routed(0, Commands, Facts, decide={Add: DECIDE[Add]}, evolve=EVOLVE)


def test_a_fact_without_a_row_is_named() -> None:
    with pytest.raises(TypeError, match=r"evolve: missing rows \['Cleared'\]"):
        routed(0, Commands, Facts, decide=DECIDE, evolve={Added: EVOLVE[Added]})


def test_a_row_for_what_is_not_in_the_union_is_named() -> None:
    with pytest.raises(TypeError, match=r"rows \['Cleared'\], which the tuple of facts lacks"):
        routed(0, Commands, Added, decide=DECIDE, evolve=EVOLVE)


def test_unions_of_unions_are_their_classes() -> None:
    assert members((Add | Clear) | Added) == (Add, Clear, Added)
    assert members((Add, Clear)) == (Add, Clear)
    assert members(Add) == (Add,)
    assert routed(0, Commands, Facts, decide=DECIDE, evolve=EVOLVE).commands == (Add, Clear)
