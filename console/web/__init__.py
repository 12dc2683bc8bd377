"""The web console: pages for the people on duty.

The rule that keeps it honest: what a page shows comes from the functions the command line uses
(`console.reading`, `worklist`, `record`), and whatever it changes is a command sent to the timeline.
"""
