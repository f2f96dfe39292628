"""Commits: one text, one hash, strict bounds, a chain that shows every change."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.chain import verify_chain
from shared.kernel.commit import NewFact, digest, from_document, restamped, to_document
from shared.kernel.errors import Unstorable
from shared.kernel.storable import (
    LARGEST_FACT,
    LARGEST_INTEGER,
    canonical,
    plain,
)
from shared.testing.drafts import MONDAY, a_draft, a_fact

Document = dict[str, Any]
KEYS = st.characters(exclude_categories=["Cs"])


def a_chain(length: int = 3) -> list[Document]:
    documents: list[Document] = []
    for n in range(length):
        before = documents[-1] if documents else {"last": 0, "hash": ""}
        draft = a_draft(
            command_id=f"c-{n}",
            facts=[a_fact(n=n), a_fact(n=-n)],
            expected=before["last"],
            prev_hash=before["hash"],
        )
        documents.append(to_document(draft, MONDAY))
    return documents


def test_the_canonical_text_is_sorted_dense_and_in_utf8() -> None:
    assert canonical({"b": [1, True], "a": "督办"}) == '{"a":"督办","b":[1,true]}'.encode()


WRITTEN = st.recursive(
    st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | st.text(KEYS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(KEYS.filter(lambda c: c != "\0"), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(WRITTEN)
def test_the_text_of_what_was_made_plain_is_the_canonical_one(value: Any) -> None:
    assert canonical(plain(value, "x")) == canonical(value)


def test_the_hash_is_the_one_that_anybody_computes_from_the_stored_document() -> None:
    document = to_document(
        a_draft(facts=[a_fact(b='\x01"\\\u2028督', a={"z": 1, "y": [True]})]), MONDAY
    )
    assert digest(document) == document["hash"]


def test_what_is_absent_is_left_out() -> None:
    document = to_document(a_draft(), MONDAY)
    assert {"case_id", "on_behalf_of", "causation_id", "seq"}.isdisjoint(document)


def test_a_commit_is_keyed_by_the_version_of_its_first_fact() -> None:
    document = to_document(a_draft(facts=[a_fact()] * 3, expected=4, prev_hash="h"), MONDAY)
    assert (document["_id"], document["first"], document["last"]) == ("handling-c1@5", 5, 7)


def test_moments_are_utc_text_in_milliseconds() -> None:
    shanghai = timezone(timedelta(hours=8))
    document = to_document(a_draft(), datetime(2026, 1, 2, 11, 4, 5, 678_999, tzinfo=shanghai))
    assert document["recorded_at"] == "2026-01-02T03:04:05.678Z"


def test_a_document_reads_back_as_the_commit() -> None:
    draft = a_draft(case_id="c1", basis={"intake-c1": 3}, clock="simulated")
    commit = from_document(to_document(draft, MONDAY))
    assert (commit.case_id, commit.basis, commit.clock) == ("c1", {"intake-c1": 3}, "simulated")
    assert commit.on_behalf_of is None
    assert commit.facts[0].data == {"summary": "已与代表电话沟通"}


def test_the_hash_depends_on_every_sealed_field_and_not_on_the_order_of_keys() -> None:
    document = to_document(a_draft(case_id="c1", on_behalf_of="p-2", causation_id="x"), MONDAY)
    backwards = dict(reversed(document.items()))
    assert digest({**backwards, "seq": 7}) == document["hash"]
    for name in document.keys() - {"_id", "hash"}:
        assert digest({**document, name: "other"}) != document["hash"], name


def test_a_restamped_commit_differs_only_in_time_and_hash() -> None:
    document = to_document(a_draft(), MONDAY)
    later = restamped(document, MONDAY + timedelta(seconds=6))
    changed = {name for name in document if later[name] != document[name]}
    assert changed == {"recorded_at", "hash"}
    assert digest(later) == later["hash"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ({"score": 1.5}, r"case\.rated\.v1\.score: float"),
        ({"reason": None}, r"v1\.reason: null"),
        ({"at": [MONDAY]}, r"v1\.at\.0: datetime"),
        ({"n": 2**53}, "beyond 2"),
        ({"text": "\ud800"}, "surrogates not allowed"),
        ({7: "x"}, "the key 7"),
        ({"a\0b": 1}, "NUL"),
        ({"text": "办" * (LARGEST_FACT // 3)}, "more than 262144 bytes"),
    ],
)
def test_what_is_not_plain_json_is_refused_with_its_place(data: Any, rule: str) -> None:
    with pytest.raises(Unstorable, match=rule):
        to_document(a_draft(facts=[NewFact("case.rated.v1", MONDAY, data)]), MONDAY)


def test_the_largest_integers_are_taken() -> None:
    numbers = {"most": 2**53 - 1, "least": -(2**53) + 1}
    assert to_document(a_draft(facts=[a_fact(**numbers)]), MONDAY)["facts"][0]["data"] == numbers


def test_facts_nested_beyond_measure_are_refused() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Unstorable, match="nested deeper"):
        to_document(a_draft(facts=[a_fact(deep=deep)]), MONDAY)


@pytest.mark.parametrize("count", [0, 65])
def test_a_commit_holds_1_to_64_facts(count: int) -> None:
    draft = replace(a_draft(), facts=(a_fact(),) * count)
    with pytest.raises(Unstorable, match=f"{count} facts"):
        to_document(draft, MONDAY)


def test_a_commit_of_more_than_four_megabytes_is_refused() -> None:
    facts = [a_fact(text="x" * 200_000)] * 22
    with pytest.raises(Unstorable, match="the commit has"):
        to_document(a_draft(facts=facts), MONDAY)


@pytest.mark.parametrize("stream", ["handling", "handling-C1", "handling-c1@2", "处理-c1"])
def test_a_stream_has_a_plain_name(stream: str) -> None:
    with pytest.raises(Unstorable, match="name of a stream"):
        to_document(a_draft(stream), MONDAY)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(Unstorable, match="no time zone"):
        to_document(a_draft(facts=[NewFact("case.rated.v1", naive, {})]), MONDAY)


def test_a_whole_chain_has_no_faults() -> None:
    stored = json.loads(json.dumps(a_chain()))
    assert verify_chain(stored) == []


def test_a_changed_word_is_found() -> None:
    documents = deepcopy(a_chain())
    documents[1]["facts"][0]["data"]["n"] = 99
    assert [(fault.commit, fault.rule) for fault in verify_chain(documents)] == [
        ("handling-c1@3", "hash")
    ]


def test_a_value_that_no_fact_can_hold_is_found() -> None:
    documents = deepcopy(a_chain())
    documents[1]["recorded_at"] = MONDAY
    assert [(fault.commit, fault.rule) for fault in verify_chain(documents)] == [
        ("handling-c1@3", "hash")
    ]


def test_a_changed_word_under_a_new_hash_breaks_the_link() -> None:
    documents = deepcopy(a_chain())
    documents[1]["facts"][0]["data"]["n"] = 99
    documents[1]["hash"] = digest(documents[1])
    assert [(fault.commit, fault.rule) for fault in verify_chain(documents)] == [
        ("handling-c1@5", "link")
    ]


def test_a_missing_commit_is_found() -> None:
    first, _, third = a_chain()
    assert {fault.rule for fault in verify_chain([first, third])} == {"contiguous", "link"}


def test_streams_may_be_verified_side_by_side() -> None:
    other = to_document(a_draft("intake-c1"), MONDAY)
    first, second, third = a_chain()
    assert verify_chain([first, other, second, third]) == []


@pytest.mark.parametrize(
    "junk",
    [{"first": "3"}, {"last": None}, {"facts": 3}, {"stream": []}],
)
def test_what_is_no_commit_is_a_fault_and_the_rest_is_checked(junk: Document) -> None:
    first, second, third = a_chain()
    faults = verify_chain([first, {**second, **junk}, {"_id": "x"}, second, third])
    assert [(fault.commit, fault.rule) for fault in faults] == [
        ("handling-c1@3", "shape"), ("x", "shape"),
    ]  # fmt: skip
