"""`python -m services.disclosure api | worker`."""

from services.disclosure.app import SERVICE
from services.disclosure.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
