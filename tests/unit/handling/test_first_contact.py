"""The clock of the first contact stops by what its policy row asks for."""

import pytest

from shared.contracts import handling as facts
from tests.unit.handling.world import CO_PROPOSER, contact, opened, rules, spec


@pytest.mark.parametrize(
    ("mode", "modes", "stops"),
    [
        ("phone", (), True),
        ("phone", ("letter", "platform"), False),
        ("letter", ("letter", "platform"), True),
    ],
)
def test_a_phone_call_is_no_written_notice(mode: str, modes: tuple[str, ...], stops: bool) -> None:
    """信访工作条例 art. 23: the petitioner is told in writing."""
    command = contact(mode=mode, policy=rules(first_contact_modes=modes))
    [fact] = spec.given(opened()).when(command).outcome()
    assert isinstance(fact, facts.CaseContacted)
    assert fact.suffices is stops
    assert bool(fact.changes("c" * 32)) is stops


@pytest.mark.parametrize(
    ("people", "stops"),
    [((), False), (("p-aide",), False), (("p-aide", CO_PROPOSER.id), True)],
    ids=["nobody", "an aide", "a co-signer"],
)
def test_the_clock_stops_when_a_proposer_was_there(people: tuple[str, ...], stops: bool) -> None:
    """代表法 art. 51: the deputy himself is heard; a talk in the office is no contact."""
    [fact] = spec.given(opened()).when(contact(people=people)).outcome()
    assert isinstance(fact, facts.CaseContacted)
    assert bool(fact.changes("c" * 32)) is stops


def test_petitions_ask_for_a_written_notice_and_deputies_may_be_called() -> None:
    assert rules("petition", "letter").row.first_contact_modes == ("letter", "platform")
    assert rules().row.first_contact_modes == ()
