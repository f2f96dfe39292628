"""A city in a nutshell: the agency, six units, whoever acts in them, and five who bring papers."""

from collections.abc import Mapping
from typing import Any

AGENCY = "u-city"
FOUNDER, OFFICE, REGISTRAR, LEADER = "p-admin", "p-office", "p-registrar", "p-leader"
SYSTEM, SECURITY, AUDITOR = "p-system", "p-security", "p-auditor"
PUBLISHER, REVIEWER, OPERATOR = "p-publisher", "p-reviewer", "p-operator"
TANG, GUO, DENG = "p-tang", "p-guo", "p-deng"
ZHANG, XIAO = "p-zhang", "p-xiao"

HOUSING, FINANCE, TRAFFIC, WATER = "u-housing", "u-finance", "u-traffic", "u-water"
EDUCATION, COUNTY, COUNTY_EDUCATION = "u-education", "u-county", "u-county-education"

ORGANS = {
    "u-npcsc-dep": "市人大常委会代表工作委员会",
    "u-cppcc-pro": "市政协提案委员会",
    "u-petition": "市信访局",
    "u-supervision": "市人民政府督查室",
    "u-hotline": "市政务服务便民热线中心",
    "u-openness": "市政务公开办公室",
}
"""The organs of deploy/policies; one person serves them all here."""

SHANCHENG = {
    "u-deputies": "市人大常委会人事代表工作委员会",
    "u-proposals": "市政协提案委员会",
    "u-visits": "市信访办公室",
    "u-gov-office": "市人民政府办公厅",
}
"""The organs of deploy/places/shancheng."""

SINCE = "2024-01-01"
UNITS = (
    (AGENCY, "临江市人民政府", "city", None),
    (HOUSING, "市住房和城乡建设局", "bureau", AGENCY),
    (FINANCE, "市财政局", "bureau", AGENCY),
    (TRAFFIC, "市交通运输局", "bureau", AGENCY),
    (WATER, "市水利局", "bureau", AGENCY),
    (EDUCATION, "市教育局", "bureau", AGENCY),
    (COUNTY, "白鹭县人民政府", "county", AGENCY),
    (COUNTY_EDUCATION, "白鹭县教育局", "bureau", COUNTY),
)
AT_THE_AGENCY = {
    SYSTEM: "system-admin",
    SECURITY: "security-admin",
    AUDITOR: "auditor",
    REGISTRAR: "registrar",
    LEADER: "leader",
    OPERATOR: "operator",
}
AT_AN_ORGAN = {OFFICE: "office", PUBLISHER: "publisher", REVIEWER: "publisher"}
AT_A_UNIT = {"handler": ("handler", "liaison"), "section": ("section-head",), "head": ("head",)}
DEPUTIES = (
    (TANG, "唐宏伟", "npc", "D0001", "临江区代表团"),
    (GUO, "郭立新", "npc", "D0002", "临江区代表团"),
    (DENG, "邓少华", "npc", "D0003", "白鹭县代表团"),
    (ZHANG, "张淑芬", "cppcc", "W0001", "教育界"),
    (XIAO, "萧家豪", "cppcc", "W0002", "经济界"),
)


def clerk(unit: str, desk: str = "handler") -> str:
    """Who sits at a unit's desk: its handler, its section head, or its head."""
    return f"p-{unit.removeprefix('u-')}-{desk}"


def directory(organs: Mapping[str, str] = ORGANS) -> dict[str, list[dict[str, Any]]]:
    """The same rows as deploy/samples/directory.yaml, fewer of them."""
    units = [*UNITS, *((organ, title, "bureau", AGENCY) for organ, title in organs.items())]
    staff = [(AGENCY, role, person) for person, role in AT_THE_AGENCY.items()]
    staff += [(organ, role, who) for organ in organs for who, role in AT_AN_ORGAN.items()]
    for unit in (HOUSING, FINANCE, TRAFFIC, WATER, EDUCATION, COUNTY_EDUCATION):
        for desk, roles in AT_A_UNIT.items():
            staff += [(unit, role, clerk(unit, desk)) for role in roles]
    return {
        "units": [unit_row(*unit) for unit in units],
        "people": [
            {"person": person, "title": "王建国", "agency": AGENCY}
            for person in dict.fromkeys(person for _, _, person in staff)
        ],
        "posts": [
            {"unit": unit, "role": role, "person": person, "valid_from": SINCE}
            for unit, role, person in staff
        ],
        "deputies": [deputy_row(*deputy) for deputy in DEPUTIES],
        "clients": [{"client": "c-platform", "title": "履职平台", "agency": AGENCY}],
    }


def unit_row(unit: str, title: str, level: str, parent: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {"unit": unit, "title": title, "short": title, "level": level}
    row |= {"agency": AGENCY, "valid_from": SINCE, "region": "direct"}
    if unit in (COUNTY, COUNTY_EDUCATION):
        row["region"] = "county"
    return row if parent is None else {**row, "parent": parent}


def deputy_row(person: str, title: str, body: str, number: str, group: str) -> dict[str, Any]:
    term = {"term_from": "2022-01-01", "term_to": "2026-12-31"}
    named = {"person": person, "title": title, "body": body, "number": number}
    return {**named, "delegation": group, "agency": AGENCY, **term}
