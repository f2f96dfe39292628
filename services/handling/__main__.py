"""`python -m services.handling api | worker`."""

from services.handling.app import SERVICE
from services.handling.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
