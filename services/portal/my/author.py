"""Author of a paper: a deputy or adviser, the mandate, and who may sign with him."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.my.asking import Answer, Asker
from shared.contracts.case_event import OFFICE_OF
from shared.kernel.calendar import business_day
from shared.kernel.errors import NotFound

APART = re.compile(r"[\n、，,;；]+")
ONE_BRACKET = str.maketrans("（）", "()")


@dataclass(frozen=True)
class Author:
    """`today`: the day of the services. `mandates`: those of today."""

    person: str
    name: str
    today: str
    mandates: Sequence[Answer]

    @property
    def kinds(self) -> list[str]:
        """Kinds of papers that the mandates allow."""
        bodies = {mandate["body"] for mandate in self.mandates}
        return [kind for kind, body in OFFICE_OF.items() if body in bodies]

    def mandate(self, kind: str) -> Answer:
        """Returns the mandate for papers of the kind. Raises NotFound."""
        held = [each for each in self.mandates if (kind, each["body"]) in OFFICE_OF.items()]
        if not held:
            raise NotFound(kind)
        return held[0]


async def author_of(asker: Asker) -> Author:
    me = await asker.ask("portal", "me")
    today = business_day(datetime.fromisoformat(me["now"])).isoformat()
    entry = await asker.ask("directory", f"persons/{me['sub']}")
    held = [each for each in entry["mandates"] if each["term_from"] <= today <= each["term_to"]]
    return Author(me["sub"], entry["title"], today, held)


class Unclear(Exception):
    """A co-signer's name that nobody has, or several. `say`: key of the sentence in words.yaml."""

    def __init__(self, say: str, name: str, example: str = "") -> None:
        super().__init__(name)
        self.say, self.name, self.example = say, name, example


def cosigners_in(text: str, author: Author, seats: Sequence[Answer]) -> list[Answer]:
    """Returns the seats of the people whose names are written one a line, or with commas; a
    delegation behind a name tells namesakes apart. Raises Unclear."""
    names = ["".join(each.split()) for each in APART.split(text)]
    return list(_found([name for name in names if name], author, seats))


def _found(names: list[str], author: Author, seats: Sequence[Answer]) -> Iterator[Answer]:
    others = [seat for seat in seats if seat["person"] != author.person]
    for name in names:
        found = [seat for seat in others if is_named(seat, name)]
        if len(found) == 1:
            yield found[0]
        elif found:
            raise Unclear("cosigner-several", name, shown_as(found[0]))
        elif name != author.name:
            raise Unclear("cosigner-unknown", name)


def is_named(seat: Answer, name: str) -> bool:
    wanted, _, delegation = name.translate(ONE_BRACKET).rstrip(")").partition("(")
    return bool(seat["title"] == wanted and delegation in seat["delegation"])


def shown_as(seat: Answer) -> str:
    return f"{seat['title']}（{seat['delegation']}）"
