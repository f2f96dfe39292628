"""The form of an own paper knows every field of a registration, in both languages."""

import json
from pathlib import Path

import yaml

from services.portal.my.paper_form import OF_OTHERS, SET, TYPED, Schema

DOCUMENT = json.loads(Path("docs/openapi/intake.json").read_text("utf-8"))
ENGLISH = json.loads(Path("web/console/src/words/forms.en.json").read_text("utf-8"))
WORDS = yaml.safe_load(Path("web/my/words.yaml").read_text("utf-8"))
OF_THE_PAGE = {"cosigners", "phone"}
"""Fields that become proposers."""


def test_every_field_of_a_registration_is_typed_set_or_left_to_others() -> None:
    fields = set(Schema(DOCUMENT).properties("title"))
    assert (set(TYPED) - OF_THE_PAGE) | SET | OF_OTHERS == fields
    assert not set(TYPED) & (SET | OF_OTHERS)


def test_every_field_has_its_words_in_english() -> None:
    schema = Schema(DOCUMENT)
    for name in TYPED:
        field = schema.field(name)
        said = [field.get("title", ""), field.get("x-help", ""), *field.get("x-words", ())]
        own = [f"field-{name}" in WORDS, f"hint-{name}" in WORDS]
        needed = [word for word, has in zip(said, [*own, False, False], strict=False) if not has]
        assert [word for word in needed if word and word not in ENGLISH] == [], name
