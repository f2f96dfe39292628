"""Writes the three ledgers of the sample year 2025 as clerks keep them. `python deploy/samples/make_year.py`"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml
from chinese_calendar import is_workday

HERE = Path(__file__).parent
Row = dict[str, Any]
SUGGESTIONS, PROPOSALS, LETTERS = 71, 185, 224
COUNTIES = (24, 23, 20, 18, 15, 14, 12, 10, 8, 8, 8, 7, 5)
DIRECT = 8
OPEN_PETITIONS = {9, 58, 121, 150, 168, 177, 180}
ACCUSATIONS = {75: {"被反映单位": "白鹭县教育局"}, 144: {"被反映人": "p-c01-edu-head"}}
"""Petitions that accuse (检举控告): handled by the organ of such cases, kept from the accused."""
OPEN_LETTERS = {14, 40, 77, 103, 131, 166, 190, 211, 224}
SUBJECTS = {
    "办学管理": 48,
    "教育收费": 42,
    "教师待遇": 36,
    "师德师风": 20,
    "廉政建设": 8,
    "办学条件": 8,
    "招生考试": 7,
    "其他": 11,
}
CLASSES = {"urban": "城建环保", "transport": "工业交通", "industry": "工业交通", "finance": "财贸金融", "agriculture": "农林水", "education": "科教文卫体", "health": "科教文卫体", "welfare": "社会保障民生", "law": "政法", "resources": "资源环境"}  # fmt: skip
PRINTED = {"建议": "临人建", "提案": "临协提"}
SESSION_START, HANDED_OUT = date(2025, 1, 14), date(2025, 2, 11)
rnd = random.Random(20250114)


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return content


WORDS, DIRECTORY = read("phrases.yaml"), read("directory.yaml")
UNIT = {row["unit"]: row["title"] for row in DIRECTORY["units"]}
NAME = {row["person"]: row["title"] for row in DIRECTORY["people"]}


def workday(day: date, after: int = 0) -> date:
    """The first working day on or after `day`, then `after` working days further."""
    while after or not is_workday(day):
        day += timedelta(days=1)
        after -= is_workday(day) and after > 0
    return day


def citizen() -> Row:
    family, given = rnd.choice(WORDS["surnames"]), rnd.choice(WORDS["given"])
    return {
        "姓名": family + given,
        "联系电话": f"13{rnd.randrange(10**9):09}",
        "住址": f"{rnd.choice(WORDS['places'])}{rnd.randrange(1, 300)}号",
    }


def matters(count: int, what: str) -> Iterator[tuple[str, Sequence[Any], str, str]]:
    """(subject class, topic, place, title): every pair of topic and place once, in an order the seed fixes."""
    pairs = [
        (group, topic, place)
        for group, topics in WORDS["topics"].items()
        for topic in topics
        for place in WORDS["places"]
    ]
    rnd.shuffle(pairs)
    for group, topic, place in pairs[:count]:
        yield CLASSES[group], topic, place, f"关于在{place}{topic[0]}的{what}"


def body(topic: Sequence[Any], place: str) -> str:
    matter, _, _, wrong, asked = topic
    return f"一、基本情况：近年来我市在{matter}方面做了大量工作。二、存在问题：调研发现，{place}{wrong}，群众反映较多。三、具体建议：{asked}，并将进展向社会公开。"


def names_of(kind: str) -> list[str]:
    return [
        f"{row['title']}（{row['number']}）" for row in DIRECTORY["deputies"] if row["body"] == kind
    ]


def handling(topic: Sequence[Any], number: int) -> Row:
    """Returns the units: every third paper needs co-handlers, some are split into separate
    parts."""
    _, lead, help_, _, _ = topic
    several, split = number % 5 in (0, 3), number % 25 == 4
    if split and help_:
        return {
            "分办单位": "、".join(UNIT[u] for u in (lead, help_[0])),
            "主办单位": "",
            "协办单位": "",
        }
    return {
        "主办单位": UNIT[lead],
        "协办单位": "、".join(UNIT[u] for u in help_) if several else "",
        "分办单位": "",
    }


def course(number: int, handed: date) -> Row:
    """Returns the course of the year for this paper: dates as the ledger shows them, with the
    usual mishaps."""
    late = number % 37 == 9
    contact = workday(handed + timedelta(days=rnd.randrange(6, 20)))
    reply = workday(
        handed + timedelta(days=rnd.randrange(97, 120) if late else rnd.randrange(35, 85))
    )
    unhappy = number % 17 == 5
    return {
        "交办日期": handed, "签收日期": workday(handed, 5 if number % 41 == 7 else rnd.randrange(0, 3)),
        "退办": "职能不符" if number % 29 == 11 else "", "办前联系日期": contact, "联系方式": rnd.choice(("走访", "座谈", "电话", "面商", "现场")),
        "协办意见日期": workday(contact + timedelta(days=rnd.randrange(2, 9))), "答复日期": reply,
        "办理结果": "ABBAABCABD"[number % 10], "公开属性": ("主动公开（全文）", "主动公开（全文）", "主动公开（摘要）", "依申请公开", "不予公开")[number % 5],
        "评价": "不满意" if unhappy else rnd.choices(("满意", "基本满意", "未表态"), (80, 15, 5))[0],
        "评价日期": workday(reply, rnd.randrange(2, 10)), "二次答复日期": workday(reply + timedelta(days=26)) if unhappy else None,
    }  # fmt: skip


def paper(
    number: int, kind: str, matter: tuple[str, Sequence[Any], str, str], people: Iterator[str]
) -> Row:
    group, topic, place, title = matter
    in_session = number % 7 != 0
    received = (
        SESSION_START + timedelta(days=number % 4)
        if in_session
        else workday(date(2025, 3, 3) + timedelta(days=number % 120))
    )
    signers = [next(people) for _ in range(1 + (number % 4 == 0) * rnd.randrange(1, 4))]
    row = {
        "流水号": number, "编号": f"{PRINTED[kind]}〔2025〕{number:03}号", "届次": "十五届四次", "提出时间": "会中" if in_session else "闭会", "收到日期": received, "分类": group, "案由": title,
        "内容": body(topic, place), "领衔人": signers[0], "附议人": "、".join(dict.fromkeys(signers[1:])), "建议承办单位": UNIT[topic[1]],
        "同意公开": "否" if number % 31 == 3 else "是", "不公开原由": "涉及具体企业" if number % 31 == 3 else "", "要求面复": "是" if number % 9 == 2 else "否",
    }  # fmt: skip
    return {
        **row,
        **handling(topic, number),
        **course(number, HANDED_OUT if in_session else workday(received, 4)),
        "类别": kind,
    }


def papers(count: int, kind: str, body_: str, first: int, matter: Iterator[Any]) -> list[Row]:
    signers = names_of(body_)
    rnd.shuffle(signers)
    people = cycle(signers)
    return [paper(number, kind, next(matter), people) for number in range(first, first + count)]


def spread(counts: Sequence[tuple[Any, int]]) -> list[Any]:
    values = [value for value, count in counts for _ in range(count)]
    rnd.shuffle(values)
    return values


def petitions() -> list[Row]:
    places = spread(
        [
            *(
                (name, n)
                for name, n in zip(read("directory.make.yaml")["counties"], COUNTIES, strict=True)
            ),
            ("市直属单位", DIRECT),
        ]
    )
    subjects = spread(list(SUBJECTS.items()))
    days = sorted(date(2025, 1, 6) + timedelta(days=rnd.randrange(0, 340)) for _ in places)
    return [
        petition(n, *columns)
        for n, columns in enumerate(zip(places, subjects, days, strict=True), 1)
    ]


def petition(number: int, place: str, subject: str, day: date) -> Row:
    point = rnd.choice(WORDS["petitions"][subject])
    handed = workday(day, 2)
    closed = number not in OPEN_PETITIONS
    reply = min(
        workday(handed + timedelta(days=rnd.randrange(12, 66 if number % 23 == 3 else 45))),
        date(2025, 12, 30),
    )
    unit = (
        f"{place}教育局"
        if place != "市直属单位"
        else rnd.choice([UNIT[u] for u in ("u-d1", "u-d2", "u-d3")])
    )
    return {
        "流水号": number, "信访编号": f"信访〔2025〕{number:05}号", "信访日期": day, "信访形式": rnd.choice(("网上", "来信", "来访", "来电")), "来源": "省信访平台转送", **citizen(), "涉及人数": 7 if number % 40 == 6 else 1,
        "所属区县": place, "主题": subject, "信访目的": "申诉求决" if subject in ("教师待遇", "招生考试", "教育收费") else "建议意见", "标题": f"反映{point}问题",
        "内容": f"信访人反映：{place}有关单位在{point}方面存在问题，希望主管部门调查处理并书面答复。", "承办单位": unit, "交办日期": handed, "签收日期": workday(handed, 1),
        "联系日期": workday(handed, rnd.randrange(2, 8)), "答复日期": max(reply, workday(handed, 9)) if closed else None, "办理结果": "ABAC"[number % 4] if closed else "", "办结": "是" if closed else "否",
        **accusation(number),
    }  # fmt: skip


def accusation(number: int) -> Row:
    """Returns whom a petition accuses, with its purpose and its organ; of most petitions nobody."""
    against = {"被反映单位": "", "被反映人": "", **ACCUSATIONS.get(number, {})}
    if person := against["被反映人"]:
        against["被反映人"] = f"{NAME[person]}（{person}）"
    organ = {"信访目的": "检举控告", "承办单位": UNIT["u-discipline"]}
    return {**against, **(organ if number in ACCUSATIONS else {})}


def letters() -> list[Row]:
    days = sorted(date(2025, 1, 6) + timedelta(days=rnd.randrange(0, 350)) for _ in range(LETTERS))
    return [letter(number, day) for number, day in enumerate(days, 1)]


def letter(number: int, day: date) -> Row:
    type_, unit, title, text = rnd.choice(WORDS["letters"])
    handed = workday(day, 1)
    closed = number not in OPEN_LETTERS
    reply = workday(handed, rnd.randrange(6, 9) if number % 19 == 4 else rnd.randrange(2, 5))
    return {
        "流水号": number, "来信编号": f"SZXX{day:%Y%m%d}{number:03}", "来信日期": day, "渠道": "市长信箱", **citizen(), "所属区县": rnd.choice(read("directory.make.yaml")["counties"]), "类型": type_, "标题": title, "内容": text,
        "同意公开": "是" if number % 3 else "否", "承办单位": UNIT[unit], "交办日期": handed, "签收日期": handed, "联系日期": workday(handed, 1),
        "答复日期": min(reply, date(2025, 12, 31)) if closed else None, "办理结果": "AAB"[number % 3] if closed else "", "办结": "是" if closed else "否",
    }  # fmt: skip


def write(name: str, sheets: dict[str, tuple[str, list[Row]]]) -> None:
    book = xlsxwriter.Workbook(HERE / name, {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": datetime(2026, 1, 4), "title": name})
    head = book.add_format({"bold": True, "bg_color": "#e8eff6", "border": 1, "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    for sheet, (caption, rows) in sheets.items():
        page = book.add_worksheet(sheet)
        columns = list(rows[0])
        page.merge_range(0, 0, 0, len(columns) - 1, caption, title)
        page.write_row(1, 0, columns, head)
        for at, row in enumerate(rows, 2):
            page.write_row(
                at, 0, [row[column] if row[column] is not None else "" for column in columns]
            )
        page.freeze_panes(2, 2)
        page.set_column(0, len(columns) - 1, 14)
        page.autofilter(1, 0, len(rows) + 1, len(columns) - 1)
    book.close()


def main() -> None:
    suggestion, proposal = matters(SUGGESTIONS, "建议"), matters(PROPOSALS, "提案")
    write("suggestions-proposals.xlsx", {
        "代表建议": ("2025年市人大代表建议台账", papers(SUGGESTIONS, "建议", "npc", 1, suggestion)),
        "政协提案": ("2025年市政协提案台账", papers(PROPOSALS, "提案", "cppcc", 1, proposal)),
    })  # fmt: skip
    write("petitions.xlsx", {"信访件": ("2025年教育系统信访事项转送台账", petitions())})
    write("mailbox.xlsx", {"市长信箱": ("2025年市长信箱来信台账", letters())})


if __name__ == "__main__":
    main()
