"""A person who has a keyboard only."""

from collections.abc import Mapping

from tests.e2e.console.browser import Person

MOST_STEPS = 150
HERE = """() => {
    const here = document.activeElement
    const pressed = ['A', 'BUTTON'].includes(here.tagName) ? 'yes' : 'no'
    const kind = here.getAttribute('role') || here.type || ''
    return { id: here.id, pressed, kind, name: here.name || '',
             text: (here.getAttribute('aria-label') || here.textContent || '').trim(),
             label: (here.labels?.[0]?.textContent || '').trim(), value: here.value || '',
             chosen: here.selectedOptions?.[0]?.textContent.trim() || '' }
}"""


class Lost(AssertionError):
    """Raised when the Tab key does not lead to a control."""


class Typist:
    def __init__(self, person: Person) -> None:
        self.person = person
        self._keys = person.page.keyboard

    async def here(self) -> dict[str, str]:
        """Returns the control that has the focus."""
        found: dict[str, str] = await self.person.page.evaluate(HERE)
        return found

    async def press(self, key: str) -> None:
        await self._keys.press(key)

    async def to(self, **wanted: str) -> None:
        """Goes to the control with these properties, by the Tab key. Raises Lost."""
        for _ in range(MOST_STEPS):
            here = await self.here()
            if wanted.items() <= here.items():
                return
            await self.press("Tab")
        raise Lost(f"{wanted}; the focus is at {await self.here()}")

    async def pushes(self, name: str) -> None:
        """Presses a button or follows a link, by its name."""
        await self.to(text=name, pressed="yes")
        await self.press("Enter")

    async def fills(self, fields: Mapping[str, str]) -> None:
        """Fills a form by the ids of its fields, as `Person.put` does; "" adds a row."""
        for path, value in fields.items():
            await self.to(id=path) if value == "" else await self._fill(path, value)
            if value == "":
                await self.press("Enter")

    async def _fill(self, path: str, value: str) -> None:
        here = await self._at(path)
        if here["kind"] == "radio":
            await self._choose(value)
        elif here["kind"] == "select-one":
            await self._select(value)
        elif here["kind"] == "combobox":
            await self._pick(path, value)
        elif here["kind"] == "date":
            await self._date(path, value)
        else:
            await self._keys.insert_text(value)

    async def _at(self, path: str) -> dict[str, str]:
        """Goes to a field, or to any radio of its group. Raises Lost."""
        for _ in range(MOST_STEPS):
            here = await self.here()
            if path in (here["id"], here["name"]):
                return here
            await self.press("Tab")
        raise Lost(f"{path}; the focus is at {await self.here()}")

    async def _date(self, path: str, value: str) -> None:
        """Types year, month and day in the order that this browser has. Raises Lost."""
        year, month, day = value.split("-")
        for parts in ((month, day, year), (year, month, day)):
            for part in parts:
                await self._keys.type(part)
                if part == year != parts[-1]:
                    await self.press("ArrowRight")
            if (await self.here())["value"] == value:
                return
            await self.press("Shift+Tab")
            await self._at(path)
        raise Lost(f"{path} {value}")

    async def _choose(self, value: str) -> None:
        await self.press("Space")
        while (await self.here())["label"] != value:
            await self.press("ArrowDown")

    async def _select(self, value: str) -> None:
        while (await self.here())["chosen"] != value:
            before = await self.here()
            await self.press("ArrowDown")
            if before == await self.here():
                raise Lost(value)

    async def _pick(self, path: str, value: str) -> None:
        await self._keys.insert_text(value)
        option = self.person.page.locator(f'[id="{path}-list"] [role=option]', has_text=value)
        await option.first.wait_for()
        await self.press("ArrowDown")
        await self.press("Enter")
