"""Texts compare by their words, whether they are plain or sealed."""

import pytest

from shared.kernel.messages import Sealed, Text
from shared.kernel.shape import Shape
from shared.kernel.texts import is_blank, same_payload, same_text

ONE = Sealed(ref="r1", size=4, digest="d1")
AGAIN = Sealed(ref="r2", size=4, digest="d1")
OTHER = Sealed(ref="r1", size=4, digest="d2")


class Remark(Shape):
    code: str
    text: Text = ""


class Remarked(Remark):
    by: str


def remarked(text: Text, code: str = "a", by: str = "p-1") -> Remarked:
    return Remarked(code=code, text=text, by=by)


def test_a_text_that_was_sealed_twice_is_the_same() -> None:
    assert same_text(ONE, AGAIN)
    assert not same_text(ONE, OTHER)
    assert not same_text(ONE, "plain")
    assert same_text("plain", "plain")


@pytest.mark.parametrize("text", [None, "", "  ", Sealed(ref="r", size=0, digest="d")])
def test_white_space_is_blank(text: Text | None) -> None:
    assert is_blank(text)
    assert not is_blank(ONE)


def test_payloads_compare_by_their_own_fields() -> None:
    assert same_payload(remarked(ONE), remarked(AGAIN, by="p-2"), Remark)
    assert not same_payload(remarked(ONE), remarked(OTHER), Remark)
    assert not same_payload(remarked(ONE), remarked(ONE, code="b"), Remark)
