"""The register of letters: one number, one reply, however the number is written."""

from typing import Any

import pytest

from services.handling.domain.letters.commands import TakeNextNumber, TakeNumber, VoidNumber
from services.handling.domain.letters.decider import LETTERS
from services.handling.domain.letters.number import LetterNumber
from shared.contracts.letters import NumberTaken, NumberVoided
from shared.kernel.organisation import Organisation
from shared.kernel.reply_rules import LetterRules
from shared.testing.given import Specification
from shared.testing.organisation import city, organisation, unit
from tests.unit.handling.world import MONDAY, rules

spec = Specification(LETTERS)
FIRST, SECOND = "a" * 12, "b" * 12
NUMBER = "临住建字〔2025〕12号"


def fields(task: str, number: str) -> dict[str, object]:
    place = {"agency": "u-city", "case": "c" * 32, "unit": "u-hou", "by": "p-head"}
    return {**place, "at": MONDAY, "task": task, "number": number}


def take(task: str, number: str = NUMBER, words: tuple[str, ...] = ()) -> TakeNumber:
    bureau = unit("u-hou", letter_words=words)
    known = organisation(MONDAY.date(), city(), bureau, unit("u-hou-1", "u-hou", level="section"))
    return TakeNumber.model_validate(fields(task, number) | ruled(known))


def ruled(known: Organisation, **letters: Any) -> dict[str, object]:
    rows = rules(letters=LetterRules(**letters))
    return {"organisation": known, "kind": "suggestion", "channel": "session", "policy": rows}


KNOWN = organisation(MONDAY.date(), city(), unit("u-hou", letter_words=("临住建字",)))
NEXT = {"agency": "u-city", "case": "c" * 32, "unit": "u-hou", "by": "p-head", "at": MONDAY}


def take_next(task: str, **letters: Any) -> TakeNextNumber:
    series = {"word": "临住建字", "year": "2025", "task": task}
    return TakeNextNumber.model_validate(NEXT | series | ruled(KNOWN, **letters))


def void(number: str, unsigned: str | None = None, **letters: Any) -> VoidNumber:
    place = {name: value for name, value in NEXT.items() if name != "case"}
    why = {"number": number, "reason": "打印有误", "unsigned": unsigned}
    return VoidNumber.model_validate(place | why | ruled(KNOWN, **letters))


def voided(number: str) -> NumberVoided:
    place = {name: value for name, value in NEXT.items() if name != "case"}
    return NumberVoided.model_validate(place | {"number": number, "reason": "打印有误"})


def number(serial: int | str) -> str:
    return f"临住建字〔2025〕{serial}号"


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


def test_the_next_number_follows_the_highest() -> None:
    spec.given().when(take_next(FIRST)).then(taken(FIRST, number(1)))
    spec.given(taken(FIRST, number(12))).when(take_next(SECOND)).then(taken(SECOND, number(13)))
    spec.given(taken(FIRST, number("3-1"))).when(take_next(SECOND)).then(taken(SECOND, number(4)))


def test_a_task_that_has_a_number_takes_no_second_one() -> None:
    """The process died between the number and the signature."""
    spec.given(taken(FIRST, number(1))).when(take_next(FIRST)).then_nothing()


def test_where_numbers_are_gapless_a_number_given_back_is_the_next() -> None:
    history = (taken(FIRST, number(1)), taken(SECOND, number(2)), taken(FIRST, number(3)))
    spec.given(*history).when(take_next("c" * 12, gapless=True)).then(taken("c" * 12, number(1)))
    spec.given(*history).when(take_next("c" * 12)).then(taken("c" * 12, number(4)))


def test_where_numbers_are_gapless_none_is_left_out() -> None:
    ruling = ruled(KNOWN, units={"u-hou": True})
    after = spec.given(taken(FIRST, number(1)))
    skipping = take(SECOND, number(3)).model_copy(update=ruling)
    after.when(skipping).then_refused("number-gap", "number")
    after.when(take(SECOND, number(2)).model_copy(update=ruling)).then(taken(SECOND, number(2)))
    after.when(void(number(3), gapless=True)).then_refused("number-gap", "number")
    after.when(void(number(2), gapless=True)).then(voided(number(2)))


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [("临住建字〔2025〕0号", "number-zero"), ("临住建字〔2025〕00号", "number-zero"),
     ("临住建字〔2026〕1号", "number-year")],
)  # fmt: skip
def test_letters_are_counted_from_one_in_years_that_have_begun(wrong: str, rule: str) -> None:
    spec.given().when(take(FIRST, wrong)).then_refused(rule, "number")
    spec.given().when(void(wrong)).then_refused(rule, "number")


def test_a_reply_has_a_number_of_this_year_or_the_last() -> None:
    spec.given().when(take(FIRST, "临住建字〔2023〕1号")).then_refused("number-year", "number")
    assert len(spec.given().when(take(FIRST, "临住建字〔2024〕1号")).outcome()) == 1
    assert len(spec.given().when(void("临住建字〔2023〕1号")).outcome()) == 1


def test_a_unit_may_have_another_rule_than_its_agency() -> None:
    letters = LetterRules(gapless=True, units={"u-hou": False})
    assert not letters.gapless_of(("u-hou-1", "u-hou", "u-city"))
    assert letters.gapless_of(("u-fin", "u-city"))


def test_a_voided_number_is_never_used_again() -> None:
    history = (taken(FIRST, number(1)), voided(number(2)))
    spec.given(*history).when(take(SECOND, number(2))).then_refused("number-voided", "number")
    spec.given(*history).when(take_next(SECOND, gapless=True)).then(taken(SECOND, number(3)))
    spec.given(*history).when(void(number(2))).then_nothing()


def test_a_task_whose_number_was_voided_takes_another_one() -> None:
    history = (taken(FIRST, number(1)), voided(number(1)))
    spec.given(*history).when(take_next(FIRST)).then(taken(FIRST, number(2)))


def test_the_number_of_a_reply_is_not_voided() -> None:
    history = spec.given(taken(FIRST, number(1)))
    history.when(void(number(1))).then_refused("number-taken", "number")
    history.when(void(number(1), unsigned=SECOND)).then_refused("number-taken", "number")
    history.when(void(number(1), unsigned=FIRST)).then(voided(number(1)))
    blank = void(number(2)).model_copy(update={"reason": " "})
    history.when(blank).then_refused("reason-required", "reason")
    other = void("临教字〔2025〕2号")
    history.when(other).then_refused("number-series", "number")
