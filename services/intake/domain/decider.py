"""The decider of a case: the tables of its parts."""

from services.intake.domain.attachments import decider as attachments
from services.intake.domain.attachments.commands import AttachmentCommand
from services.intake.domain.calls import decider as calls
from services.intake.domain.calls.commands import CallCommand
from services.intake.domain.classification import decider as classification
from services.intake.domain.classification.commands import ClassificationCommand
from services.intake.domain.ending import decider as ending
from services.intake.domain.ending.commands import EndingCommand
from services.intake.domain.erasure import decider as erasure
from services.intake.domain.erasure.commands import ErasureCommand
from services.intake.domain.linking import decider as linking
from services.intake.domain.linking.commands import LinkingCommand
from services.intake.domain.merging import decider as merging
from services.intake.domain.merging.commands import MergingCommand
from services.intake.domain.numbering import decider as numbering
from services.intake.domain.numbering.commands import NumberingCommand
from services.intake.domain.particulars import decider as particulars
from services.intake.domain.particulars.commands import ParticularsCommand
from services.intake.domain.recusal import decider as recusal
from services.intake.domain.recusal.commands import RecusalCommand
from services.intake.domain.registration import decider as registration
from services.intake.domain.registration.commands import RegistrationCommand
from services.intake.domain.rerouting import decider as rerouting
from services.intake.domain.rerouting.commands import ReroutingCommand
from services.intake.domain.reservation import decider as reservation
from services.intake.domain.reservation.commands import ReservationCommand
from services.intake.domain.resubmission import decider as resubmission
from services.intake.domain.resubmission.commands import ResubmissionCommand
from services.intake.domain.screening import decider as screening
from services.intake.domain.screening.commands import ScreeningCommand
from services.intake.domain.signatures import decider as signatures
from services.intake.domain.signatures.commands import SignatureCommand
from services.intake.domain.splitting import decider as splitting
from services.intake.domain.splitting.commands import SplittingCommand
from services.intake.domain.state import UNREGISTERED, Openness
from shared.contracts.intake import IntakeEvent
from shared.kernel.decider import routed

IntakeCommand = (
    RegistrationCommand
    | ScreeningCommand
    | ReroutingCommand
    | MergingCommand
    | LinkingCommand
    | SplittingCommand
    | ClassificationCommand
    | ParticularsCommand
    | RecusalCommand
    | SignatureCommand
    | CallCommand
    | ResubmissionCommand
    | AttachmentCommand
    | NumberingCommand
    | ReservationCommand
    | EndingCommand
    | ErasureCommand
)

DECIDER = routed(
    UNREGISTERED,
    IntakeCommand,
    IntakeEvent,
    decide=registration.DECIDE
    | screening.DECIDE
    | rerouting.DECIDE
    | merging.DECIDE
    | linking.DECIDE
    | splitting.DECIDE
    | classification.DECIDE
    | particulars.DECIDE
    | recusal.DECIDE
    | signatures.DECIDE
    | calls.DECIDE
    | resubmission.DECIDE
    | attachments.DECIDE
    | numbering.DECIDE
    | reservation.DECIDE
    | ending.DECIDE
    | erasure.DECIDE,
    evolve=registration.EVOLVE
    | screening.EVOLVE
    | rerouting.EVOLVE
    | merging.EVOLVE
    | linking.EVOLVE
    | splitting.EVOLVE
    | classification.EVOLVE
    | particulars.EVOLVE
    | recusal.EVOLVE
    | signatures.EVOLVE
    | calls.EVOLVE
    | resubmission.EVOLVE
    | attachments.EVOLVE
    | numbering.EVOLVE
    | reservation.EVOLVE
    | ending.EVOLVE
    | erasure.EVOLVE,
)
OFFERS: Openness = (
    screening.OFFERS
    | rerouting.OFFERS
    | merging.OFFERS
    | linking.OFFERS
    | splitting.OFFERS
    | classification.OFFERS
    | particulars.OFFERS
    | recusal.OFFERS
    | signatures.OFFERS
    | calls.OFFERS
    | resubmission.OFFERS
    | attachments.OFFERS
    | ending.OFFERS
)
