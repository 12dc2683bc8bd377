"""What-if in the console: commands tried on the record as it stands, and then recorded exactly so, or not.

    tries      what is tried, as the fields of its page carry it
    shifting   the ready question: one appointment by so many days
    trying     the trial itself, by `replay.change`
    recording  giving it for good, by `console.applying`
    effects    what would be another thing, ready to be shown
    load       the visits of each week, as a drawing

The rule that keeps it honest: what is asked travels in the page's own fields and is kept nowhere; whatever is
found comes from `replay`, as the command line has it.
"""
