"""`python -m services.feedback api | worker`."""

from services.feedback.app import SERVICE
from services.feedback.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
