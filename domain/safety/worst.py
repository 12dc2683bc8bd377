"""The worst grade of each toxicity of a participant.

The rule that keeps it honest: grades of one scale and version only are compared, the newest one a toxicity
was graded by.
"""

from __future__ import annotations

from domain.safety.book import Safety, ToxicityGrade
from domain.safety.terms import Toxicity


def worst_grade(safety: Safety) -> dict[Toxicity, ToxicityGrade]:
    """The assessment with the worst stated grade, by toxicity; of equal ones the first."""
    found: dict[Toxicity, ToxicityGrade] = {}
    for toxicity in Toxicity:
        graded = [each for each in safety.toxicities if each.toxicity is toxicity]
        comparable = [
            each for each in graded if (each.scale, each.version) == (graded[-1].scale, graded[-1].version)
        ]
        if comparable:
            found[toxicity] = max(comparable, key=lambda each: each.grade)
    return found
