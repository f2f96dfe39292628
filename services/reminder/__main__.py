"""`python -m services.reminder api | worker`."""

from services.reminder.app import SERVICE
from services.reminder.settings import Settings
from shared.service.serve import serve

if __name__ == "__main__":
    serve(SERVICE, Settings)
