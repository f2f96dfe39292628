"""Chinese numerals up to 99, as papers and ledgers print them."""

DIGITS = str.maketrans("〇零○◯一二三四五六七八九", "0000123456789")
"""The circles are signs that keyboards give in place of 〇."""

USUAL = str.maketrans(
    dict(zip("壹贰貳叁肆伍陆柒捌玖拾", "一二二三四五六七八九十", strict=True))
    | {"廿": "二十", "卅": "三十"}
)


def usual(text: str) -> str:
    """Returns the text with usual numerals in place of formal and short ones: 贰拾, 廿."""
    return text.translate(USUAL)


def digits_of(text: str) -> str:
    """Returns the text with Arabic digits in place of Chinese ones, sign by sign: 二〇二五 is
    2025."""
    return text.translate(DIGITS)


def value_of(numeral: str) -> int:
    """Returns the value of Arabic or Chinese numerals up to 99: 15, 三, 十二, 二十一."""
    digits = digits_of(numeral)
    if "十" not in digits:
        return int(digits)
    tens, _, ones = digits.partition("十")
    return int(tens or 1) * 10 + int(ones or 0)
