"""`python -m services.intake api | worker`."""

from services.intake.app import SERVICE
from services.intake.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
