"""Derived ids are permanent once a fact is stored; their values are pinned here."""

import pytest

from shared.kernel import ids

COMMAND = "08c5f346-062f-5539-af14-751f7940c2a6"


def test_the_same_key_of_the_same_principal_is_the_same_command() -> None:
    assert ids.http_command("p-1", "1-k") == COMMAND


def test_parts_are_never_glued_together() -> None:
    assert ids.http_command("p-1", "1-k") != ids.http_command("p-11", "-k")


def test_a_ledger_row_is_one_command_whoever_imports_it() -> None:
    command = ids.ledger_command("u-city", "petition", "2025", "17")
    assert command == "129027b5-6881-5b1e-999b-8a7ff9d947ba"


def test_a_case_is_named_by_the_command_that_registered_it() -> None:
    assert ids.case_id(COMMAND) == "56fa9635caf355c1b7bdf0735026de16"


def test_the_names_of_facts_entities_and_reactions_are_pinned() -> None:
    fact = ids.fact_id("intake-56fa9635caf355c1b7bdf0735026de16", 1, COMMAND)
    assert fact == "1227674e-1fa0-5510-9a22-669a75f9287f"
    assert ids.entity_id(fact, "reply") == "03b45dc3ed9a"
    assert (
        ids.reaction_command(fact, "reminder", "start-clock", semantic="reply")
        == "1e6dbcdb-7c6b-5029-9b28-374cb1b37ba2"
    )


def test_two_reactions_to_one_fact_differ_by_their_meaning() -> None:
    names = {
        ids.reaction_command("f", "reminder", "start-clock", "new", rule)
        for rule in ("sign-for", "reply", "first-contact")
    }
    assert len(names) == 3


@pytest.mark.parametrize(
    ("stream", "key"),
    [
        ("intake-56fa9635caf355c1b7bdf0735026de16", "56fa9635caf355c1b7bdf0735026de16"),
        ("clocks-56fa9635caf355c1b7bdf0735026de16", "56fa9635caf355c1b7bdf0735026de16"),
        ("unit-u-city", "u-city"),
        ("person-p-1", "p-1"),
        ("client-c-npc", "c-npc"),
        ("series-u-city-petition-2025", "series-u-city-petition-2025"),
    ],
)
def test_the_key_is_what_the_stream_is_about(stream: str, key: str) -> None:
    assert ids.stream_key(stream) == key


@pytest.mark.parametrize("name", ["", "intake", "intake-", "-c1", "intake-C1", "intake-c1@2"])
def test_what_is_not_the_name_of_a_stream_has_no_key(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a stream"):
        ids.stream_key(name)
