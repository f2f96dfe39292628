"""Other values that a field of a payload may have."""

import types
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from shared.kernel.messages import Sealed
from shared.kernel.shape import Shape

NEAR = timedelta(days=-1), timedelta(), timedelta(days=9)


def others(annotation: Any, value: Any, today: date) -> Iterator[Any]:
    """Yields values of the type other than `value`; days are near `today`."""
    for kind in kinds(annotation):
        yield from (other for other in of_kind(kind, value, today) if other != value)


def kinds(annotation: Any) -> Iterator[Any]:
    """Yields the types of which a field may have one."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from kinds(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        yield from chain.from_iterable(map(kinds, get_args(annotation)))
    else:
        yield annotation


def of_kind(kind: Any, value: Any, today: date) -> Iterator[Any]:
    origin = get_origin(kind)
    if origin is Literal:
        yield from get_args(kind)
    elif origin is tuple:
        yield from of_tuple(get_args(kind)[0], value or (), today)
    elif isinstance(kind, type):
        made = next((make for base, make in OF_KIND if issubclass(kind, base)), no_other)
        yield from made(value, today)


def of_tuple(item: Any, value: tuple[Any, ...], today: date) -> Iterator[Any]:
    """Yields the tuple without its last item, with another one in its place, and with one more."""
    yield value[:-1]
    last = value[-1] if value else None
    for other in others(item, last, today):
        yield (*value[:-1], other)
        yield (*value, other)


def of_shape(value: Any, today: date) -> Iterator[Any]:
    """Yields a known payload with one field changed."""
    for name, info in type(value).model_fields.items() if isinstance(value, Shape) else ():
        for other in others(info.annotation, getattr(value, name), today):
            yield value.model_copy(update={name: other})


def of_seal(value: Any, today: date) -> Iterator[Any]:
    """Yields another sealed text in place of one; a reference of its own is no other text."""
    if isinstance(value, Sealed):
        yield value.model_copy(update={"ref": f"{value.ref}0", "digest": f"{value.digest}0"})


def of_words(value: Any, today: date) -> Iterator[Any]:
    if not isinstance(value, Shape):
        yield from (f"{value or ''}x", "")


def no_other(value: Any, today: date) -> Iterator[Any]:
    yield from ()


OF_KIND: tuple[tuple[type, Callable[[Any, date], Iterator[Any]]], ...] = (
    (bool, lambda value, today: iter([True, False])),
    (int, lambda value, today: iter([(value or 0) + 1])),
    (str, of_words),
    (date, lambda value, today: (today + days for days in NEAR)),
    (types.NoneType, lambda value, today: iter([None])),
    (Sealed, of_seal),
    (Shape, of_shape),
)
