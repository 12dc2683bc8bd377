"""What a protocol document must fulfil beyond the shape of its fields.

The rule that keeps it honest: pure, and all problems at once; a document without problems can be scheduled
without any further question.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.protocol.check_codes import code_problems
from domain.protocol.check_conduct import conduct_problems
from domain.protocol.check_endpoints import endpoint_problems
from domain.protocol.check_governance import governance_problems
from domain.protocol.check_ladders import ladder_problems
from domain.protocol.check_order import order_problems
from domain.protocol.check_product import product_problems
from domain.protocol.check_rules import rule_problems
from domain.protocol.check_safety import safety_problems
from domain.protocol.check_windows import window_problems
from domain.protocol.document import ProtocolDocument
from domain.protocol.problem import Problem

__all__ = ["Problem", "problems"]


def problems(document: ProtocolDocument) -> list[Problem]:
    """Everything that is wrong with the document; empty when it is right."""
    return list(_all_problems(document))


def _all_problems(document: ProtocolDocument) -> Iterator[Problem]:
    yield from code_problems(document)
    yield from order_problems(document)
    yield from window_problems(document)
    yield from rule_problems(document)
    yield from ladder_problems(document)
    yield from conduct_problems(document)
    yield from governance_problems(document)
    yield from product_problems(document)
    yield from safety_problems(document)
    yield from endpoint_problems(document)
