"""The study as a whole: what is decided across participants, on the study's own stream.

    answer(study, rules, participant, events, at)   -> [event, ...]   or Refused
    decide_study(study, rules, command, at)         -> [event, ...]   or Refused
    evolve_study(study, event)                      -> study
    next_study_deadline(study, rules)               -> Deadline or None

The rule that keeps it honest: pure, like the rest of the domain; what a participant's events mean for the
study is decided in their own transaction, so that caps, turns and holds can never be passed by.
"""

from domain.study.book import Study
from domain.study.course import next_study_deadline
from domain.study.decide import decide_study
from domain.study.evolve import StudyEvent, evolve_study, fold_study
from domain.study.rules import StudyRules, study_rules
from domain.study.telling import answer, touches_study

__all__ = [
    "Study",
    "StudyEvent",
    "StudyRules",
    "answer",
    "decide_study",
    "evolve_study",
    "fold_study",
    "next_study_deadline",
    "study_rules",
    "touches_study",
]
