"""The register of letters: one number, one reply, however the number is written."""

import pytest

from services.handling.domain.letters.commands import TakeNumber
from services.handling.domain.letters.decider import LETTERS
from services.handling.domain.letters.number import LetterNumber
from shared.contracts.handling import NumberTaken
from shared.testing.given import Specification
from shared.testing.organisation import city, organisation, unit
from tests.unit.handling.world import MONDAY

spec = Specification(LETTERS)
FIRST, SECOND = "a" * 12, "b" * 12
NUMBER = "临住建字〔2025〕12号"


def fields(task: str, number: str) -> dict[str, object]:
    place = {"agency": "u-city", "case": "c" * 32, "unit": "u-hou", "by": "p-head"}
    return {**place, "at": MONDAY, "task": task, "number": number}


def take(task: str, number: str = NUMBER, words: tuple[str, ...] = ()) -> TakeNumber:
    bureau = unit("u-hou", letter_words=words)
    known = organisation(MONDAY.date(), city(), bureau, unit("u-hou-1", "u-hou", level="section"))
    return TakeNumber.model_validate(fields(task, number) | {"organisation": known})


def taken(task: str, number: str = NUMBER) -> NumberTaken:
    return NumberTaken.model_validate(fields(task, number))


def test_a_number_is_entered_once() -> None:
    spec.given().when(take(FIRST)).then(taken(FIRST))
    spec.given(taken(FIRST)).when(take(FIRST)).then_nothing()


@pytest.mark.parametrize(
    "number",
    [
        NUMBER, "临住建字[2025]12号", "临住建字（2025）第12号", "临住建字〔2025〕012号",
        "临住建字(2025)00012号",
    ],
)  # fmt: skip
def test_a_number_of_one_reply_is_not_that_of_another(number: str) -> None:
    spec.given(taken(FIRST)).when(take(SECOND, number)).then_refused("number-taken", "number")


def test_a_number_given_back_before_the_signature_is_free_again() -> None:
    other = "临住建字〔2025〕13号"
    spec.given(taken(FIRST), taken(FIRST, other)).when(take(SECOND)).then(taken(SECOND))


def test_each_series_and_year_has_a_register_of_its_own() -> None:
    numbers = [NUMBER, "临住建字〔2026〕12号", "临教建字〔2025〕12号", "临住建字〔2025〕12-1号"]
    streams = [LetterNumber.of(number).stream for number in numbers]
    assert len(set(streams)) == 3
    assert LetterNumber.of("临住建字[2025]第7号").stream == streams[0]


def test_a_unit_numbers_its_letters_in_its_own_series() -> None:
    spec.given().when(take(FIRST, words=("临住建字", "临房字"))).then(taken(FIRST))
    command = take(FIRST, "临教字〔2025〕12号", words=("临住建字",))
    refused = spec.given().when(command)
    refused.then_refused("number-series", "number")


def test_a_section_uses_the_series_of_the_unit_above() -> None:
    command = take(FIRST, "临教字〔2025〕12号", words=("临住建字",))
    below = command.model_copy(update={"unit": "u-hou-1"})
    spec.given().when(below).then_refused("number-series", "number")


def test_a_unit_without_a_series_in_the_directory_is_not_checked() -> None:
    spec.given().when(take(FIRST, "任意字〔2025〕12号")).then(taken(FIRST, "任意字〔2025〕12号"))
