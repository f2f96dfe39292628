"""全文 is the signed text: passages may be covered, and nothing else may change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.disclosure.domain.redaction import REDACTED, is_redaction
from tests.unit.disclosure.renditions import (
    READY,
    decide,
    noted,
    numbered,
    opened,
    proposed,
    spec,
)

SIGNED = "张三代表：您提出的建议收悉。联系人李四，电话 12345。特此答复。"
texts = st.text(alphabet="甲乙丙丁。", min_size=1, max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        SIGNED,
        SIGNED.replace("李四", "██"),
        SIGNED.replace("李四，电话 12345", "█"),
        SIGNED.replace("张三", "█").replace("12345", "████████"),
        SIGNED.replace("特此答复。", "█"),
    ],
)
def test_a_text_with_covered_passages_is_the_signed_text(text: str) -> None:
    assert is_redaction(text, SIGNED)


@pytest.mark.parametrize(
    "text",
    [
        SIGNED.replace("李四", "王五"),
        SIGNED.replace("李四", ""),
        SIGNED.replace("建议", "好建议"),
        SIGNED + "█",
        "█" + SIGNED,
        SIGNED.replace("李四", "李█四"),
        SIGNED.replace("李四", "██") + "另：已经全部解决。",
        "█",
        "张三█",
        "",
    ],
)
def test_any_other_change_is_none(text: str) -> None:
    assert not is_redaction(text, SIGNED)


@given(texts, st.data())
def test_covering_any_passage_of_less_than_half_is_a_redaction(
    signed: str, data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, len(signed) // 2))
    start = data.draw(st.integers(0, len(signed) - length))
    covered = REDACTED * data.draw(st.integers(1, 9)) if length else ""
    assert is_redaction(signed[:start] + covered + signed[start + length :], signed)


@given(texts, texts)
def test_a_text_without_the_sign_is_only_the_signed_text_itself(text: str, signed: str) -> None:
    assert is_redaction(text, signed) == (text == signed)


def test_an_abstract_may_be_written_anew() -> None:
    command = decide(form="abstract", text="已排查，年内完成整治。")
    assert spec.given(*READY).when(command).outcome()


def test_who_consents_is_not_cited_as_not_consenting() -> None:
    command = decide("closed", None, reason="no-consent")
    spec.given(*READY).when(command).then_refused("reason-contradicts", "reason")
    silent = (noted(consent=False), numbered(), proposed(), opened())
    assert spec.given(*silent).when(command).outcome()
