"""`python -m services.portal api | worker`."""

from services.portal.app import SERVICE
from services.portal.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
