"""Texts of payloads in forms and views: bounded words, and never a reference to the vault."""

from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from shared.http.fields import Line
from shared.http.forms import Form
from shared.http.words import Shown
from shared.kernel.form_words import titled
from shared.kernel.messages import Sealed, Text
from shared.kernel.seals import texts_of
from shared.kernel.shape import Shape

SEALED = Sealed(ref="5" * 32, size=4, digest="d" * 16)


class Letter(Shape):
    """A payload with texts, as people type it."""

    reason: Annotated[Text, titled("理由", hint="写明依据")]
    note: Annotated[Text, titled("说明")] = ""
    share: Annotated[Text | None, titled("部分")] = None
    place: Annotated[Text, titled("地点")] = ""


class LetterForm(Letter, Form):
    place: Annotated[Line, Field(description="一行")] = ""


class LetterView(Letter, Shown):
    pass


class DatedView(Letter, Shown):
    at: str


def schema(model: Any, mode: Any = "validation") -> dict[str, Any]:
    fields: dict[str, Any] = model.model_json_schema(mode=mode)["properties"]
    return fields


def test_a_text_that_a_form_inherits_is_a_note_with_its_title() -> None:
    fields = schema(LetterForm)
    assert fields["reason"] == {
        "title": "理由", "x-help": "写明依据", "type": "string", "minLength": 1, "maxLength": 2000,
    }  # fmt: skip
    assert fields["note"] == {"title": "说明", "type": "string", "default": "", "maxLength": 2000}
    assert fields["share"]["anyOf"] == [{"maxLength": 2000, "type": "string"}, {"type": "null"}]


def test_a_text_that_a_form_declares_itself_stays_so() -> None:
    assert schema(LetterForm)["place"]["maxLength"] == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": SEALED.model_dump()}, "reason"),
        ({"reason": SEALED}, "reason"),
        ({"note": "字" * 2001}, "note"),
        ({"share": SEALED.model_dump()}, "share"),
    ],
)
def test_a_form_takes_bounded_words_and_no_reference(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LetterForm.model_validate({"reason": "因"} | changes)
    assert {each["loc"][0] for each in refused.value.errors()} == {field}


def test_a_form_strips_the_words_and_keeps_the_defaults() -> None:
    typed = LetterForm(reason=" 因 ")
    assert typed.fields(Letter) == {"reason": "因", "note": "", "share": None, "place": ""}


def test_a_view_shows_words_or_nothing_and_never_a_reference() -> None:
    assert LetterView.model_validate({"reason": None, "note": "已读"}).note == "已读"
    with pytest.raises(ValidationError):
        LetterView(reason=SEALED)
    assert "Sealed" not in str(LetterView.model_json_schema(mode="serialization"))
    assert schema(LetterView, "serialization")["reason"]["title"] == "理由"


async def hidden(text: Text | None) -> str | None:
    return None


async def opened(text: Text | None) -> str | None:
    return "已启封" if isinstance(text, Sealed) else text


async def test_a_view_of_a_fact_has_its_words_opened_or_hidden() -> None:
    letter = Letter(reason=SEALED, place="三楼")
    view = await LetterView.of(letter, opened)
    assert (view.reason, view.place, view.share) == ("已启封", "三楼", None)
    assert (await LetterView.of(letter, hidden)).model_dump() == dict.fromkeys(Letter.model_fields)
    beside = await DatedView.of(letter, opened, at="2025-03-03")
    assert (beside.reason, beside.at) == ("已启封", "2025-03-03")


def test_the_payload_itself_still_has_its_texts() -> None:
    assert texts_of(Letter) == {"reason", "note", "share", "place"}
    assert Letter(reason=SEALED).reason == SEALED
