"""Terminal of the command line: sentences for people, and one sentence for every foreseeable
error."""

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from shared.mongo.connect import NotDurable
from shared.ops.base.command_log import log_to_file
from shared.ops.base.errors import OpsError, first_of
from shared.ops.base.screen import Screen, harmless
from shared.ops.base.settings import OpsSettings
from shared.ops.base.wrong_settings import wrong_in
from shared.service.config.errors import StartRefused
from shared.service.config.located_yaml import DataRefused
from shared.signing.key_folder import SigningKeyRefused
from shared.vault.key_file import KeyFileRefused

console = Screen()
errors = Screen(stderr=True)

BUS = "Kafka 中断了连接或拒绝了请求。Kafka went away or refused."
STOPPED = {
    "kafka": BUS,
    "aiokafka": BUS,
    "pymongo": "MongoDB 中断了连接或拒绝了请求。MongoDB went away or refused.",
    "httpx": "接口地址有误，或接口中断了连接。The API's address is wrong, or it went away.",
}
"""Sentences by the library that raises the error. No library is loaded for the sake of its
errors."""
SETTINGS = "设置有误，请核对环境变量和 .env。The settings are wrong."
REFUSALS = {
    OpsError: "",
    StartRefused: "",
    KeyFileRefused: "",
    SigningKeyRefused: "",
    DataRefused: "策略数据有误，请按行号修改。Policy data are wrong.\n",
    NotDurable: "MongoDB 必须是副本集并以 w=majority 写入，请检查 MONGO_URL。\n",
}
"""Errors that carry their own remedy, with the words that come before it."""
LONGEST_REASON = 300


class Commands(TyperGroup):
    """Command group that turns an error that an operator can act on into a sentence; any other
    error keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            log_to_file(OpsSettings().logs)
            return super().invoke(ctx)
        except Exception as stopped:
            first = first_of(stopped)
            if isinstance(first, typer.BadParameter):
                first.message = harmless(first.message)
                raise first from stopped
            sentence = sentence_of(first)
            if sentence is None:
                raise
            raise complaint(sentence) from stopped


def sentence_of(error: BaseException) -> str | None:
    for kind, before in REFUSALS.items():
        if isinstance(error, kind):
            return f"{before}{error}"
    if isinstance(error, OSError) and error.filename:
        return (
            f"无法读写 {place_of(error.filename)}：{error.strerror}。This file could not be used."
        )
    library = type(error).__module__.partition(".")[0]
    if library in ("pydantic_core", "pydantic_settings"):
        return "\n".join([SETTINGS, *wrong_in(error)])
    sentence = STOPPED.get(library)
    return sentence and f"{sentence}\n{reason_of(error)}"


def place_of(file: str) -> str:
    """Returns the file with the folder from which a relative path was sought: settings, samples and
    policies lie below the folder of the installation."""
    path = Path(str(file))
    return str(file) if path.is_absolute() else f"{file}（当前目录 {Path.cwd()}）"


def reason_of(error: BaseException) -> str:
    """Returns the beginning of the driver's message; the topology after it is left out."""
    reason = str(error).partition(", Topology Description")[0] or type(error).__name__
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON]}…"


def tell(sentence: str) -> None:
    """Prints a sentence, whose lines the terminal wraps."""
    console.print(sentence, soft_wrap=True)


def complaint(text: str) -> typer.Exit:
    errors.print(text, style="red", soft_wrap=True)
    return typer.Exit(1)
