"""What the privacy tests plant: chance never decides whether a rule refuses it."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from services.disclosure.domain.screen.findings import findings
from shared.kernel.codes import Receipt, Serial
from shared.kernel.paper_numbers import ExternalNumber
from tests.e2e.traces import Secrets

DRAWN = 500
NUMBERS = TypeAdapter(ExternalNumber | Receipt | Serial)


@pytest.mark.parametrize("what", ["title", "public text", "name", "remark", "letter"])
def test_words_hold_no_number(what: str) -> None:
    for _ in range(DRAWN):
        word = Secrets().plant(what, "关于")
        assert not findings(word)
        assert not any(character.isdigit() for character in word)


@pytest.mark.parametrize(("what", "start"), [("phone", ""), ("id number", "110101199003")])
def test_numbers_are_neither_numbers_of_papers_nor_days(what: str, start: str) -> None:
    for _ in range(DRAWN):
        number = Secrets().plant(what, start)
        assert number.isdigit()
        for form in (NUMBERS, TypeAdapter(date)):
            with pytest.raises(ValidationError):
                form.validate_python(number)
