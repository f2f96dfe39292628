"""Acts that are sent again: what is on record already is no news, and anything else is refused.
Nobody is told yes to what was not recorded."""

from datetime import date
from typing import Any

from shared.kernel.calendar import business_day
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act, Event, Sealed
from shared.kernel.shape import Shape


def require_same(command: Act, known: Event, *payloads: type[Shape]) -> None:
    """Raises RuleViolated, with the first such field, for a command that says something else than
    the fact by which the act is on record. Without a day the act is that of its entry."""
    ours, theirs = content(command, *payloads), content(known, *payloads)
    if other := [name for name in ours if ours[name] != theirs[name]]:
        day = business_day(known.at)
        message = f"该事项已于 {day} 登记，与本次填写的不同；已登记的内容不变，请核对"
        raise RuleViolated("recorded-otherwise", message, other[0])


def content(shape: Act | Event, *payloads: type[Shape]) -> dict[str, Any]:
    """Returns the fields of the payloads as they can be compared."""
    fields = {name: words_of(value) for name, value in shape.fields(*payloads).items()}
    return fields | ({"on": day_of(shape)} if "on" in fields else {})


def day_of(shape: Any) -> date:
    return shape.on or business_day(shape.at)


def words_of(value: Any) -> Any:
    """Returns a value with the digest in place of each sealed text, and nothing in place of an
    empty one: a text that was sealed twice has two references."""
    if isinstance(value, Sealed):
        return value.digest if value.size else ""
    if isinstance(value, Shape):
        return {name: words_of(each) for name, each in value}
    return tuple(map(words_of, value)) if isinstance(value, tuple) else value
