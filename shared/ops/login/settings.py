"""Settings of `duban login`."""

from pathlib import Path

import typer
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LoginSettings(BaseSettings):
    """Login of people at a terminal (`duban login`); the issuer is DUBAN_JWT_ISSUER."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_LOGIN_", env_file=".env", extra="ignore", frozen=True
    )

    client: str = Field(
        "duban",
        pattern=r"^[\x21-\x7e]{1,100}$",
        description="client id at the identity provider, public, with the device grant",
    )
    scope: str = Field(
        "openid offline_access",
        pattern=r"^[\x20-\x7e]{0,200}$",
        description="scopes to ask for; offline_access brings a token to refresh with",
    )
    file: Path | None = Field(
        None,
        description="where the login is kept; by default in the user's own folder of settings",
    )

    @property
    def place(self) -> Path:
        return self.file or Path(typer.get_app_dir("duban")) / "login.json"
