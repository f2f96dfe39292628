"""Author of a paper: what the mandates allow, and co-signers by name."""

import pytest

from services.portal.my.author import Author, Unclear, cosigners_in
from shared.kernel.errors import NotFound

NPC = {"body": "npc", "agency": "u-city", "delegation": "城东代表团"}
OWN = Author("p-1", "唐宏伟", "2025-06-15", [NPC])


def seat(person: str, name: str, delegation: str) -> dict[str, str]:
    return {**NPC, "person": person, "title": name, "delegation": delegation}


SEATS = [
    seat("p-1", "唐宏伟", "城东代表团"),
    seat("p-2", "李强", "城东代表团"),
    seat("p-3", "李强", "东湖代表团"),
    seat("p-4", "赵丽", "东湖代表团"),
]


def found(text: str) -> list[str]:
    return [each["person"] for each in cosigners_in(text, OWN, SEATS)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", []),
        ("赵 丽\n李强（东湖代表团）", ["p-4", "p-3"]),
        ("赵丽、李强(城东)", ["p-4", "p-2"]),
        ("唐宏伟，赵丽", ["p-4"]),
        ("赵丽；赵丽", ["p-4", "p-4"]),
    ],
)
def test_names_are_found_with_spaces_commas_and_delegations(text: str, people: list[str]) -> None:
    """The author's own name adds nobody; a name twice is for intake to refuse."""
    assert found(text) == people


@pytest.mark.parametrize(
    ("text", "say", "name"),
    [("赵丽\n钱多", "cosigner-unknown", "钱多"), ("李强", "cosigner-several", "李强")],
)
def test_a_name_that_nobody_or_several_have_is_asked_back(text: str, say: str, name: str) -> None:
    with pytest.raises(Unclear) as unclear:
        found(text)
    assert (unclear.value.say, unclear.value.name) == (say, name)


def test_a_deputy_brings_no_proposal() -> None:
    assert OWN.kinds == ["suggestion", "motion"]
    assert OWN.mandate("motion") == NPC
    for kind in ("proposal", "petition", "nothing"):
        with pytest.raises(NotFound):
            OWN.mandate(kind)
