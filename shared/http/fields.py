"""Types of fields that people fill in: ids, codes, names, phone numbers and free text."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.kernel import codes
from shared.kernel.characters import ONE_LINE
from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.form_words import picked
from shared.kernel.ids import CASE_ID

KEY_FORM = "^[ -~]+$"
"""The form of an Idempotency-Key."""

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON takes, and the store; each in a request has a
bound."""

WORD = "[a-z]+[0-9]{0,4}"
PART = "(-[a-z]*[0-9]{0,10})"  # ten digits: an employee's number, but no mobile phone
PERSON = f"p{PART}+"

CaseId = Annotated[
    str, Field(pattern=f"^{CASE_ID.pattern}$", examples=["56fa9635caf355c1b7bdf0735026de16"])
]
EntityId = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$", examples=["1f0c2b9a77de"])]
UnitId = Annotated[
    str, Field(pattern=f"^u{PART}+$", max_length=62, examples=["u-city"]), picked("unit")
]
PersonId = Annotated[
    str, Field(pattern=f"^{PERSON}$", max_length=62, examples=["p-1"]), picked("person")
]
OfficialId = Annotated[
    str, Field(pattern=f"^{PERSON}$", max_length=62, examples=["p-1"]), picked("official")
]
"""Somebody who need not be in office: an appointment makes him so."""
ClientId = Annotated[
    str, Field(pattern=f"^c{PART}+$", max_length=62, examples=["c-npc"]), picked("client")
]
Someone = Annotated[
    str,
    Field(pattern=f"^({PERSON}|x-[0-9a-f]{{12}})$", max_length=62, examples=["p-1"]),
    picked("proposer"),
]
"""A person of the directory, or a proposer who is named in the case only."""

Code = Annotated[
    str,
    Field(pattern=f"^({WORD}|[0-9]{{1,5}})(-{WORD})*(-[0-9]{{1,5}})?$", max_length=40),
]
Name = Annotated[codes.Name, Field(min_length=1)]
Short = Annotated[codes.Name, Field(min_length=1, max_length=40)]
Phone = Annotated[str, Field(pattern=r"^[0-9+() -]{3,30}$", examples=["13900000001"])]

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=ONE_LINE)
]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORDS)
]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Ask = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=ONE_LINE)
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=ONE_LINE)]
"""Free text, the longest first: in a command each is a `Text`. Which characters it may
have is decided by `shared.kernel.characters` before the body is validated."""

Search = Annotated[str, Field(max_length=60)]
"""Words to search for."""
