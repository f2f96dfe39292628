"""Form of a paper: its fields by the schema of intake, and the choices of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.my.asking import Answer
from services.portal.my.typed import with_items
from shared.service.config.labels import Language, standard_labels

TYPED = (
    "title", "text", "asks", "subject", "region", "wanted_unit", "cosigners", "in_session",
    "session", "period", "face_to_face_wanted", "consent", "no_consent_reason", "phone",
)  # fmt: skip
"""Fields in the order of the page."""
SET = frozenset({
    "agency", "kind", "channel", "received_on", "source_level", "proposers", "proposer_kind",
})  # fmt: skip
"""Fields that follow from who brings the paper, and when."""
OF_OTHERS = frozenset({
    "external_no", "serial", "people", "against", "purpose", "call_until", "visitors", "repeated",
    "earlier", "prior_level", "bypassed", "directed", "split_from",
})  # fmt: skip
"""Fields of clerks, of ledgers and of petitions; a call is opened in the console."""
ON_CONDITION = frozenset({"session", "no_consent_reason", "period"})
"""Fields that some papers need; their help says which."""
LONGEST_LINE = 200
LONGEST = {"cosigners": 2_000, "phone": 30, "asks": 10_000}
"""In characters, where the schema names no length."""
DIRECT = "direct"


@dataclass(frozen=True)
class Field:
    """`choices`: value and name of each; of a question yes and no."""

    name: str
    title: str
    hint: str
    needed: bool
    longest: int
    choices: Sequence[tuple[str, str]] | None
    is_question: bool

    @property
    def is_long(self) -> bool:
        return self.choices is None and self.longest > LONGEST_LINE

    @property
    def may_be_empty(self) -> bool:
        return not self.needed and self.name not in ON_CONDITION

    def shown(self, value: str) -> str:
        return dict(self.choices or ()).get(value, value)


@dataclass(frozen=True)
class Lists:
    """Choices of a form: periods and subjects of the policy row, and units as they are today."""

    rules: Answer
    units: Sequence[Answer]

    def of(self, name: str, lang: Language, today: str, agency: str) -> list[tuple[str, str]]:
        labels = standard_labels()
        match name:
            case "subject":
                codes = self.rules["subjects"]
                return [(code, labels.label("subject", code, lang)) for code in codes]
            case "period":
                return [(each["code"], each["title"]) for each in self.open_on(today)]
            case "region":
                whole = self.known[agency]["short"]
                counties = [(each["region"], each["short"]) for each in self.at("county")]
                return [(DIRECT, whole), *counties]
            case _:
                return [(each["unit"], each["title"]) for each in self.at("county", "bureau")
                        if each["agency"] == agency]  # fmt: skip

    def open_on(self, today: str) -> list[Answer]:
        """Returns the periods whose papers come in today, that of the year first."""
        days = [each for each in self.rules["periods"]
                if each["received_from"] <= today <= each["received_to"]]  # fmt: skip
        return sorted(days, key=lambda each: each["code"] != today[:4])

    def at(self, *levels: str) -> list[Answer]:
        return [unit for unit in self.known.values() if unit["level"] in levels]

    @property
    def known(self) -> Mapping[str, Answer]:
        return {unit["unit"]: unit for unit in flat(self.units)}


def flat(units: Sequence[Answer]) -> Iterator[Answer]:
    for unit in units:
        yield unit
        yield from flat(unit["units"])


@dataclass(frozen=True)
class Schema:
    """The fields of a registration as intake describes them."""

    document: Answer

    def properties(self, name: str) -> Mapping[str, Answer]:
        found: Mapping[str, Answer] = self._model("NewCase")["properties"]
        if name == "phone":
            found = self._model("NewProposer")["properties"]
        return {field: flattened(each) for field, each in found.items()}

    def longest(self, name: str) -> int:
        """Returns the most characters; that of co-signers is of the page."""
        return int(self.field(name).get("maxLength", LONGEST.get(name, LONGEST_LINE)))

    def field(self, name: str) -> Answer:
        return self.properties(name).get(name, {})

    @property
    def needed(self) -> list[str]:
        return list(self._model("NewCase")["required"])

    def _model(self, name: str) -> Answer:
        model: Answer = self.document["components"]["schemas"][name]
        return model


def flattened(field: Answer) -> Answer:
    """Returns the schema of a value that may be left out as that of the value."""
    values = (each for each in field.get("anyOf", ()) if each.get("type") != "null")
    inner: Answer = next(values, {})
    return {**inner, **field}


def body_of(typed: Mapping[str, str], schema: Schema) -> dict[str, Any]:
    """Returns the typed fields as the schema has them; yes and no as such."""
    answers = {"true": True, "false": False}
    known = schema.properties("")
    own = {name: typed[name] for name in TYPED if typed.get(name) and name in known}
    return with_items({name: answers.get(value, value) if "x-words" in schema.field(name) else value
                       for name, value in own.items()})  # fmt: skip
