"""Stamps of signed replies on the case page."""

from services.portal.case_page import stamped
from services.portal.domain.register import CASE_REGISTER
from shared.contracts.handling import ReplySigned
from shared.service.config.labels import standard_labels
from shared.testing.fold import folded
from shared.testing.samples import sample
from tests.unit.portal.life import CASE, as_recorded


def test_a_reply_that_was_signed_without_every_opinion_says_so() -> None:
    say = standard_labels().label
    for silent, stamps in ((("u-fin",), ["协办未会签"]), ((), None)):
        signed = sample(ReplySigned, without_opinion=silent)
        case = folded(CASE_REGISTER, as_recorded([("handling", signed)]))[CASE]
        assert dict(stamped(case["handling"], say)).get(signed.task) == stamps
