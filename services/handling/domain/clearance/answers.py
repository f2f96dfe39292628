"""Answers to what a paper asks for, item by item (逐项答复): their rules and their print."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.handling.domain.clearance.commands import SubmitDraft
from services.handling.domain.clearance.rules import check_target
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.handling import DraftSubmitted
from shared.contracts.payloads.handling import Answered, AskAnswer
from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed, Text
from shared.kernel.paper_rules import AskRules, Outcome
from shared.kernel.texts import is_blank

PRINTED_AROUND = 60
"""Characters around an item and its answer in a letter, at most."""


def check_answers(command: SubmitDraft, work: Work, asks: Sequence[Text]) -> None:
    """Checks that each item has its answer, and each answer what its outcome needs."""
    check_numbers(command.answers, len(asks))
    for place, answer in enumerate(command.answers):
        field = f"answers.{place}"
        check_answer(answer, command.rules.row.asks, field)
        check_target(answer.until, command.at, f"{field}.until")
        if answer.outcome == "elsewhere" and work.part != "separate":
            message = "只有分办的单位可以写明由其他承办单位答复"
            raise RuleViolated("ask-elsewhere", message, f"{field}.outcome")
    check_length(command, asks)


def check_numbers(answers: Sequence[Answered], asked: int) -> None:
    numbers = [answer.ask for answer in answers]
    for place, number in enumerate(numbers):
        if not 1 <= number <= asked:
            message = f"来件没有第 {number} 项建议（诉求）事项"
            raise RuleViolated("ask-unknown", message, f"answers.{place}.ask")
        if number in numbers[:place]:
            message = f"第 {number} 项重复答复"
            raise RuleViolated("ask-answered-twice", message, f"answers.{place}.ask")
    if missing := [f"{n}" for n in range(1, asked + 1) if n not in numbers]:
        message = f"建议（诉求）事项第 {'、'.join(missing)} 项没有答复，应当逐项答复"
        raise RuleViolated("ask-unanswered", message, "answers")


def check_answer(answer: AskAnswer, rules: AskRules, field: str) -> None:
    if answer.outcome in rules.day and answer.until is None:
        message = f"第 {answer.ask} 项的回应应写明落实时限"
        raise RuleViolated("ask-day-required", message, f"{field}.until")
    if answer.outcome in ("done", "declined", "elsewhere") and answer.until:
        message = f"第 {answer.ask} 项的回应不填落实时限"
        raise RuleViolated("ask-day-idle", message, f"{field}.until")
    if answer.outcome in rules.reason and is_blank(answer.text):
        message = f"第 {answer.ask} 项没有采纳的，应写明理由"
        raise RuleViolated("ask-reason-required", message, f"{field}.text")


def check_length(command: SubmitDraft, asks: Sequence[Text]) -> None:
    """The text goes out with its answers, as one text."""
    words = (command.text, *asks, *(answer.text for answer in command.answers))
    whole = sum(map(size, words)) + PRINTED_AROUND * (len(asks) + 1)
    if command.answers and whole > LONGEST_WORDS:
        message = f"答复正文连同逐项答复不能超过 {LONGEST_WORDS} 字"
        raise RuleViolated("reply-length", message, "text")


def size(text: Text) -> int:
    return text.size if isinstance(text, Sealed) else len(text)


def check_every_item(draft: DraftSubmitted, work: Work, state: Handling) -> None:
    """Checks that each item has its answer, also where the items came to be known here after the
    draft, and that not every separate unit leaves one to the others."""
    check_numbers(draft.answers, len(state.asks))
    others = [each for each in state.team("separate", work.round) if each is not work]
    for answer in draft.answers:
        if answer.outcome == "elsewhere" and all(leaves(each, answer.ask) for each in others):
            message = f"第 {answer.ask} 项没有其他承办单位答复，应由本单位答复"
            raise RuleViolated("ask-nobody", message, "task")


def leaves(work: Work, ask: int) -> bool:
    """Returns whether the signed reply leaves the item to others."""
    answers = work.reply.answers if work.reply else ()
    return any(each.ask == ask and each.outcome == "elsewhere" for each in answers)


def name_of(answer: Answered) -> str:
    """Returns the name under which the words of an answer are opened."""
    return f"answers.{answer.ask}"


def opened_answer(answer: AskAnswer, opened: Mapping[str, str]) -> AskAnswer:
    """Returns the answer with its words. Raises RuleViolated where the vault has lost them."""
    text = opened.get(name_of(answer), answer.text)
    if isinstance(text, Sealed):
        raise RuleViolated("text-missing", "答复稿无法读取，不能签发，请联系运维人员", "version")
    return answer.model_copy(update={"text": text})


def with_answers(
    text: str, answers: Sequence[AskAnswer], asks: Sequence[Text], outcomes: Mapping[Outcome, str]
) -> str:
    """Returns the letter: the text, and behind it the answers by the numbers of their items."""
    if not answers:
        return text
    ordered = sorted(answers, key=lambda answer: answer.ask)
    lines = [line for answer in ordered for line in printed(answer, asks, outcomes)]
    return "\n".join([text, "", "逐项答复：", *lines])


def printed(
    answer: AskAnswer, asks: Sequence[Text], outcomes: Mapping[Outcome, str]
) -> Iterator[str]:
    """Yields the item, where its words are open, and the answer."""
    ask = asks[answer.ask - 1] if answer.ask <= len(asks) else ""
    yield f"{answer.ask}. {ask}" if isinstance(ask, str) else f"{answer.ask}. 第 {answer.ask} 项"
    until = f"（{chinese(answer.until)}前）" if answer.until else ""
    said = f"{outcomes.get(answer.outcome, answer.outcome)}{until}"
    yield f"答复：{said}。{answer.text}" if answer.text else f"答复：{said}。"


def chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
