"""What operators may set here: only what every service has."""

from shared.service.settings import ServiceSettings


class Settings(ServiceSettings):
    """The directory adds nothing."""
