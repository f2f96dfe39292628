"""`python -m services.directory api | worker`."""

from services.directory.app import SERVICE
from services.directory.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
