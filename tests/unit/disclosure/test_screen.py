"""Personal data is found in every spelling, and harmless long texts raise no alarm."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.disclosure.domain.screen import check_digit, findings, is_bank_card, is_credit_code

GAPS = st.sampled_from(["", " ", "  ", "-", "－", "　", "·", "—", ".", "\u200b", "\u2060", "- "])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
BEFORE, AFTER = "请联系张先生：", "（工作日）。"
PUBLIC_CODE = "91350100M000100Y43"


def kinds(text: str) -> set[str]:
    return {one.kind for one in findings(text)}


def id_number(born: date, serial: int) -> str:
    bare = f"370102{born:%Y%m%d}{serial:03d}"
    return bare + check_digit(bare + "0")


def luhn(start: str) -> str:
    return next(start + str(n) for n in range(10) if is_bank_card(start + str(n)))


def spelt(number: str, gaps: list[str], wide: bool) -> str:
    number = number.translate(WIDE) if wide else number
    return "".join(c + gap for c, gap in zip(number, [*gaps, ""], strict=False))


phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
prefixes = st.sampled_from(["", "86", "+86", "0086", "+86 ", "0086-", "（86）", "86 "])


@given(phones, prefixes, st.lists(GAPS, min_size=10, max_size=10), st.booleans())
def test_a_mobile_number_is_found_however_it_is_spelt(
    phone: str, prefix: str, gaps: list[str], wide: bool
) -> None:
    assert "手机号码" in kinds(BEFORE + prefix + spelt(phone, gaps, wide) + AFTER)


@given(
    st.dates(date(1920, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
    st.lists(GAPS, min_size=17, max_size=17),
    st.booleans(),
)
def test_an_id_number_is_found_however_it_is_spelt(
    born: date, serial: int, gaps: list[str], wide: bool
) -> None:
    number = id_number(born, serial)
    assert "身份证号码" in kinds(BEFORE + spelt(number, gaps, wide) + AFTER)
    if born.year < 2000:
        assert "身份证号码" in kinds(BEFORE + number[:6] + number[8:17] + AFTER)


@given(st.from_regex(r"62[0-9]{13,16}", fullmatch=True), st.lists(GAPS, min_size=18, max_size=18))
def test_a_bank_card_is_found_however_it_is_spelt(start: str, gaps: list[str]) -> None:
    assert kinds(BEFORE + spelt(luhn(start), gaps, wide=False) + AFTER) & {"银行卡号", "身份证号码"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("座机0539-8123456", "固定电话"),
        ("(010) 6512 3456", "固定电话"),
        ("办公电话：8123456", "固定电话"),
        ("邮箱 zhang.san@example.com", "电子邮箱"),
        ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "电子邮箱"),
        ("车牌鲁Q·12345", "车牌号码"),
        ("新能源车粤BD12345", "车牌号码"),
        ("家住幸福小区3号楼2单元501室", "住址"),
        ("①③⑧①②③④⑤⑥⑦⑧", "手机号码"),
        ("身份证号370102199001011234", "身份证号码"),
    ],
)
def test_other_personal_data_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        f"统一社会信用代码{PUBLIC_CODE}。",
        "临住建字〔2025〕12号、临政办发〔2024〕108号",
        "总投资13800000000元，其中中央资金1,380,000,000元",
        "累计13812345678万元，占比13.812345678%",
        "2024-01-15至2025-12-31，2025.3.12，2025年3月12日",
        "服务热线12345，另见2023-2025年规划",
        "和平路12号门前积水，解放街3-5号路段已改造",
        "项目编号2020-370102-48-03-012345",
        "坐标118.3526 35.0518，面积12345.678平方米",
        "惠及3号线沿线12个社区、5栋楼、1200户",
    ],
)
def test_harmless_texts_raise_no_alarm(text: str) -> None:
    assert findings(text) == []


def test_a_long_harmless_letter_raises_no_alarm() -> None:
    """文号, amounts and dates, ten thousand of each, as offices write them."""
    chance = random.Random(2025)
    day = date(2020, 1, 1)
    for _ in range(10_000):
        on = day + timedelta(days=chance.randrange(3_000))
        amount = chance.randrange(10**11)
        text = (
            f"临建字〔{on.year}〕{chance.randrange(1, 2_000)}号，{on.year}年{on.month}月{on.day}日"
            f"（{on:%Y-%m-%d}）拨付{amount}元（{amount / 100:,.2f}万元），完成{on:%Y.%m.%d}验收。"
        )
        assert findings(text) == [], text


def test_the_own_number_of_the_office_is_public() -> None:
    text = "如有疑问请致电0539-8123456，或13812345678。"
    assert [one.kind for one in findings(text, ["0539-8123456"])] == ["手机号码"]


def test_the_place_is_that_of_the_original() -> None:
    [found] = findings("电\u200b话：１３８ １２３４ ５６７８。")
    assert (found.kind, found.start) == ("手机号码", 5)


def test_credit_codes_have_their_check_character() -> None:
    assert is_credit_code(PUBLIC_CODE)
    assert not is_credit_code("91350100M000100Y44")
