"""A small city: one agency, units with somebody in them, who brings papers, and what is written."""

from typing import Any

from shared.kernel.calendar import business_day
from shared.mongo.clock_store import real_time

AGENCY, ADMIN, OFFICE, REGISTRAR = "u-city", "p-admin", "p-office", "p-registrar"
ORGAN = "u-npcsc-dep"
"""The organ of suggestions in deploy/policies."""
UNITS = tuple(f"u-bureau-{number}" for number in range(8))
DEPUTY = "p-deputy"
SINCE = "2024-01-01"
WORDS = "站前片区雨季多次积水，建议改造三条主干道的雨水管网，并在汛期前完成清淤。"


def handler(unit: str) -> str:
    return unit.replace("u-", "p-", 1)


def head(unit: str) -> str:
    return f"{handler(unit)}-head"


def directory() -> dict[str, list[dict[str, Any]]]:
    posts = [(ORGAN, "office", OFFICE), (AGENCY, "registrar", REGISTRAR)]
    posts += [(unit, "handler", handler(unit)) for unit in UNITS]
    posts += [(unit, "liaison", handler(unit)) for unit in UNITS]
    posts += [(unit, "head", head(unit)) for unit in UNITS]
    people = list(dict.fromkeys(person for _, _, person in posts))
    return {
        "units": [
            unit(AGENCY, "city", None),
            *(unit(name, "bureau", AGENCY) for name in (ORGAN, *UNITS)),
        ],
        "people": [{"person": one, "title": "王建国", "agency": AGENCY} for one in people],
        "posts": [
            {"unit": place, "role": role, "person": person, "valid_from": SINCE}
            for place, role, person in posts
        ],
        "deputies": [deputy()],
        "clients": [],
    }


def unit(name: str, level: str, parent: str | None) -> dict[str, Any]:
    row = {"unit": name, "title": f"单位{name}", "short": name, "level": level, "agency": AGENCY}
    row |= {"valid_from": SINCE, "region": "direct"}
    return row if parent is None else {**row, "parent": parent}


def deputy() -> dict[str, Any]:
    named = {"person": DEPUTY, "title": "唐宏伟", "body": "npc", "number": "D0001"}
    term = {"term_from": "2022-01-01", "term_to": "2036-12-31"}
    return {**named, **term, "delegation": "临江区代表团", "agency": AGENCY}


def paper(number: int) -> dict[str, Any]:
    """A suggestion of a deputy."""
    return {
        "agency": AGENCY,
        "kind": "suggestion",
        "channel": "session",
        "session": "十五届四次",
        "period": "2025",
        "proposers": [{"person": DEPUTY, "part": "lead", "phone": "13812345678"}],
        "title": f"关于完善站前片区排水防涝设施的建议（{number}）",
        "text": WORDS * 5,
        "subject": "urban-environment",
        "region": "direct",
        "received_on": "2025-03-06",
    }


def today() -> str:
    return business_day(real_time()).isoformat()


def progress() -> dict[str, Any]:
    """Returns the body of a progress report."""
    return {"node": "investigation", "text": WORDS * 3}
