"""Numbers of papers as other organs print them, and the form in which they are compared.

Usual are `58`, `第58号`, `闭-12`, `十五届五次第58号`, `2025年第17号建议` and `临人建〔2025〕12号`.
Two numbers are the same when their keys are; a number is unique for an organ, a kind, the level of
the congress and a session (or, without a session, a period).
"""

import re
import unicodedata
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field, StringConstraints

from shared.kernel.codes import CONGRESS, COUNT, DOCUMENT, OUTSIDE, PRINTED
from shared.kernel.errors import RuleViolated
from shared.kernel.folding import UNSEEN, folded
from shared.kernel.numerals import value_of

LONGEST = 40
SESSION = rf"{CONGRESS}第?{COUNT}届(人大|政协)?(常委会)?第?{COUNT}次(会议|全会|会)?"
BETWEEN, DURING = "闭会期间|闭会|闭|平时|平", "会议期间|会间|会中|大会|会"
KINDS = "代表建议|建议|建|议案|议|政协提案|提案|提|意见|批评|信访件|信访|信"
MARK = f"({BETWEEN}|{DURING}|{KINDS}|[甲乙丙丁]|[A-Z]{{1,4}})字?"
SERIAL = r"(第|NO[.-]?)?[0-9]{1,6}号?"
YEARLY = r"[〔（(\[]20[0-9]{2}[〕）)\]]第?[0-9]{1,5}号?"
NUMBERED = f"({SESSION}-?)?({MARK}-?)?({SERIAL}|{YEARLY})({KINDS})?"
EXTERNAL_FORM = f"^({NUMBERED}|{OUTSIDE}|{PRINTED}|{DOCUMENT})$"

SESSION_OF = re.compile(rf"^{CONGRESS}第?({COUNT})届[^0-9]*?第?({COUNT})次(会议|全会|会)?")
NUMBER_OF = re.compile(
    rf"^({BETWEEN}|{DURING}|{KINDS}|[甲乙丙丁]|(?!no)[a-z]{{1,4}}(?=[-0-9第]))?字?-?(第|no\.?)?-?([0-9]{{1,6}})号?({KINDS})?$"
)
PRINTED_OF = re.compile(r"^(20[0-9]{2})年?第([0-9]{1,6})号")
YEAR_OF = re.compile(r"^(.*)\((20[0-9]{2})\)第?([0-9]{1,5})(-[0-9]{1,2})?号?$")


BRACKETS = str.maketrans("【】〖〗〘〙〚〛", "〔〕〔〕〔〕〔〕")
"""Brackets that clerks type for those of 文号."""


def normal(text: object) -> object:
    """Returns a number as it is stored: half width, without white space, dashes as `-`, the
    brackets of 文号."""
    if not isinstance(text, str):
        return text
    plain = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).replace("○", "〇").upper()
    return re.sub("[‐‑‒–—―−]", "-", plain.translate(BRACKETS))


ExternalNumber = Annotated[
    str,
    StringConstraints(pattern=EXTERNAL_FORM, max_length=LONGEST),
    BeforeValidator(normal),
    Field(examples=["十五届五次第58号", "闭-12", "2025年第17号建议", "12345-20250110-0017"]),
]
"""The number of the paper at the congress, at another platform or in a printed ledger."""


class PaperNumber(NamedTuple):
    """A number taken apart: the session printed before it, where there is one, and its key."""

    session: str | None
    key: str


def number_of(text: str, period: str = "") -> PaperNumber:
    """Returns the parts of a number. A printed year counts only where it is not the period."""
    plain = str(normal(text))
    session = SESSION_OF.match(plain)
    rest = folded(plain[session.end() :] if session else plain)
    return PaperNumber(session[0] if session else None, _key(rest, period))


def session_key(session: str) -> str:
    """Returns the form in which sessions are compared: `15-5` for 十五届五次, 第15届第5次会议."""
    parts = SESSION_OF.match(str(normal(session)))
    return f"{value_of(parts[1])}-{value_of(parts[2])}" if parts else folded(session)


def claim_of(
    agency: str, kind: str, level: str, period: str, session: str | None, external_no: str
) -> str:
    """Returns the name under which a number is unique: organ, kind, level of the congress, session
    or period, key."""
    number = number_of(external_no, period)
    place = number.session or session
    scope = session_key(place) if place else period
    return "|".join((agency, kind, level, scope, number.key))


def check_counted(number: str, field: str) -> None:
    """Raises RuleViolated for the number zero in any form: papers and letters are counted from
    1."""
    counts = re.findall("[0-9]+", str(normal(number)))
    if counts and not int(counts[-1]):
        raise RuleViolated("number-zero", "编号从 1 起编，不能是 0，请核对", field)


def check_free(external_no: str | None, holder: str | None) -> None:
    """Raises RuleViolated where another case, `holder`, has the number."""
    if external_no and holder:
        message = (
            f"同一机关、同一届次（年度）已经登记过编号为 {external_no} 的件，请核对编号；"
            "确系重复来件的不再登记，原件退回或者撤回以后可以用原编号重新登记"
        )
        raise RuleViolated("external-number-taken", message, "external_no")


def _key(rest: str, period: str) -> str:
    if numbered := NUMBER_OF.match(rest):
        return f"{_mark(numbered[1] or '')}{int(numbered[3])}"
    if printed := PRINTED_OF.match(rest):
        year = "" if printed[1] == period else printed[1]
        return f"{year}{'#' if year else ''}{int(printed[2])}"
    if yearly := YEAR_OF.match(rest):
        return f"{yearly[1]}({yearly[2]}){int(yearly[3])}{yearly[4] or ''}"
    return rest


def _mark(mark: str) -> str:
    """Returns the short form of the words before a number; the name of the kind is none."""
    if mark in BETWEEN.split("|"):
        return "闭"
    if mark in DURING.split("|"):
        return "会"
    return "" if mark in KINDS.split("|") else mark
