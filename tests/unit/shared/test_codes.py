"""Forms of plain strings accept what clerks type, and refuse what belongs into a text."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.http import fields
from shared.kernel import codes
from shared.kernel.paper_numbers import ExternalNumber

PHONE, LANDLINE, ID_NUMBER = "13812345678", "0571-88886666", "11010119900307001X"
ADDRESS, LETTER = "白鹭县中山路17号", "我叫欧阳淑芬，反映学校乱收费。"
NUMBERS = (PHONE, "138-1234-5678", "138 1234 5678", LANDLINE, ID_NUMBER, ID_NUMBER.lower())
PERSONAL = (*NUMBERS, ADDRESS, LETTER, "欧阳淑芬", "张三\n李四")

GOOD: dict[str, tuple[Any, tuple[str, ...]]] = {
    "document number": (
        codes.DocumentNumber,
        ("临教建字〔2025〕12号", "沪府办[2025]3号", "国办发（2025）第7号", "临复函〔2025〕17-1号"),
    ),
    "external number": (
        ExternalNumber,
        ("2025年第17号建议", "2025-17", "12345-20250110-0017", "DH20250110001234", "J0123",
         "沪建〔2025〕17号"),
    ),
    "receipt": (
        codes.Receipt,
        ("EMS1234567890", "XA12345678951", "EX123456789CN", "1123456789012", "2025-12"),
    ),
    "session": (
        codes.Session,
        ("十五届四次", "15届4次会议", "第十四届人大第三次会议", "十三届常委会第二十次会议"),
    ),
    "code": (
        fields.Code,
        ("urban-environment", "12345", "2025", "2025-2026", "c01", "no-consent", "mailbox"),
    ),
    "step": (codes.Code, ("d-7", "d0", "wd+5", "refused:withdrawn", "entered-late:replied", "")),
    "card number": (codes.CardNumber, ("D0001", "W0017", "12")),
    "person": (fields.PersonId, ("p-1", "p-n001", "p-office-1", "p-2025001234")),
    "somebody": (fields.Someone, ("p-1", "x-0123456789ab")),
    "unit": (fields.UnitId, ("u-city", "u-county-education", "u-c01")),
}  # fmt: skip
CASES = [(name, value) for name, (_, values) in GOOD.items() for value in values]
WRONG = [(name, value) for name in GOOD for value in PERSONAL]


def takes(name: str, value: str) -> bool:
    try:
        TypeAdapter(GOOD[name][0]).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(("name", "value"), CASES)
def test_what_a_clerk_types_is_taken(name: str, value: str) -> None:
    assert takes(name, value)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_names_numbers_addresses_and_letters_are_not(name: str, value: str) -> None:
    assert not takes(name, value)


@pytest.mark.parametrize("name", ["person", "somebody", "unit"])
def test_an_id_is_not_made_of_a_phone(name: str) -> None:
    prefix = "u" if name == "unit" else "p"
    assert not any(takes(name, f"{prefix}-{number.lower()}") for number in (PHONE, ID_NUMBER))


@pytest.mark.parametrize(
    "value", ["临江市民革支部", "12345 政务服务便民热线", "欧阳·夏提", "第21中学"]
)
def test_a_public_name_is_one_line(value: str) -> None:
    assert TypeAdapter(codes.Name).validate_python(value) == value


@pytest.mark.parametrize("value", [PHONE, ID_NUMBER, f"张三 {PHONE}", "张三\n李四", "长" * 61])
def test_a_public_name_has_no_number_and_no_second_line(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(codes.Name).validate_python(value)


@pytest.mark.parametrize("kind", [fields.Title, fields.Line, fields.Name, fields.Short])
@pytest.mark.parametrize("break_", ["\n", "\r", "\t", "\u2028", "\u2029"])
def test_titles_lines_and_names_have_one_line(kind: Any, break_: str) -> None:
    adapter = TypeAdapter(kind)
    assert adapter.validate_python("甲 乙") == "甲 乙"
    with pytest.raises(ValidationError, match="pattern"):
        adapter.validate_python(f"甲{break_}乙")
    assert TypeAdapter(fields.Words).validate_python(f"甲{break_}乙") == f"甲{break_}乙"
