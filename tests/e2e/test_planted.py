"""What the privacy tests plant: chance never decides whether a rule refuses it."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from services.disclosure.domain.screen.findings import findings
from shared.kernel.codes import Receipt, Serial
from shared.kernel.paper_numbers import ExternalNumber
from tests.e2e.traces import Secrets, any_of

DRAWN = 500
NUMBERS = TypeAdapter(ExternalNumber | Receipt | Serial)


@pytest.mark.parametrize("what", ["title", "public text", "name", "remark", "letter"])
def test_words_hold_no_number(what: str) -> None:
    for _ in range(DRAWN):
        word = Secrets().plant(what, "关于")
        assert not findings(word)
        assert not any(character.isdigit() for character in word)


def test_every_word_is_found_wherever_it_stands_and_no_other() -> None:
    words = [b"abcd", b"abce", b"ab\0", b"b.d", b"b.def", b"x"]
    of_any = any_of(words)
    for word in words:
        for content in (word, b"--" + word, word + b"--", b"aab" + word + b"d"):
            assert of_any.search(content)
    for content in (b"", b"abc", b"abfd", b"ab", b"bcd", b"ab 0"):
        assert not of_any.search(content)
    assert not any_of([]).search(b"abcd")


@pytest.mark.parametrize(("what", "start"), [("phone", ""), ("id number", "110101199003")])
def test_numbers_are_neither_numbers_of_papers_nor_days(what: str, start: str) -> None:
    for _ in range(DRAWN):
        number = Secrets().plant(what, start)
        assert number.isdigit()
        for form in (NUMBERS, TypeAdapter(date)):
            with pytest.raises(ValidationError):
                form.validate_python(number)
