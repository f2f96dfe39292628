"""HTTP routes of letters: the next number of a unit, its register, and numbers out of use."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from services.handling import schemas
from services.handling.domain.authorization import (
    OPEN,
    relations_to_register,
    relations_to_works,
    situation_of,
)
from services.handling.domain.letters.commands import TakeNextNumber, TakeNumber, VoidNumber
from services.handling.domain.letters.number import LetterNumber, printed, stream_of
from services.handling.domain.letters.state import Register
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.letters import NumberTaken, NumberVoided
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId
from shared.kernel.calendar import business_day
from shared.kernel.codes import Id, LetterWord
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import stream_key
from shared.kernel.messages import InformedCommand
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge, ServiceEdge

router = edge_router("handling 办理")
NUMBERS = "/cases/{case_id}/tasks/{task}/numbers"


@dataclass(frozen=True)
class Series:
    """The 字 in which a unit numbers its letters in a year, and whether it leaves no gap."""

    word: str
    year: str
    gapless: bool

    @property
    def stream(self) -> str:
        return stream_of(self.word, self.year)


@dataclass(frozen=True)
class Letter:
    """The number of the reply to one task."""

    edge: ServiceEdge
    case_id: str
    task: str
    state: Handling

    @property
    def work(self) -> Work:
        return self.state.works[self.task]

    async def proposed(self, series: Series) -> str:
        """Returns the number that the reply has or would get."""
        register = await self.register(series.stream)
        serial = register.next_free(series.gapless)
        return register.number_of(self.task) or printed(series.word, series.year, serial)

    async def taken(self, number: str, word: str | None) -> str:
        """Enters the number of the reply, or the next one, and returns it. It is entered before the
        signature: if that is refused or lost, the reply still has its number, and gives it back
        when it takes another one."""
        fields = self.fields() | {"case": self.case_id, "task": self.task}
        if number:
            entry = TakeNumber(**fields, number=number)
            await self.edge.beforehand(entry.parsed().stream, entry)
            return number
        series = await self.series(word)
        following = TakeNextNumber(**fields, word=series.word, year=series.year)
        await self.edge.beforehand(following.stream, following)
        return (await self.register(following.stream)).number_of(self.task) or ""

    def fields(self) -> dict[str, Any]:
        mark = self.work.opening
        return {
            "at": self.edge.now(),
            "by": self.edge.actor.sub,
            "agency": mark.agency,
            "kind": mark.kind,
            "channel": mark.channel,
            "unit": mark.unit,
        }

    async def series(self, word: str | None) -> Series:
        """Returns the unit's series of this year. Raises RuleViolated where it has none, or several
        and none is chosen."""
        mark, now = self.work.opening, self.edge.now()
        named = Named(at=now, by=self.edge.actor.sub, unit=mark.unit)
        directory = (await self.edge.runtime.handler.lookup.informed(named)).directory
        words = directory.letter_words(mark.unit)
        policy = self.edge.runtime.policies.resolve(mark.agency, mark.kind, mark.channel, now)
        gapless = policy.row.letters.gapless_of(directory.path(mark.unit))
        return Series(chosen(word, words), f"{business_day(now):%Y}", gapless)

    async def register(self, stream: str) -> Register:
        register: Register = (await self.edge.runtime.handler.loaded(stream)).state
        return register


async def letter_of(edge: ServiceEdge, case_id: str, task: str) -> Letter:
    """Returns the letter of a task; raises NotFound where the case has no such task."""
    state: Handling = await edge.state(f"handling-{case_id}")
    if task not in state.works:
        await edge.hide(task)
    return Letter(edge, case_id, task, state)


async def open_letter(edge: ServiceEdge, case_id: str, task: str) -> Letter:
    """Returns the letter to those who sign the unit's letters or keep their register; refuses
    others, as if there were no such task."""
    letter = await letter_of(edge, case_id, task)
    work = letter.work
    roles = relations_to_works(edge.actor, [work], letter.state)
    unit = relations_to_register(edge.actor, work.opening.unit)
    signs = edge.allows("sign-reply", roles, situation_of(work))
    if not signs and not edge.allows(VoidNumber.name, unit, OPEN):
        await edge.hide(task)
    return letter


class Named(InformedCommand):
    """Looks a unit up in the directory; never sent."""

    name = "name-unit"

    unit: Id

    def named(self) -> list[str | None]:
        return [self.unit]


def chosen(word: str | None, words: tuple[str, ...]) -> str:
    if word:
        return word
    if not words:
        message = "通讯录中没有本单位的发文字号，请填写完整文号，或请系统管理员补充字号"
        raise RuleViolated("number-series-unknown", message, "number")
    if len(words) > 1:
        message = f"本单位有多个发文字号，请选择：{'、'.join(words)}"
        raise RuleViolated("number-series-choice", message, "word")
    return words[0]


@router.get("/cases/{case_id}/tasks/{task}/next-number", summary="下一个文号 The next number")
async def read_next_number(
    case_id: CaseId, task: EntityId, edge: Edge, word: LetterWord | None = None
) -> schemas.NextNumber:
    """本单位字号今年的下一个文号，供签发人和联络员查看；签发时不填文号的，即取当时的下一个。
    连续编排的单位从最小的空号取起。"""
    letter = await open_letter(edge, case_id, task)
    series = await letter.series(word)
    number = await letter.proposed(series)
    return schemas.NextNumber(
        number=number, word=series.word, year=series.year, gapless=series.gapless
    )


@router.get(NUMBERS, summary="文号登记 The register of numbers")
async def read_numbers(
    case_id: CaseId,
    task: EntityId,
    edge: Edge,
    word: LetterWord | None = None,
    year: Annotated[str | None, Field(pattern="^20[0-9]{2}$", examples=["2025"])] = None,
) -> schemas.NumberRegister:
    """一个字号一年的文号：已用、作废（连同理由）和最高号以下的空号。"""
    letter = await open_letter(edge, case_id, task)
    series = await letter.series(word)
    wanted = Series(series.word, year or series.year, series.gapless)
    register = await letter.register(wanted.stream)
    voided = [await voided_view(edge, wanted, one) for one in register.voided.values()]
    entries = [taken_view(one) for one in register.taken.values()] + voided
    used = register.used()
    free = [n for n in range(1, max(used, default=0)) if n not in used]
    return schemas.NumberRegister(
        word=wanted.word,
        year=wanted.year,
        gapless=wanted.gapless,
        numbers=sorted(entries, key=lambda one: LetterNumber.of(one.number).main),
        free=[printed(wanted.word, wanted.year, serial) for serial in free[:MOST_FREE]],
    )


MOST_FREE = 100
"""Gaps that one answer names."""


def taken_view(one: NumberTaken) -> schemas.NumberEntry:
    return schemas.NumberEntry(
        number=one.number, status="taken", at=one.at, by=one.by, case_id=one.case, task=one.task
    )


async def voided_view(edge: ServiceEdge, series: Series, one: NumberVoided) -> schemas.NumberEntry:
    reason = await edge.reveal(one.reason, stream_key(series.stream))
    return schemas.NumberEntry(
        number=one.number, status="voided", at=one.at, by=one.by, reason=reason
    )


@router.post(NUMBERS + "/voidings", status_code=201, summary="作废文号 Void a number")
async def void_number(
    case_id: CaseId, task: EntityId, body: schemas.Voiding, edge: Edge
) -> Accepted:
    """作废一个没有用于答复的文号，理由留在登记中；已签发、仍可能签发的答复的文号不能作废。"""
    letter = await open_letter(edge, case_id, task)
    stream = LetterNumber.of(body.number).stream
    unsigned = await never_signed(edge, await letter.register(stream), body.number)
    command = VoidNumber(**letter.fields(), **dict(body), unsigned=unsigned)
    return await edge.dispatch(stream, command)


async def never_signed(edge: ServiceEdge, register: Register, number: str) -> str | None:
    """Returns the task that has the number, if it has ended or its reply has another one."""
    holder = register.taken.get(LetterNumber.of(number).serial)
    if holder is None:
        return None
    state: Handling = (await edge.runtime.handler.loaded(f"handling-{holder.case}")).state
    work = state.works.get(holder.task)
    over = state.stopped or work is None or work.closed
    replied = bool(work and work.reply)
    same = work and work.reply and LetterNumber.of(work.reply.number) == LetterNumber.of(number)
    return holder.task if (over and not replied) or (replied and not same) else None
