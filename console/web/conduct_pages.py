"""The addresses of the conduct of a study, and of its protocol versions.

The rule that keeps it honest: nothing is saved here; what is handed in to be looked at is forgotten with the
answer.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from console.proposed import NotAProposal, proposed_version
from console.web.asking import Form as Sent
from console.web.pages.conduct import conduct_page
from console.web.pages.version import NoSuchVersion, proposal_page, version_page
from console.web.visiting import NotHere, Visiting
from protocols.problems import Located

router = APIRouter(default_response_class=HTMLResponse)
Text = Annotated[str, Form(max_length=200)]


@router.get("/study/{study}/conduct")
def conduct(
    study: str, visitor: Visiting, participant: str = "", resource: str = "", to: str = ""
) -> Response:
    """How the study is conducted."""
    with visitor.looking(study) as look:
        shown = conduct_page(look, participant, resource, to)
        frame = visitor.framed(look, live=True)
        return visitor.console.rendering.page("conduct.html", frame, may=visitor.may, shown=shown)


@router.get("/study/{study}/conduct/version/{version}")
def version(study: str, version: str, visitor: Visiting, after: str = "") -> Response:
    """One published version: what it changes, and for whom."""
    with visitor.looking(study) as look:
        try:
            shown = version_page(look, version, after)
        except NoSuchVersion as error:
            raise NotHere(version) from error
        frame = visitor.framed(look, live=False)
        return visitor.console.rendering.page(
            "version.html", frame, may=visitor.may, shown=shown, problems=()
        )


@router.post("/study/{study}/conduct/proposal")
def proposal(
    study: str,
    visitor: Visiting,
    document: Annotated[UploadFile, File()],
    csrf: Text = "",
    id: Text = "",  # noqa: A002 - the field's name
) -> Response:
    """A document that is not published: what it would change. Nothing of it is kept."""
    Sent(csrf, id).check(visitor)
    text = document.file.read().decode("utf-8", errors="replace")
    with visitor.looking(study) as look:
        frame = visitor.framed(look, live=False)
        problems: tuple[Located, ...] = ()
        shown = None
        try:
            found = proposed_version(text, look.rulebook.versions(look.reading, study))
            shown = proposal_page(look, found)
        except NotAProposal as invalid:
            problems = invalid.problems
        return visitor.console.rendering.page(
            "version.html", frame, 422 if problems else 200, may=visitor.may, shown=shown, problems=problems
        )
