"""What operators may set here: only what every service has."""

from shared.service.settings import ServiceSettings


class Settings(ServiceSettings):
    """Reminder adds nothing; hold and ladders are rows of deploy/policies."""
