"""Rows of the screen: the form of every kind of personal data, and the check of what it finds.

Patterns are bounded, so that the screen is linear in the text. Kinds are codes of labels.yaml
(`finding`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.disclosure.domain.screen.check_digits import is_bank_card, is_id_number, is_like_id

GAP: Final = r"[\s\-‐-―−·•‧._~*]{0,3}"
SIGNS: Final = r"[^\w。]{1,3}"
"""Any other separators, where the groups of digits are those in which people write the number."""
NOT_IN_A_NUMBER: Final = r"(?<![0-9])(?:(?<![0-9]\.)|(?<=^[0-9]\.)|(?<=\n[0-9]\.))"
NOT_AN_AMOUNT: Final = (
    r"(?![0-9]|\.[0-9]{1,2}(?![0-9])|,[0-9]{3}(?![0-9])|\s?[百千万亿]{0,2}\s?元|\s?%|\s?号文)"
)
PLATE_LETTERS = "A-HJ-NP-Za-hj-np-z"
PLATE_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SENTENCE: Final = r"[^。；;\n]"


@dataclass(frozen=True)
class Row:
    """`form` finds the words, or its group 1; `holds` checks them."""

    kind: str
    form: re.Pattern[str]
    holds: Callable[[str], bool] = lambda found: True


def digits(count: int) -> str:
    """Returns the pattern of so many further digits, each after a gap or none."""
    return rf"(?:{GAP}[0-9]){{{count}}}"


def grouped(*sizes: int) -> str:
    """Returns the pattern of groups of digits between any signs."""
    return SIGNS.join(rf"[0-9]{{{size}}}" for size in sizes)


def spaced(count: int) -> str:
    """Returns the pattern of single digits, each but the first after any signs."""
    return rf"[0-9](?:{SIGNS}[0-9]){{{count - 1}}}"


def either(*forms: str) -> str:
    return f"(?:{'|'.join(forms)})"


def has_digit(found: str) -> bool:
    return any(c.isdigit() for c in found)


def is_identity(found: str) -> bool:
    """An ID named as such counts with any digits; a valid one has its own row."""
    return not is_id_number(found)


def is_no_span_of_years(found: str) -> bool:
    return re.fullmatch(r"(?:19|20)[0-9]{2}\D?(?:19|20)[0-9]{2}", found) is None


LONG_ID = rf"(?:[1-9]{digits(16)}{GAP}[0-9Xx]|{grouped(6, 8, 3)}[0-9Xx]|{grouped(6, 4, 4, 3)}[0-9Xx]|{spaced(17)}{SIGNS}[0-9Xx])(?![0-9])"  # noqa: E501
MOBILE = either(
    rf"1{GAP}[3-9]{digits(9)}",
    rf"1[3-9][0-9]{SIGNS}{grouped(4, 4)}",
    rf"1[3-9][0-9]{{2}}{SIGNS}{grouped(4, 3)}",
    rf"1[3-9][0-9]{SIGNS}{grouped(3, 5)}",
    rf"1[3-9][0-9]{{3}}{SIGNS}{grouped(6)}",
    rf"1{SIGNS}[3-9](?:{SIGNS}[0-9]){{9}}",
)
CARD = either(
    rf"[2-69]{digits(15)}(?:{GAP}[0-9]){{0,3}}",
    rf"[2-69][0-9]{{3}}{SIGNS}{grouped(4, 4, 4)}(?:{SIGNS}[0-9]{{1,3}})?",
)
AREA = r"(?:\(?0[0-9]{2,3}\)?|\(?(?:\+|00)\s?86\)?[\s\-‐-―]{0,2}[1-9][0-9]{1,2})"
HOME = r"(?:住|户籍|户口|家庭|居民|村民|业主|租户|地址)"
STREET = r"(?:路|街|道|巷|弄|胡同|村|庄|屯|寨|组|里|坊|苑|新村|小区|花园|公寓)"

SCREEN: tuple[Row, ...] = (
    Row("id-number", re.compile(NOT_IN_A_NUMBER + LONG_ID), is_id_number),
    Row("id-like", re.compile(NOT_IN_A_NUMBER + LONG_ID), is_like_id),
    Row(
        "id-like",
        re.compile(rf"(?:身份证|证件)[^0-9]{{0,12}}([1-9]{digits(16)}{GAP}[0-9Xx])(?![0-9])"),
        is_identity,
    ),
    Row("id-like", re.compile(rf"{NOT_IN_A_NUMBER}[1-8]{digits(14)}(?![0-9])"), is_like_id),
    Row(
        "mobile",
        re.compile(
            rf"{NOT_IN_A_NUMBER}(?:(?:\+|00)?{GAP}8{GAP}6{GAP}[()]?{GAP})?({MOBILE}){NOT_AN_AMOUNT}"
        ),
    ),
    Row("mobile", re.compile(r"\+\s?[1-9][0-9]{0,2}[\s\-]?(?:[0-9][\s\-]?){6,11}[0-9]")),
    Row("bank-card", re.compile(rf"{NOT_IN_A_NUMBER}{CARD}(?![0-9])"), is_bank_card),
    Row(
        "account",
        re.compile(
            r"(?:卡号|[账帐]号|[账帐]户)[^0-9\n]{0,10}([0-9](?:[\s\-]?[0-9]){8,29})(?![0-9])"
        ),
    ),
    Row(
        "landline",
        re.compile(
            rf"{NOT_IN_A_NUMBER}({AREA}[\s\-‐-―−/·]{{0,3}}[2-9]{digits(6)}(?:{GAP}[0-9])?){NOT_AN_AMOUNT}"
        ),
    ),
    Row(
        "landline",
        re.compile(
            r"(?:电话|座机|致电|拨打|来电|传真|[Tt][Ee][Ll]|联系方式)[^0-9。；\n]{0,12}"
            r"(?:[0-9]{7,8}[^0-9。；\n]{1,3}){0,3}([2-9][0-9]{2,3}[\s\-‐-―]?[0-9]{4})"
            r"(?![0-9]|-[0-9]{4}|\s?[年元万亿])"
        ),
        is_no_span_of_years,
    ),
    Row(
        "email",
        re.compile(
            r"[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}\s?(?:@|\(at\)|\[at\]|艾特)\s?"
            r"[A-Za-z0-9-]{1,63}(?:\s?[.。点]\s?[A-Za-z0-9-]{2,63}){1,4}"
        ),
    ),
    Row(
        "email",
        re.compile(
            r"[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}\s{1,3}(?:at|AT)\s{1,3}[A-Za-z0-9-]{1,63}"
            r"\s{1,3}(?:dot|DOT)\s{1,3}[A-Za-z]{2,10}(?![A-Za-z])"
        ),
    ),
    Row(
        "plate",
        re.compile(
            rf"(?:WJ\s?)?[{PLATE_PLACES}]\s?[{PLATE_LETTERS}][\s·•‧.\-]{{0,2}}"
            rf"[{PLATE_LETTERS}0-9]{{4,5}}[{PLATE_LETTERS}0-9挂学警港澳领使](?![A-Za-z0-9])"
        ),
        has_digit,
    ),
    Row(
        "plate", re.compile(r"(?<![A-Z])WJ\s?[\u4e00-\u9fff]?[\s·]?[0-9]{4,5}[0-9A-Z](?![A-Z0-9])")
    ),
    Row(
        "address",
        re.compile(
            r"[0-9]{1,4}\s?(?:号楼|栋|幢|座|弄|号)[^0-9。；，,、]{0,4}(?:[0-9]{1,2}\s?单元\s?)?"
            r"[0-9]{2,4}\s?(?:室|户)"
        ),
    ),
    Row("address", re.compile(r"[0-9]{1,4}\s?(?:号楼|栋|幢|座)\s?[0-9]{1,2}\s?单元")),
    Row(
        "address",
        re.compile(
            r"(?:小区|花园|公寓|家园|新村|苑)\s?[0-9]{1,3}[\-‐-―][0-9]{1,3}[\-‐-―][0-9]{2,4}(?![0-9])"
        ),
    ),
    Row(
        "address",
        re.compile(
            rf"{HOME}{SENTENCE}{{0,24}}?({STREET}\s?(?:[0-9]{{1,3}}\s?[组队社]\s?)?"
            r"[0-9]{1,4}(?:[\-‐-―之][0-9]{1,3})?\s?号)(?!线|地块|桥|井|路|楼宇|公告|文件|令)"
        ),
    ),
    Row(
        "travel-document",
        re.compile(
            r"(?:护照|通行证|回乡证|台胞证|军官证|士兵证|警官证|居留证|居住证|社保卡|医保卡|学籍|"
            r"病案|病历|住院|门诊|就诊卡|残疾证|残疾人证|低保证|准考证|学号)"
            r"[^0-9A-Za-z。；\n]{0,8}([A-Za-z]{0,3}[0-9]{6,18})(?![0-9])"
        ),
    ),
    Row(
        "travel-document",
        re.compile(
            r"(?<![0-9A-Za-z])(?:[EeGgCcWwHhMm][0-9]{8}|[EeCc][A-Za-z][0-9]{7}|"
            r"[DdSsPp][Ee]?[0-9]{7}|[HhMm][0-9]{10})(?![0-9A-Za-z])"
        ),
    ),
    Row("travel-document", re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2}[0-9]{6}\([0-9Aa]\)")),
    Row("travel-document", re.compile(r"[军士文兵警武]字第?\s?[0-9]{6,10}\s?号")),
    Row(
        "messenger",
        re.compile(
            r"(?:[Qq]{2}|扣扣|企鹅)\s?(?:号码?|群)?\s?[:：是为]?\s?([1-9][0-9]{4,10})(?![0-9])"
        ),
    ),
    Row(
        "messenger",
        re.compile(r"(?:微信|薇信|威信|[Vv]信)\s?([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_-])"),
        has_digit,
    ),
    Row("messenger", re.compile(r"(?<![A-Za-z0-9])wxid_[A-Za-z0-9]{6,20}")),
    Row(
        "messenger",
        re.compile(
            r"(?:微信|薇信|威信|[Ww]e?[Cc]hat|[Ww]ei[Xx]in|[Vv][Xx]|[Vv]信)\s?"
            r"(?:(?:号码?|账号|ID|id)\s?[:：是为]?|[:：是为])\s?([A-Za-z_][A-Za-z0-9_-]{5,19})"
        ),
    ),
)
