"""`python -m services.assignment api | worker`."""

from services.assignment.app import SERVICE
from services.assignment.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
