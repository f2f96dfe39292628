"""Sheets of notices: what one printed paper to a petitioner or a unit has."""

from dataclasses import dataclass, field

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet. `facts` have a word of `words.yaml` and a value; `sections` a heading and text;
    `boxes` are the situations of a refusal, ticked or not; `receipt`: with the lines for who takes
    it; `number`: its own, where it has another one than the case; `day`: that of its signature,
    where it is not the day of print."""

    to: str
    opening: str
    facts: Facts
    signed: str
    boxes: tuple[tuple[bool, str], ...] = field(default=())
    receipt: bool = True
    sections: Facts = ()
    number: str | None = None
    day: str | None = None
