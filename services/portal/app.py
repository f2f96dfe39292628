"""The portal on one page."""

from services.portal.domain.register import CASE_REGISTER
from shared.service.definition import ServiceDefinition

SERVICE = ServiceDefinition(
    name="portal",
    streams=(),
    routes="services.portal.api",
    projections=(CASE_REGISTER,),
    keeps=("browser_sessions", "seen_marks", "preferences", "drafts"),
    actions=(
        "read-worklist",
        "read-case",
        "print-worklist",
        "print-case",
        "print-notice",
        "read-proposed-leads",
        "print-meeting-paper",
        "read-statistics",
        "read-self",
        "use-gateway",
        "read-trail",
        "read-codes",
        "read-vacancies",
        "read-purposes",
        "mark-seen",
        "keep-preferences",
        "keep-drafts",
    ),
)
