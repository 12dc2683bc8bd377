"""What was true at a moment: a record told again by when things happened, from all that is known of them.

    corrected(record)             -> each fact as it was corrected, in its own place
    placed(corrected, zone)       -> from which moment on each event counts
    true_record(record, ...)      -> a participant's record as if everybody had typed at once, up to a moment
    true_study(record, ...)       -> the same of a study

The rule that keeps it honest: what happened is told by its stated time, what we did on the record by its
recorded time, and what follows is derived anew by the desk's own rules (decision 0053).
"""

from replay.truth.participant import Truth, true_record
from replay.truth.study import true_study

__all__ = ["Truth", "true_record", "true_study"]
