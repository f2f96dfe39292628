"""What operators may set here: only what every service has."""

from shared.service.settings import ServiceSettings


class Settings(ServiceSettings):
    """The portal adds nothing; services of other processes are named by `gateway`."""
