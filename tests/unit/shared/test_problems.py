"""Every refusal of the domain has a status and words in both languages."""

import ast
import re
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, ValidationError

from services.assignment.domain.acceptance.rules import (
    OBJECTION_REFUSED,
    RECEIPT_REFUSED,
    RULING_REFUSED,
)
from services.assignment.domain.team.decider import REMOVAL_REFUSED
from shared.http.faults import fault
from shared.http.problems import ANSWERS, domain_problem, validation_problem
from shared.http.rules_in_english import SENTENCES
from shared.http.wording import FAULTS, UNKNOWN_FAULT
from shared.kernel.errors import (
    ConcurrencyConflict,
    DomainError,
    KeyReused,
    NotAllowed,
    NotFound,
    NotYetKnown,
    RuleViolated,
    StaleMatch,
    Unavailable,
    Unstorable,
)
from shared.ledger_import.opening import FILE_RULES
from shared.service.api.app import named
from shared.service.commands.pending_acts import CLOSED

HAN = re.compile("[一-鿿]")

ERRORS = [
    (RuleViolated("a-rule", "不能这样办", "field"), 409, "a-rule"),
    (NotAllowed("no-row", "无权"), 403, "no-row"),
    (NotFound("x"), 404, "not-found"),
    (NotYetKnown("intake-1@3"), 409, "not-yet-known"),
    (StaleMatch("intake-1", 1, 2), 412, "stale"),
    (KeyReused("c"), 422, "key-reused"),
    (Unavailable("x"), 503, "unavailable"),
    (ConcurrencyConflict("intake-1", 1), 503, "unavailable"),
    (Unstorable("太多"), 422, "unstorable"),
]


@pytest.mark.parametrize(("error", "status", "rule"), ERRORS, ids=lambda one: str(one)[:20])
@pytest.mark.parametrize("english", [False, True])
def test_an_error_becomes_a_problem(
    error: DomainError, status: int, rule: str, english: bool
) -> None:
    found = domain_problem(error, english)
    assert (found.status, found.rule, found.type) == (status, rule, f"urn:duban:problem:{rule}")
    assert found.title.isascii() is english
    assert "{" not in found.detail


def test_every_error_of_the_domain_has_an_answer() -> None:
    assert set(ANSWERS) == set(DomainError.__subclasses__())


class Body(BaseModel, extra="forbid"):
    title: str = Field(min_length=2, max_length=4)
    count: int = Field(gt=0)
    names: list[str] = Field(max_length=1)


def errors_of(**body: object) -> list[dict[str, object]]:
    try:
        Body.model_validate(body)
    except ValidationError as error:
        return [dict(one) for one in error.errors()]
    return []


def test_faults_are_said_as_a_clerk_would() -> None:
    found = [fault(one) for one in errors_of(title="x", count=0, names=["a", "b"], more=1)]
    assert {(f.field, f.message) for f in found} == {
        ("title", "至少 2 个字"),
        ("count", "应大于 0"),
        ("names", "最多 1 项"),
        ("more", "不认识的字段"),
    }


def test_a_fault_nobody_has_words_for_is_still_named() -> None:
    found = fault({"loc": ("body", "tasks", 0, "unit"), "type": "url_scheme", "ctx": {}})
    assert (found.field, found.rule) == ("tasks.0.unit", "url-scheme")
    assert found.message


def test_the_problem_names_the_first_field() -> None:
    found = validation_problem(errors_of(title="abc", count=1), english=False)
    assert found.field == "names"


def test_choices_are_listed_in_chinese() -> None:
    context = {"expected": "'red', 'yellow' or 'green'"}
    found = fault({"type": "literal_error", "loc": ("query", "light"), "ctx": context})
    assert found.message == "只能是以下之一：red、yellow、green"


def test_choices_have_the_names_of_their_codes() -> None:
    """One code has several names: 附议 of a signer, 会办 of a unit; the group is that of all."""
    context = {"expected": "'lead' or 'co'"}
    error = {"type": "literal_error", "loc": ("body", "part"), "ctx": context}
    assert fault(error, named=named).message == "只能是以下之一：领衔（lead）、附议（co）"
    english = fault(error, english=True, named=named).message
    assert english == "One of these: First signer (lead), Co-signer (co)"
    parts = named(["lead", "co", "separate"], False)
    assert parts == ["主办（lead）", "会办（co）", "分办（separate）"]
    assert named(["due", "-due"], False) == ["due", "-due"]


def test_a_reader_of_english_gets_english_at_every_field() -> None:
    found = validation_problem(errors_of(title="x", count=0, names=["a", "b"], more=1), True)
    assert found.errors
    messages = [each.message for each in found.errors]
    assert "At least 2 characters" in messages
    assert not any(HAN.search(text) for text in messages)
    assert not any(HAN.search(title.english) for title in (*FAULTS.values(), UNKNOWN_FAULT))


def test_what_is_no_json_names_no_field() -> None:
    found = fault({"type": "json_invalid", "loc": ("body", 7), "ctx": {"error": "…"}})
    assert (found.field, found.message) == ("body", "内容不是有效的 JSON")


def rules_of_the_source() -> dict[str, str]:
    """Returns the rules that some refusal names by a plain text, each with one place."""
    found: dict[str, str] = {}
    for file in sorted((*Path("services").rglob("*.py"), *Path("shared").rglob("*.py"))):
        if "testing" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = RULE_AT.get(node.func.id, len(node.args))
                rule = next(iter(node.args[at : at + 1]), None)
                if isinstance(rule, ast.Constant):
                    found[str(rule.value)] = str(file)
    return found


RULE_AT = {"RuleViolated": 0, "NotAllowed": 0, "UnclearCell": 0, "require_text": 3}
"""Place of the rule among the arguments."""
BY_TABLE = {
    *(rule for table in (RECEIPT_REFUSED, OBJECTION_REFUSED, RULING_REFUSED, REMOVAL_REFUSED)
      for rule, _ in table.values()),
    *(f"act-{status}" for status in CLOSED), "text-required",
    "ledger-headings", "ledger-row", "ledger-row-twice", *FILE_RULES,
}  # fmt: skip
"""Rules that a table or a default names."""


def test_every_rule_has_an_english_sentence_and_no_sentence_is_of_no_rule() -> None:
    """So that a refusal in English says what to do, not the code of its rule. Sentences stand in
    `shared/http/rules_in_english.py`, those of intake in `intake_in_english.py` beside it."""
    rules = rules_of_the_source()
    missing = {rule: rules.get(rule) for rule in {*rules, *BY_TABLE} if rule not in SENTENCES}
    assert missing == {}
    assert set(SENTENCES) - {*rules, *BY_TABLE} == set()


@pytest.mark.parametrize("rule", SENTENCES)
def test_an_english_sentence_is_one(rule: str) -> None:
    found = domain_problem(RuleViolated(rule, "不能这样办"), english=True).detail
    assert (found.isascii(), found[0].isupper(), found[-1]) == (True, True, ".")


def test_a_missing_row_is_said_in_english_without_its_code() -> None:
    found = domain_problem(NotAllowed("not-allowed-sign-reply", "无权"), english=True)
    assert found.detail == "Your post does not allow this for the case as it is now."
