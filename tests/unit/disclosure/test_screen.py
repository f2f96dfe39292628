"""Personal data is found in every spelling, and harmless long texts raise no alarm."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.disclosure.domain.screen.check_digits import (
    check_digit,
    is_bank_card,
    is_credit_code,
)
from services.disclosure.domain.screen.findings import findings

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
    assert "mobile" in kinds(BEFORE + prefix + spelt(phone, gaps, wide) + AFTER)


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
    assert "id-number" in kinds(BEFORE + spelt(number, gaps, wide) + AFTER)
    if born.year < 2000:
        assert "id-like" in kinds(BEFORE + number[:6] + number[8:17] + AFTER)


@given(st.from_regex(r"62[0-9]{13,16}", fullmatch=True), st.lists(GAPS, min_size=18, max_size=18))
def test_a_bank_card_is_found_however_it_is_spelt(start: str, gaps: list[str]) -> None:
    assert kinds(BEFORE + spelt(luhn(start), gaps, wide=False) + AFTER) & {"bank-card", "id-number"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("座机0539-8123456", "landline"),
        ("(010) 6512 3456", "landline"),
        ("办公电话：8123456", "landline"),
        ("邮箱 zhang.san@example.com", "email"),
        ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email"),
        ("车牌鲁Q·12345", "plate"),
        ("新能源车粤BD12345", "plate"),
        ("家住幸福小区3号楼2单元501室", "address"),
        ("①③⑧①②③④⑤⑥⑦⑧", "mobile"),
        ("身份证号370102199001011234", "id-like"),
    ],
)
def test_other_personal_data_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


MOBILES = [
    "一三八一二三四五六七八", "壹叁捌壹贰叁肆伍陆柒捌", "幺三八 幺二三四 五六七八", "13八1234五678",
    "138/1234/5678", "138，1234，5678", "138（1234）5678", "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
    "❶❸❽❶❷❸❹❺❻❼❽", "١٣٨١٢٣٤٥٦٧٨", "13812345678万先生", "13812345678、13912345678",
    "13812345678,13912345678", "电话.13812345678", "\n1.13812345678", "l38I2345678",
    "13812345678转801",
    "138ㅤ1234ㅤ5678", "1-3-8-1-2-3-4-5-6-7-8", "1/3/8/1/2/3/4/5/6/7/8", "00 86 138 1234 5678",
    "+852 9123 4567", "138\n1234\n5678", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
]  # fmt: skip


@pytest.mark.parametrize("text", MOBILES)
def test_a_mobile_number_is_found_in_numerals_of_any_kind(text: str) -> None:
    assert "mobile" in kinds(f"联系方式：{text}")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("王建国，身份证号：" + id_number(date(1980, 2, 29), 12), "id-number"),
        ("370102-19800229-" + id_number(date(1980, 2, 29), 12)[14:], "id-number"),
        ("三七零一零二一九九零零一零一一二三四", "id-like"),
        ("卡号6222021234567890124", "account"),
        ("户名王建国，账号：1234 5678 9012", "account"),
        ("0539—8123456", "landline"),
        ("0539－812 3456转801", "landline"),
        ("+86-539-8123456", "landline"),
        ("（0086）539-8123456", "landline"),
        ("电话：8123456、8123457", "landline"),
        ("Tel: 6512-3456", "landline"),
        ("zhang.san艾特example。com", "email"),
        ("zhang.san (at) example.com", "email"),
        ("zhang at qq dot com", "email"),
        ("鲁q12345", "plate"),
        ("鲁 Q·D12345", "plate"),
        ("粤Z·1234港", "plate"),
        ("WJ鲁12345", "plate"),
        ("QQ：12345678", "messenger"),
        ("扣扣号123456", "messenger"),
        ("微信号：wang_jianguo88", "messenger"),
        ("加VX: wxid_8f3k2l", "messenger"),
        ("加我微信 wangjg1988 详谈", "messenger"),
        ("（wxid_a1b2c3d4）", "messenger"),
        ("护照号E12345678", "travel-document"),
        ("EA1234567", "travel-document"),
        ("港澳通行证C12345678", "travel-document"),
        ("回乡证H1234567801", "travel-document"),
        ("病案号0012345", "travel-document"),
        ("住院号：20250301", "travel-document"),
        ("香港身份证A123456(7)", "travel-document"),
        ("军字第1234567号", "travel-document"),
        ("王建国家住解放路128号", "address"),
        ("户籍地：临江市王家村3组12号", "address"),
        ("和平小区3-2-501", "address"),
        ("三号楼二单元五零一室", "address"),
    ],
)
def test_kinds_and_spellings_that_people_use(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "（2025）鲁13民终1234号、临江市监罚〔2025〕第118号",
        "二〇二五年三月十二日，一九九八至二〇二三年",
        "关注微信公众号：linjiangfabu；使用微信小程序办理",
        "联系电话服务满意率2023-2025年逐年提高",
        "解放路128号地块、和平街12号线已开工",
        "S2024年计划，G30连霍高速，川S2024工程",
        "第1、3、5、7、9、11、13、15、17、19号路灯",
        "第13、45、67、89、102号提案已办结",
        "投入138.12万元、345.67万元、89.01万元",
    ],
)
def test_harmless_numbers_of_letters_raise_no_alarm(text: str) -> None:
    assert findings(text) == []


def test_a_finding_says_what_was_found_and_where() -> None:
    text = "请致电王女士１３８ １２３４ ５６７８，谢谢。"
    [found] = findings(text)
    assert found.within(text) == "１３８ １２３４ ５６７８"
    assert found.within(text, around=3) == "王女士１３８ １２３４ ５６７８，谢谢"


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
    """文号, amounts and dates, three thousand of each, as offices write them."""
    chance = random.Random(2025)
    day = date(2020, 1, 1)
    for _ in range(3_000):
        on = day + timedelta(days=chance.randrange(3_000))
        amount = chance.randrange(10**11)
        text = (
            f"临建字〔{on.year}〕{chance.randrange(1, 2_000)}号，{on.year}年{on.month}月{on.day}日"
            f"（{on:%Y-%m-%d}）拨付{amount}元（{amount / 100:,.2f}万元），完成{on:%Y.%m.%d}验收。"
        )
        assert findings(text) == [], text


def test_the_own_number_of_the_office_is_public() -> None:
    text = "如有疑问请致电0539-8123456，或13812345678。"
    assert [one.kind for one in findings(text, ["0539-8123456"])] == ["mobile"]


def test_the_place_is_that_of_the_original() -> None:
    [found] = findings("电\u200b话：１３８ １２３４ ５６７８。")
    assert (found.kind, found.start) == ("mobile", 5)


def test_credit_codes_have_their_check_character() -> None:
    assert is_credit_code(PUBLIC_CODE)
    assert not is_credit_code("91350100M000100Y44")


@pytest.mark.parametrize("phone", ["l38O5312O68", "I38o53I2o68", "|38053|2068", "1３8０531206８"])
def test_letters_that_look_like_digits_hide_no_number(phone: str) -> None:
    assert "mobile" in kinds(BEFORE + phone + AFTER)
