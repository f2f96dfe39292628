"""Writes directory.yaml: the units, people, posts and deputies of the sample year. `python deploy/samples/make_directory.py`"""

import random
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SINCE = "2024-01-01"
Rows = list[dict[str, Any]]


def names(seed: int) -> Iterator[str]:
    """Names nobody has twice, in an order that the seed fixes."""
    words = yaml.safe_load((HERE / "phrases.yaml").read_text(encoding="utf-8"))
    every = [family + given for family in words["surnames"] for given in words["given"]]
    random.Random(seed).shuffle(every)
    return iter(every)


def unit(
    ident: str, title: str, short: str, level: str, parent: str | None, **more: str
) -> dict[str, Any]:
    row = {"unit": ident, "title": title, "short": short, "level": level, "agency": "u-city"}
    return {**row, **({"parent": parent} if parent else {}), "valid_from": SINCE, **more}


def word(short: str) -> str:
    """字 of a bureau's letters: 市住建局 → 临住建字."""
    core = short.removeprefix("市").removesuffix("局").removesuffix("委")
    return f"临{core.removeprefix('临')}字"


def bureau(ident: str, title: str, short: str, section: str, parent: str, **more: str) -> Rows:
    return [
        {**unit(ident, title, short, "bureau", parent, **more), "letter_words": [word(short)]},
        unit(f"{ident}-1", f"{title}{section}", section, "section", ident, **more),
    ]


def units(plan: dict[str, Any]) -> Rows:
    ident, title, short = plan["agency"]
    rows = [unit(ident, title, short, "city", None)]
    for ident, (title, short, level, parent, _, *words) in plan["organs"].items():
        row = unit(ident, title, short, level, parent, region="direct")
        rows.append(row | ({"letter_words": words} if words else {}))
    for ident, (title, short, section) in plan["bureaus"].items():
        rows += bureau(ident, title, short, section, "u-city", region="direct")
    for number, county in enumerate(plan["counties"], 1):
        place = f"u-c{number:02}"
        rows.append(unit(place, f"{county}人民政府", county, "county", "u-city", region=place[2:]))
        rows += bureau(
            f"{place}-edu", f"{county}教育局", f"{county}教育局", "信访科", place, region=place[2:]
        )
    for number, school in enumerate(plan["direct"], 1):
        rows += bureau(f"u-d{number}", school, school, "办公室", "u-city", region="direct")
    return rows


CITY_POSTS = (
    ("p-reg-1", "registrar"), ("p-leader-1", "leader"), ("p-audit-1", "auditor"),
    ("p-ops-1", "operator"), ("p-sys-1", "system-admin"),
    ("p-sec-1", "security-admin"),
)  # fmt: skip


def post(person: str, role: str, at: str) -> dict[str, str]:
    return {"unit": at, "role": role, "person": person, "valid_from": SINCE}


def staff(bureau: str) -> list[tuple[str, str, str]]:
    """Liaison and handler act for the whole bureau; the section has a head of its own."""
    tag = bureau.removeprefix("u-")
    return [
        (f"p-{tag}-handler", "handler", bureau),
        (f"p-{tag}-handler", "liaison", bureau),
        (f"p-{tag}-section", "section-head", f"{bureau}-1"),
        (f"p-{tag}-head", "head", bureau),
    ]


def posts(rows: Rows, organs: dict[str, Any]) -> Rows:
    bureaus = [row["unit"] for row in rows if row["level"] == "bureau"]
    held = [(person, role, "u-city") for person, role in CITY_POSTS]
    held += [
        (person, role, at)
        for at, row in organs.items()
        for person, roles in row[4].items()
        for role in ([roles] if isinstance(roles, str) else roles)
    ]
    held += [seat for bureau in bureaus if bureau not in organs for seat in staff(bureau)]
    return [post(*seat) for seat in held]


def deputies(plan: dict[str, Any], name: Iterator[str]) -> Rows:
    rows: Rows = []
    for body, count in plan["deputies"].items():
        places = cycle(plan["delegations"][body])
        for number in range(1, count + 1):
            rows.append(
                {"person": f"p-{body[0]}{number:03}", "title": next(name), "body": body,
                 "number": f"{'D' if body == 'npc' else 'W'}{number:04}", "delegation": next(places),
                 "agency": "u-city", "term_from": "2022-01-01", "term_to": "2026-12-31",
                 "phone": f"139{number:04}{len(rows):04}"}
            )  # fmt: skip
    return rows


def person(number: int, ident: str, name: Iterator[str]) -> dict[str, str]:
    phone = f"1380000{number:04}"
    return {"person": ident, "title": next(name), "agency": "u-city", "phone": phone}


def directory() -> dict[str, Rows]:
    plan = yaml.safe_load((HERE / "directory.make.yaml").read_text(encoding="utf-8"))
    name = names(2025)
    tree = units(plan)
    held = posts(tree, plan["organs"])
    ids = {row["person"] for row in held}
    people = sorted({"p-admin", *ids} - {*plan["named_last"]})  # the founder keeps his place
    known = [person(n, ident, name) for n, ident in enumerate(people)]
    seats = deputies(plan, name)
    known += [person(n, ident, name) for n, ident in enumerate(plan["named_last"], len(known))]
    return {
        "units": tree,
        "people": [row for row in known if row["person"] in ids],
        "posts": held,
        "deputies": seats,
        "clients": [
            {
                "client": "c-npc",
                "title": "市人大代表履职平台",
                "agency": "u-city",
                "kinds": ["suggestion", "motion"],
            },
            {
                "client": "c-cppcc",
                "title": "市政协提案系统",
                "agency": "u-city",
                "kinds": ["proposal"],
            },
        ],
    }


def printed(rows: dict[str, Rows]) -> Iterator[str]:
    """Returns YAML with one line for each row."""
    for name, section in rows.items():
        yield f"{name}:\n"
        for row in section:
            line = yaml.safe_dump(
                row, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=True
            )
            yield f"- {line}"


if __name__ == "__main__":
    text = "".join(printed(directory()))
    (HERE / "directory.yaml").write_text(
        "# Written by make_directory.py; change directory.make.yaml instead.\n" + text,
        encoding="utf-8",
    )
