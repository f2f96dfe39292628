"""Marks of places in a list: those that a caller made up are refused."""

import base64
import json
from contextlib import suppress
from typing import Any

import bson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.portal.queries import ORDERS, beyond, mark_of
from shared.kernel.errors import RuleViolated

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=2),
    max_leaves=5,
)


@given(JSON)
@example(["\ud800", "x"])
@example(["x", "\udfff"])
def test_a_mark_is_refused_or_can_be_asked_of_the_store(content: Any) -> None:
    mark = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    with suppress(RuleViolated):  # anything else is a fault of ours
        assert bson.encode(beyond(ORDERS["due"], mark))


@given(st.text(max_size=300))
def test_a_text_that_is_no_mark_is_refused(text: str) -> None:
    with pytest.raises(RuleViolated):
        beyond(ORDERS["newest"], text)


def test_a_mark_names_the_place_it_was_made_of() -> None:
    mark = mark_of(ORDERS["due"], {"due": "2025-03-03", "_id": "a"})
    assert beyond(ORDERS["due"], mark)["$or"][1] == {"due": "2025-03-03", "_id": {"$gt": "a"}}
