"""The canonical form is RFC 8785, as far as facts go (ADR 4)."""

from typing import Any

import pytest
import rfc8785
from bson import Decimal128, Int64, ObjectId
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.errors import Unstorable
from shared.kernel.storable import LARGEST_INTEGER, canonical, plain
from shared.testing.drafts import MONDAY

LAST_OF_THE_BMP = "\uffff"
BEYOND_THE_BMP = "\U0001f600"

characters = st.characters(exclude_categories=("Cs",))
texts = st.text(characters)
keys = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0", max_codepoint=0xFFFF)
)
scalars = st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_canonical_is_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_a_plain_copy_has_the_same_text(value: Any) -> None:
    assert canonical(plain(value, "fact")) == rfc8785.dumps(value)


def test_numbers_as_the_store_gives_them_back_have_the_same_text() -> None:
    assert canonical({"n": Int64(LARGEST_INTEGER), "m": Int64(-1)}) == b'{"m":-1,"n":%d}' % (
        LARGEST_INTEGER
    )


@pytest.mark.parametrize("value", [MONDAY, b"", "\ud800", {1: 2}, ObjectId(), Decimal128("1")])
def test_what_is_no_json_value_has_no_text(value: Any) -> None:
    with pytest.raises(Unstorable, match="no canonical form"):
        canonical({"value": value})


def test_keys_beyond_the_basic_multilingual_plane_are_the_known_difference() -> None:
    value = {LAST_OF_THE_BMP: 1, BEYOND_THE_BMP: 2}
    assert list(value) == sorted(value)
    assert canonical(value) == f'{{"{LAST_OF_THE_BMP}":1,"{BEYOND_THE_BMP}":2}}'.encode()
    assert rfc8785.dumps(value) == f'{{"{BEYOND_THE_BMP}":2,"{LAST_OF_THE_BMP}":1}}'.encode()


@pytest.mark.parametrize("value", [None, 0.5, LARGEST_INTEGER + 1])
def test_values_in_which_readers_of_json_disagree_are_refused(value: Any) -> None:
    with pytest.raises(Unstorable):
        plain({"value": value}, "fact")
