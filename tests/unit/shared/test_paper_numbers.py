"""Numbers of papers in every usual form, and what makes two of them the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.kernel.codes import SESSION_FORM
from shared.kernel.errors import RuleViolated
from shared.kernel.paper_numbers import (
    EXTERNAL_FORM,
    ExternalNumber,
    check_counted,
    claim_of,
    normal,
    number_of,
    session_key,
)

TAKEN = TypeAdapter(ExternalNumber)


@pytest.mark.parametrize(
    ("typed", "stored", "key"),
    [
        ("58", "58", "58"),
        ("058", "058", "58"),
        ("第58号", "第58号", "58"),
        ("５８号", "58号", "58"),
        ("第 58 号", "第58号", "58"),
        ("No.58", "NO.58", "58"),
        ("№58", "NO58", "58"),
        ("第0123号建议", "第0123号建议", "123"),
        ("建议第58号", "建议第58号", "58"),
        ("闭-12", "闭-12", "闭12"),
        ("闭—12", "闭-12", "闭12"),
        ("闭字第12号", "闭字第12号", "闭12"),
        ("闭会第012号", "闭会第012号", "闭12"),
        ("大会12", "大会12", "会12"),
        ("B-58", "B-58", "b58"),
        ("十五届五次第58号", "十五届五次第58号", "58"),
        ("第十五届人大第五次会议第58号建议", "第十五届人大第五次会议第58号建议", "58"),
        ("15届5次闭-12", "15届5次闭-12", "闭12"),
        ("市十五届人大五次会议第58号建议", "市十五届人大五次会议第58号建议", "58"),
        ("市政协十五届五次会议第132号提案", "市政协十五届五次会议第132号提案", "132"),
        ("2025年第17号建议", "2025年第17号建议", "17"),
        ("2024年第17号建议", "2024年第17号建议", "2024#17"),
        ("〔2025〕58号", "〔2025〕58号", "(2025)58"),
        ("临人建〔2025〕012号", "临人建〔2025〕012号", "临人建(2025)12"),
        ("临人建﹝2025﹞012号", "临人建〔2025〕012号", "临人建(2025)12"),
        ("临人建【２０２５】12号", "临人建〔2025〕12号", "临人建(2025)12"),
        ("临人建\u200b〔 2025 〕\u300012号", "临人建〔2025〕12号", "临人建(2025)12"),
        ("十五届五次-58", "十五届五次-58", "58"),
        ("No-58", "NO-58", "58"),
        ("临人建(2025)第12号", "临人建(2025)第12号", "临人建(2025)12"),
        ("SZXX20250110001", "SZXX20250110001", "szxx20250110001"),
        ("12345-20250110-0017", "12345-20250110-0017", "12345-20250110-0017"),
    ],
)
def test_a_number_is_taken_in_any_usual_form(typed: str, stored: str, key: str) -> None:
    assert TAKEN.validate_python(typed) == stored
    assert number_of(typed, "2025").key == key
    assert TAKEN.validate_python(stored) == stored


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "－58",
        "-58号",
        "第-5号",
        "张三58",
        "13812345678",
        "34010419800101123X",
        "关于停车",
        "",
        "第号",
        "5" * 41,
        "A" * 9,
    ],
)
def test_no_name_and_no_phone_is_a_number(text: str) -> None:
    with pytest.raises(ValidationError):
        TAKEN.validate_python(text)


@pytest.mark.parametrize(
    ("session", "key"),
    [
        ("十五届五次", "15-5"),
        ("第十五届第五次会议", "15-5"),
        ("15届5次", "15-5"),
        ("十届二十次", "10-20"),
        ("二十一届人大常委会第三十二次会议", "21-32"),
        ("市政协十五届五次会议", "15-5"),
    ],
)
def test_a_session_is_the_same_in_words_and_figures(session: str, key: str) -> None:
    assert session_key(session) == key


def test_a_number_is_claimed_for_organ_kind_and_session() -> None:
    here = claim_of("u-city", "suggestion", "city", "2025", "十五届五次", "58")
    assert here == claim_of("u-city", "suggestion", "city", "2025", None, "十五届五次第058号")
    assert here == claim_of(
        "u-city", "suggestion", "city", "2026", "第15届第5次会议", "第５８号建议"
    )
    others = {
        claim_of("u-c01", "suggestion", "city", "2025", "十五届五次", "58"),
        claim_of("u-city", "suggestion", "province", "2025", "十五届五次", "58"),
        claim_of("u-city", "motion", "city", "2025", "十五届五次", "58"),
        claim_of("u-city", "suggestion", "city", "2025", "十五届四次", "58"),
        claim_of("u-city", "suggestion", "city", "2025", "十五届五次", "闭58"),
        claim_of("u-city", "suggestion", "city", "2025", None, "58"),
    }
    assert len(others | {here}) == 7


@pytest.mark.parametrize(
    "zero", ["0", "第0号", "００", "闭-0", "十五届五次第000号建议", "临人建〔2025〕0号", "A-0"]
)
def test_no_paper_has_the_number_zero(zero: str) -> None:
    with pytest.raises(RuleViolated, match="从 1 起编"):
        check_counted(zero, "external_no")
    check_counted(zero.replace("0", "10").replace("０", "１"), "external_no")


@given(st.from_regex(EXTERNAL_FORM, fullmatch=True))
def test_a_stored_number_is_stored_the_same_again(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert number_of(str(once)).key == number_of(text).key


def test_the_form_is_published_with_the_api() -> None:
    assert re.compile(TAKEN.json_schema()["pattern"]).match("十五届五次第58号")


@given(
    st.from_regex(
        SESSION_FORM.replace("$", r"\Z"), alphabet=st.sampled_from("第届次会议0123十二五〇")
    )
)
def test_every_session_that_its_field_takes_has_a_key(session: str) -> None:
    assert re.fullmatch("[0-9]{1,3}-[0-9]{1,3}", session_key(session))


@pytest.mark.parametrize("session", ["十十届五次", "十五届五十十次"])
def test_a_numeral_that_counts_nothing_is_no_session(session: str) -> None:
    assert not re.match(SESSION_FORM, session)
    assert number_of(f"{session}第3号").key
