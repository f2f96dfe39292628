"""Settings of the console."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from shared.service.settings import ServiceSettings

WEB = Path(__file__).parents[2] / "web"
PAGES, FORM_WORDS = WEB / "my", WEB / "console" / "src" / "words" / "forms.en.json"


class PortalSettings(ServiceSettings):
    """Sessions of browsers and files of the console, beside the settings of every process."""

    console_build: Path | None = Field(
        None, description="folder of the built console; `make run` and the image set it"
    )
    session_idle_minutes: int = Field(
        30, ge=1, le=240, description="a session of the browser ends so long after its last request"
    )
    session_hours: int = Field(
        10, ge=1, le=12, description="a session ends so long after sign-in, whatever happens"
    )
    sessions_of_a_person: int = Field(
        5, ge=1, le=50, description="live sessions of one person; a further one ends the oldest"
    )

    my_pages: Path = Field(PAGES, description="folder of the pages of deputies and advisers")
    form_words: Path = Field(FORM_WORDS, description="English of titles and help in forms")

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.session_hours)
