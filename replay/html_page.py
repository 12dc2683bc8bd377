"""One page of HTML that needs nothing else: what replay and simulation write beside their text.

The rule that keeps it honest: no script, nothing from another host; it reads on paper, on a phone and in the
dark.
"""

from __future__ import annotations

from html import escape


def html_page(title: str, body: str, style: str = "") -> str:
    """A whole page. `body` is HTML, escaped already; `style` is added to the common one."""
    return _PAGE.format(title=escape(title), body=body, style=_STYLE + style)


_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, "Noto Sans", sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
td, th { border: 1px solid #999; padding: .3rem .6rem; text-align: left; vertical-align: top; }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""
