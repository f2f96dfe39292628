"""A year as the public site sees it, folded from facts into a real MongoDB."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS, count
from services.disclosure.domain.rendition import digest_of
from shared.contracts.assignment import CaseClosed
from shared.contracts.case_event import CaseMark
from shared.contracts.catalogue import OWNER_OF
from shared.contracts.directory import UnitRegistered
from shared.contracts.disclosure import CaseDisclosed, DisclosureWithdrawn, Rendition
from shared.contracts.intake import CaseAccepted, CaseRegistered
from shared.contracts.payloads.intake import Matter, Wording
from shared.kernel.messages import Event, Recorded
from shared.testing.fold import folded

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
COUNTIES = (24, 23, 20, 18, 15, 14, 12, 10, 8, 8, 8, 7, 5)
NAMES = (
    "临江区", "东湖区", "青石区", "白鹭县", "柳溪县", "云岭县", "石门县", "南漳县", "永平县",
    "长乐县", "清河县", "金寨县", "凤台县",
)  # fmt: skip
SUBJECTS = {
    "school-management": 48, "school-fees": 42, "teacher-pay": 36, "teacher-conduct": 20,
    "integrity": 8, "school-conditions": 8, "admissions": 7, "other": 11,
}  # fmt: skip
TEXT = (
    "您提出的《{title}》收悉。经商市公安局、市财政局，现答复如下：\n"
    "一、所提问题的现状。全市已排查背街小巷三百二十条，占道停车影响消防通道的问题较为突出。\n"
    "二、已做的工作。划定夜间限时泊位一千二百个，机关内部停车场错时开放二十六处。\n"
    "三、下一步打算。年内完成剩余街巷的整治，并将进展向社会公开。\n"
    "感谢您对我们工作的关心和支持，欢迎继续监督。"
)
TOPICS = (
    ("整治背街小巷停车秩序", "u-hou", "B", "in-progress", "full"),
    ("完善城市排水防涝设施", "u-hou", "A", "solved", "full"),
    ("优化公交线网衔接", "u-tra", "B", "planned", "abstract"),
    ("增加普惠性托育服务供给", "u-hea", "C", "deferred", "full"),
    ("降低企业用能成本", "u-dev", "D", "reference", "abstract"),
)


class Log:
    """Facts with their places in their streams."""

    def __init__(self) -> None:
        self.facts: list[Recorded] = []
        self._versions: Counter[str] = Counter()

    def tell(self, stream: str, event: Event) -> None:
        self._versions[stream] += 1
        owner = OWNER_OF[event.type]
        self.facts.append(
            Recorded(
                id=f"{stream}@{self._versions[stream]}",
                stream=stream,
                version=self._versions[stream],
                event=event,
                source=owner,
                agency="u-city",
                actor="p-1",
                recorded_at=MONDAY,
                correlation_id="r-1",
            )
        )


def case_id(kind: str, n: int) -> str:
    return f"{'0123456789abcdef'[len(kind)]}{n:031x}"


def registered(kind: str, channel: str, region: str, subject: str) -> CaseRegistered:
    return CaseRegistered.model_validate(
        {
            "at": MONDAY,
            "agency": "u-city",
            "kind": kind,
            "channel": channel,
            "period": "2025",
            "proposers": [],
            "title": {"ref": "r", "size": 9, "digest": "d"},
            "text": {"ref": "r", "size": 9, "digest": "d"},
            "subject": subject,
            "region": region,
            "received_on": "2025-03-03",
        }
    )


def accepted(paper: CaseRegistered) -> CaseAccepted:
    matter = paper.fields(CaseMark, Matter, Wording)
    return CaseAccepted(at=MONDAY, by="p-office", **matter, proposers=paper.proposers)


def closed(kind: str, channel: str) -> CaseClosed:
    mark = {"agency": "u-city", "kind": kind, "channel": channel, "period": "2025"}
    return CaseClosed.model_validate({"at": MONDAY, **mark, "rule": "replied"})


def disclosed(n: int, task: str = "a" * 12, **changes: Any) -> CaseDisclosed:
    topic, unit, letter, meaning, form = TOPICS[n % len(TOPICS)]
    title = f"关于{topic}的建议"
    fields = {
        "title": title,
        "label": f"2025年第{n}号建议",
        "names": ("王建国", "李秀英"),
        "unit": unit,
        "letter": letter,
        "meaning": meaning,
        "text": TEXT.format(title=title),
        "form": form,
        "replied_on": date(2025, 4, 1) + timedelta(days=n % 90),
    }
    public = Rendition(**{**fields, **changes})
    return CaseDisclosed(
        at=MONDAY + timedelta(days=60 + n),
        agency="u-city",
        kind="suggestion",
        channel="session",
        period="2025",
        task=task,
        request="c" * 12,
        public=public,
        digest=digest_of(public),
        url=f"/cases/{case_id('suggestion', n)}",
    )


def taken_down(task: str = "a" * 12) -> DisclosureWithdrawn:
    mark = {"agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025"}
    fields = {"at": MONDAY, **mark, "task": task, "by": "p-pub", "reason": "内容有误"}
    return DisclosureWithdrawn.model_validate(fields)


def petitions() -> Iterator[tuple[str, str]]:
    """Region and subject of the 180: 172 of the counties, 8 of the city itself."""
    regions = [f"c{n:02}" for n, many in enumerate(COUNTIES, 1) for _ in range(many)]
    subjects = [code for code, many in SUBJECTS.items() for _ in range(many)]
    yield from zip([*regions, *["direct"] * 8], subjects, strict=True)


def a_year(suggestions: int = 45) -> list[Recorded]:
    """180 petitions (173 closed), 224 letters (215 closed), suggestions with their replies."""
    log = Log()
    tell_units(log)
    for n, (region, subject) in enumerate(petitions(), 1):
        tell_case(log, case_id("petition", n), ("petition", "letter", region, subject), n > 7)
    for n in range(1, 225):
        fields = ("hotline", "mailbox", f"c{n % 13 + 1:02}", "general")
        tell_case(log, case_id("hotline", n), fields, n > 9)
    for n in range(1, suggestions + 1):
        fields = ("suggestion", "session", "direct", "urban-environment")
        tell_case(log, case_id("suggestion", n), fields, n > 2)
        log.tell(f"disclosure-{case_id('suggestion', n)}", disclosed(n))
    return log.facts


def tell_case(log: Log, case: str, fields: Sequence[str], is_closed: bool) -> None:
    paper = registered(*fields)
    log.tell(f"intake-{case}", paper)
    log.tell(f"intake-{case}", accepted(paper))
    if is_closed:
        log.tell(f"assignment-{case}", closed(fields[0], fields[1]))


def tell_units(log: Log) -> None:
    bureaus = {
        "u-hou": "市住房和城乡建设局", "u-tra": "市交通运输局", "u-hea": "市卫生健康委员会",
        "u-dev": "市发展和改革委员会",
    }  # fmt: skip
    for unit, title in bureaus.items():
        log.tell(f"unit-{unit}", unit_registered(unit, title, title, "bureau", "direct"))
    for n, name in enumerate(NAMES, 1):
        unit = unit_registered(f"u-c{n:02}", f"{name}人民政府", name, "county", f"c{n:02}")
        log.tell(f"unit-u-c{n:02}", unit)


def unit_registered(unit: str, title: str, short: str, level: str, region: str) -> UnitRegistered:
    return UnitRegistered.model_validate(
        {
            "at": MONDAY,
            "unit": unit,
            "title": title,
            "short": short,
            "level": level,
            "parent": "u-city",
            "agency": "u-city",
            "region": region,
            "valid_from": "2024-01-01",
        }
    )


async def store(database: Any, facts: Sequence[Recorded]) -> None:
    """The read models as the projector leaves them."""
    cases = folded(PUBLIC_SITE, facts)
    if cases:
        await database["public_cases_g1"].insert_many(list(cases.values()))
    counters: Counter[tuple[str, int]] = Counter()
    for place, case in enumerate(cases.values()):
        for dimension, n in count(case).items():
            counters[dimension, place % 3] += n
    rows = [{"dimension": d, "partition": p, "n": n} for (d, p), n in counters.items()]
    if rows:
        await database["public_cases_counters_g1"].insert_many(rows)
    units = [fact for fact in facts if fact.source == "directory"]
    if units:
        await database["public_units_g1"].insert_many(list(folded(PUBLIC_UNITS, units).values()))
