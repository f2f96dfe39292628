"""A paper that its author writes: fields, choices, and the body of its registration."""

from dataclasses import dataclass
from typing import Any

from services.portal.my.asking import Answer, Asker
from services.portal.my.author import Author, author_of, cosigners_in
from services.portal.my.paper_form import TYPED, Field, Lists, Schema, body_of
from services.portal.my.rendering import Pages
from services.portal.my.typed import Typed

CHANNEL = "platform"
LEVELS = frozenset({"city", "county"})


@dataclass(frozen=True)
class Paper:
    """A paper being written, with all that its form needs."""

    pages: Pages
    asker: Asker
    kind: str
    author: Author
    seats: list[Answer]
    lists: Lists
    schema: Schema

    @property
    def agency(self) -> str:
        return str(self.author.mandate(self.kind)["agency"])

    def fields(self) -> list[Field]:
        """Returns the fields of the form; a choice of one is none."""
        every = [self.field(name) for name in TYPED]
        return [each for each in every if each.name != "period" or len(each.choices or ()) > 1]

    def field(self, name: str) -> Field:
        schema = self.schema.field(name)
        return Field(
            name,
            self.worded(f"field-{name}", schema.get("title", "")),
            self.worded(f"hint-{name}", schema.get("x-help", "")),
            name in self.schema.needed,
            self.schema.longest(name),
            self.choices(name, schema),
            "x-words" in schema,
        )

    def worded(self, key: str, chinese: str) -> str:
        """Returns the phrase of `words.yaml` for people who bring papers themselves; without one
        the words of the schema."""
        request = self.asker.request
        if key in self.pages.words:
            return self.pages.reader(request).say(key)
        return self.pages.form_word(request, chinese)

    def choices(self, name: str, schema: Answer) -> list[tuple[str, str]] | None:
        if answers := schema.get("x-words"):
            yes, no = (self.pages.form_word(self.asker.request, each) for each in answers)
            return [("true", yes), ("false", no)]
        if not {"x-code", "x-pick"} & schema.keys():
            return None
        return self.lists.of(name, self.asker.lang, self.author.today, self.agency)

    def body(self, typed: Typed) -> dict[str, Any]:
        """Returns the body of the registration. Raises Unclear."""
        own = {"person": self.author.person, "part": "lead", "phone": typed.get("phone")}
        others = [{"person": seat["person"], "part": "co"} for seat in self.cosigners(typed)]
        level = self.lists.known[self.agency]["level"]
        period = next((each["code"] for each in self.lists.open_on(self.author.today)), "")
        return {
            "agency": self.agency,
            "kind": self.kind,
            "channel": CHANNEL,
            "received_on": typed.get("received_on", self.author.today),
            "proposers": [{name: value for name, value in own.items() if value}, *others],
            "period": period,
            **({"source_level": level} if level in LEVELS else {}),
            **body_of(typed, self.schema),
        }

    def cosigners(self, typed: Typed) -> list[Answer]:
        return cosigners_in(typed.get("cosigners", ""), self.author, self.seats)


async def paper_of(pages: Pages, asker: Asker, kind: str) -> Paper:
    """Raises NotFound for a kind that the reader may not bring."""
    author = await author_of(asker)
    mandate = author.mandate(kind)
    query = {"kind": kind, "channel": CHANNEL, "agency": mandate["agency"]}
    rules = await asker.ask("reminder", "rules", **query)
    units = await asker.ask_for_list("directory", "units", on=author.today)
    every = await asker.ask_for_list("directory", "deputies", on=author.today)
    held = (mandate["body"], mandate["agency"])
    seats = [each for each in every if (each["body"], each["agency"]) == held]
    schema = Schema(await asker.ask("intake", "openapi.json"))
    return Paper(pages, asker, kind, author, seats, Lists(rules, units), schema)
