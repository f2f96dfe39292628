"""Every fact that is written down is in the catalogue, under its owner."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from shared.contracts.catalogue import COMMON, FACT_OF, OWNERS
from shared.kernel.messages import Event

CONTRACTS = Path("shared/contracts")


def facts_below(parent: type[Event]) -> Iterator[type[Event]]:
    """Yields the classes of the contracts that have a wire type of their own."""
    for each in parent.__subclasses__():
        if "type" in vars(each) and each.__module__.startswith("shared.contracts."):
            yield each
        yield from facts_below(each)


def test_no_fact_is_missing_in_the_catalogue() -> None:
    """A fact that its module's union forgets could be recorded, and nobody could read it."""
    for module in sorted(CONTRACTS.rglob("*.py")):
        import_module(".".join(module.with_suffix("").parts))
    found = set(facts_below(Event))
    missing = found - set(FACT_OF.values())
    assert not missing
    assert len(found) > 80


def test_a_wire_type_has_one_fact_and_one_owner() -> None:
    every = [fact.type for owner in OWNERS for fact in owner.facts]
    every += [fact.type for fact in COMMON]
    assert len(every) == len(set(every)) == len(FACT_OF)
