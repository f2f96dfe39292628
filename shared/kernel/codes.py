"""Forms of the plain strings of facts: ids, codes, public names, numbers of papers.

No letter, phone or ID number fits one of them; every other text is a `Text` (messages.py).
"""

from typing import Annotated

from pydantic import Field, StringConstraints

HAN = "\u4e00-\u9fff"
COUNT = "(?:[0-9]{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[〇一二三四五六七八九]{1,3})"
CONGRESS = "(?:全国|省|市|州|区|县|旗|乡|镇)?(?:人大|政协)?"
"""The congress or committee that people write before its session (市政协十五届五次会议)."""
DOCUMENT = rf"[{HAN}A-Za-z-]{{1,12}}[〔（(\[]20[0-9]{{2}}[〕）)\]]第?[0-9]{{1,5}}(-[0-9]{{1,2}})?号"
OUTSIDE = "(12345-?|[A-Z]{1,6}-?)?20[0-9]{2}[0-9-]{1,16}|[A-Z]{1,6}-?[0-9]{1,8}"
PRINTED = "20[0-9]{2}年?第[0-9]{1,6}号(建议|议案|提案|信访件|来信来电|来信|来电)?"
POSTED = "[A-Z]{1,4}-?[0-9]{1,13}([A-Z]{2})?|[19][0-9]{12}|20[0-9]{2}-[0-9]{1,5}"

ID_FORM = "^[a-z0-9:-]*$"
CODE_FORM = "^(([a-z]+[0-9]{0,4}|[0-9]{1,5})([:+-][a-z]+[0-9]{0,4})*([:+-][0-9]{1,5})?)?$"
NAME_FORM = r"^[^0-9\x00-\x1f\u2028\u2029]*([0-9][^0-9\x00-\x1f\u2028\u2029]*){0,8}$"
DOCUMENT_FORM = f"^({DOCUMENT})?$"
RECEIPT_FORM = f"^({POSTED})?$"
SERIAL_FORM = f"^(([{HAN}][A-Za-z]{{0,4}}|[A-Za-z]{{1,4}})-?)?[0-9]{{1,8}}$"
SESSION_FORM = f"^{CONGRESS}第?{COUNT}届(人大|政协)?(常委会)?第?{COUNT}次(会议|全会)?$"

Id = Annotated[str, StringConstraints(pattern=ID_FORM, max_length=80)]
"""The id of a unit, person, case, task or service; its name is data elsewhere."""

PersonRef = Annotated[str, StringConstraints(pattern=ID_FORM, max_length=62)]
"""The id of a person of the directory."""

ImportRef = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$", max_length=32)]
"""The id of an import."""

CaseRef = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$", max_length=32)]
"""The id of another case."""

Likeness = Annotated[str, StringConstraints(pattern="^[0-9a-f]{6}$", max_length=6)]
"""A keyed digest that is too short to tell of what: by it papers are found that may be alike."""

Code = Annotated[str, StringConstraints(pattern=CODE_FORM, max_length=40)]
"""A code of labels or policies: words with a short number or a year before or after them."""

Name = Annotated[str, StringConstraints(pattern=NAME_FORM, max_length=60)]
"""The name of a unit, office holder, deputy or organisation, or a citizen's masked name."""

CardNumber = Annotated[str, StringConstraints(pattern="^[A-Za-z]{0,4}[0-9]{1,8}$", max_length=12)]
"""The card number of a deputy or adviser (D0001)."""

LetterWord = Annotated[
    str,
    StringConstraints(pattern=f"^[{HAN}A-Za-z-]{{1,12}}$", max_length=12),
    Field(examples=["临教字"]),
]
"""字: the part of a 文号 before the year, one series of an agency."""

DocumentNumber = Annotated[
    str,
    StringConstraints(pattern=DOCUMENT_FORM, max_length=40),
    Field(examples=["临教建字〔2025〕12号"]),
]
"""文号: the agency's short form, the year in brackets, a serial number; empty where absent."""

Receipt = Annotated[
    str,
    StringConstraints(pattern=RECEIPT_FORM, max_length=20),
    Field(examples=["EMS1234567890", "XA12345678951", "2025-12"]),
]
"""The number of a postal receipt, or year and serial number of the agency's own book; empty where
absent."""

Serial = Annotated[str, StringConstraints(pattern=SERIAL_FORM, max_length=14)]
"""流水号: the serial number of a row of a ledger."""

Session = Annotated[
    str,
    StringConstraints(pattern=SESSION_FORM, max_length=30),
    Field(examples=["十五届四次"]),
]
"""届次: the session of a congress or committee."""

Label = Annotated[str, StringConstraints(pattern=r"^\S*$", max_length=100)]
"""A case's number as its policy row prints it (2025年第17号建议); never typed."""

ClassLetter = Annotated[str, StringConstraints(pattern=r"^\S*$", max_length=4)]
"""The letter that a policy row prints for the class of a reply."""

Version = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9._:+-]*$", max_length=40)]
"""The version of a policy row or a calendar."""

Digest = Annotated[str, StringConstraints(pattern="^[0-9a-z]*$", max_length=64)]

CasePath = Annotated[str, StringConstraints(pattern="^/cases/[0-9a-z-]+$", max_length=50)]
"""The path of a case on the public site."""

LONGEST_WORDS = 20_000
Words = Annotated[str, StringConstraints(max_length=LONGEST_WORDS)]
"""Free text: the open half of a `Text`, or a text that the public reads."""
