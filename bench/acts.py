"""Acts in the life of a case, from its registration to its rating, over HTTP."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench import city
from shared.ledger_import.client import Api
from shared.testing.checklist import checked


@dataclass
class Life:
    """One case on its way. `known`: stream → version that its people have seen."""

    number: int
    api: Api
    case: str = ""
    task: str = ""
    known: dict[str, int] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        return city.UNITS[self.number % len(city.UNITS)]

    async def does(
        self, who: str, service: str, place: str, body: Mapping[str, Any], *after: str
    ) -> Mapping[str, Any]:
        """Sends a command on the case, decided by a service that knows what the services `after`
        have recorded."""
        path = f"/{service}/v1/cases/{self.case}/{place}"
        streams = [f"{each}-{self.case}" for each in after]
        seen = "&".join(f"at_least={name}@{self.known[name]}" for name in streams)
        answer: Mapping[str, Any] = await self.api.post(
            f"{path}?{seen}", who, dict(body), f"{service}-{path}"
        )
        self.known[answer["stream"]] = answer["version"]
        return answer

    async def works(self, who: str, place: str, body: Mapping[str, Any]) -> None:
        await self.does(who, "handling", f"tasks/{self.task}/{place}", body, "assignment")


async def register(life: Life) -> None:
    body = city.paper(life.number)
    answer = await life.api.post("/intake/v1/cases", city.REGISTRAR, body, f"life-{life.number}")
    life.case = answer["case_id"]
    life.known[answer["stream"]] = answer["version"]


async def accept(life: Life) -> None:
    await life.does(city.OFFICE, "intake", "acceptance", checked())


async def assign(life: Life) -> None:
    tasks = {"tasks": [{"unit": life.unit, "part": "lead"}]}
    await life.does(city.OFFICE, "assignment", "assignments", tasks, "intake")
    found = await life.api.get(f"/assignment/v1/cases/{life.case}", city.OFFICE)
    life.task = found["tasks"][0]["task"]


async def sign_for(life: Life) -> None:
    await life.does(city.handler(life.unit), "assignment", f"tasks/{life.task}/receipt", {})


async def contact(life: Life) -> None:
    met = {"phase": "before", "mode": "visit", "on": city.today(), "summary": city.WORDS}
    await life.works(city.handler(life.unit), "contacts", met | {"people": [city.DEPUTY]})


async def draft(life: Life) -> None:
    shown = {"disclosure": {"mode": "open", "form": "full"}}
    body = {"text": city.WORDS * 5, "meaning": "solved"} | shown
    await life.works(city.handler(life.unit), "drafts", body)


async def sign(life: Life) -> None:
    number = {"number": f"临复函〔{city.today()[:4]}〕{life.number + 1}号"}
    await life.works(city.head(life.unit), "signature", number)


async def deliver(life: Life) -> None:
    body = {"recipient": city.DEPUTY, "mode": "in-person"}
    await life.works(city.handler(life.unit), "deliveries", body)


async def rate(life: Life) -> None:
    found = await life.api.get(f"/feedback/v1/cases/{life.case}", city.DEPUTY)
    place = f"evaluations/{found['evaluations'][0]['evaluation']}/rating"
    body = {"attitude": "satisfied", "result": "satisfied", "reason": ""}
    await life.does(city.DEPUTY, "feedback", place, body, "handling")


Act = Callable[[Life], Awaitable[None]]
ACTS: Mapping[str, Act] = {
    "registration": register,
    "acceptance": accept,
    "assignment to one unit": assign,
    "sign-for": sign_for,
    "contact": contact,
    "draft": draft,
    "signature": sign,
    "delivery": deliver,
    "rating": rate,
}
"""In their order; every act waits until all services have what the one before has caused."""
