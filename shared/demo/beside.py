"""Play of the sample beside a run: the services are useful from the first day on."""

import time
from collections.abc import Callable, Mapping
from datetime import date

from shared.demo.people import put_people
from shared.demo.stage import stage
from shared.ops.base.errors import first_of
from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console, reason_of, sentence_of
from shared.service.settings import ServiceSettings

SECONDS = 15.0
PEOPLE = "  示例人员 people to try: .venv/bin/duban people"


async def play_beside(
    settings: OpsSettings, addresses: Mapping[str, str], api: str, ready: Callable[[], None]
) -> None:
    """Loads the sample's directory, says that everything is ready, and plays; with the sample
    `none` everything is ready at once. When a play fails, the services go on and `duban play`
    continues it."""
    if settings.sample == "none":
        return ready()
    put_people(settings.people)
    said = Once(ready)
    service = ServiceSettings().model_copy(
        update={
            "mongo_url": addresses["MONGO_URL"],
            "kafka_bootstrap_servers": addresses["KAFKA_BOOTSTRAP_SERVERS"],
        }
    )
    try:
        async with stage(settings.sample, service, api) as here:
            acts = await here.play(console.print, Told(), said)
    except Exception as error:
        console.print(interrupted(first_of(error), settings.sample), style="red", soft_wrap=True)
        said()
    else:
        done = f"演示完成，共 {acts} 步" if acts else "演示此前已完成"
        console.print(f"{done}。The year has been played.", style="bold green")
    return None


class Once:
    """Makes the announcement, and names the people to try, the first time that it is called."""

    def __init__(self, announce: Callable[[], None]) -> None:
        self._announce: Callable[[], None] | None = announce

    def __call__(self) -> None:
        if self._announce:
            announce, self._announce = self._announce, None
            announce()
            console.print(PEOPLE)


def interrupted(error: BaseException, sample: str) -> str:
    """Returns the sentences about an interrupted play. An unexpected error keeps its traceback
    in `duban play`, which the sentence names."""
    why = sentence_of(error) or f"{type(error).__name__}: {reason_of(error)}"
    return (
        f"演示中断，服务照常运行；执行 duban play {sample} 可继续。"
        f"The play stopped, the services run on.\n{why}"
    )


class Told:
    """Progress lines: one when a month begins, and at least one in 15 seconds."""

    def __init__(self) -> None:
        self._month, self._at = "", 0.0

    def __call__(self, day: date, done: int, every: int) -> None:
        month, now = f"{day:%Y-%m}", time.monotonic()
        if month != self._month or now - self._at > SECONDS:
            self._month, self._at = month, now
            share = f"{100 * done // every} %"
            console.print(f"演示到 {day:%Y-%m-%d}，{done}/{every} 步 (played {share})")
