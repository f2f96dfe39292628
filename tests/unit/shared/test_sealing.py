"""Texts become references; nothing else changes."""

from datetime import UTC, datetime
from typing import ClassVar

import pytest

from shared.contracts.case_event import Proposer
from shared.kernel.messages import Command, Sealed, Text
from shared.kernel.shape import Shape
from shared.service.commands.personal_data import has_text, seal
from shared.vault.keys import DataKey

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
KEY = DataKey("c1", b"k" * 32)
SEALED = Sealed(ref="r", size=1, digest="d")


class Contact(Shape):
    phone: Text
    note: str = ""


class Write(Command):
    name: ClassVar[str] = "write"

    letter: Text
    remark: Text | None = None
    lines: tuple[Text, ...] = ()
    phone: Text = ""
    contacts: tuple[Contact, ...] = ()
    proposers: tuple[Proposer, ...] = ()
    code: str = ""


def command(**fields: object) -> Write:
    return Write.model_validate({"at": AT, "by": "p-1", "letter": "", **fields})


def test_texts_are_sealed() -> None:
    sealed, kept = seal(command(letter="关于修路", remark="急"), KEY, "command")
    assert isinstance(sealed.letter, Sealed)
    assert sealed.letter.size == 4
    assert isinstance(sealed.remark, Sealed)
    assert [KEY.open(text) for text in kept] == ["关于修路", "急"]


def test_texts_are_sealed_wherever_they_stand() -> None:
    given = command(phone="1391", contacts=[{"phone": "1392"}, {"phone": "1393", "note": "家"}])
    sealed, kept = seal(given, KEY, "command")
    assert isinstance(sealed.phone, Sealed)
    assert all(isinstance(contact.phone, Sealed) for contact in sealed.contacts)
    assert [contact.note for contact in sealed.contacts] == ["", "家"]
    assert sorted(KEY.open(text) for text in kept) == ["1391", "1392", "1393"]


def test_texts_in_a_tuple_are_sealed_each_under_its_own_reference() -> None:
    sealed, kept = seal(command(lines=["一", "一"]), KEY, "command")
    assert len({text.ref for text in kept}) == 2
    assert all(isinstance(line, Sealed) for line in sealed.lines)


def test_texts_of_parts_are_sealed_and_their_names_are_not() -> None:
    proposer = Proposer(id="p-1", known=True, masked="张**", part="lead", contact="住在一号")
    sealed, kept = seal(command(proposers=[proposer]), KEY, "command")
    assert isinstance(sealed.proposers[0].contact, Sealed)
    assert sealed.proposers[0].masked == "张**"
    assert len(kept) == 1


def test_codes_and_empty_texts_are_left_alone() -> None:
    given = command(code="visit")
    sealed, kept = seal(given, KEY, "command")
    assert sealed is given
    assert kept == []
    assert not has_text(given)


def test_what_is_sealed_already_keeps_its_reference() -> None:
    sealed, kept = seal(command(letter=SEALED), KEY, "command")
    assert sealed.letter == SEALED
    assert kept == []


def test_sealing_again_gives_the_same_references() -> None:
    first, _ = seal(command(letter="关于修路"), KEY, "command")
    again, _ = seal(command(letter="关于修路"), KEY, "command")
    assert first == again


@pytest.mark.parametrize("other", ["关于修桥", "关于修路 "])
def test_another_text_has_another_reference(other: str) -> None:
    first, _ = seal(command(letter="关于修路"), KEY, "command")
    second, _ = seal(command(letter=other), KEY, "command")
    assert first.letter != second.letter
