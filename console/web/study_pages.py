"""The addresses of the study at a glance: its page, and its picture by itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from console.exports.taken import stem
from console.web.pages.study import Asked, Sort, study_page
from console.web.visiting import Visiting

router = APIRouter(default_response_class=HTMLResponse)


def asked_for(
    site: str = "",
    stage: str = "",
    attention: str = "",
    sort: Annotated[Sort, Query()] = Sort.CODE,
    page: int = 1,
) -> Asked:
    """Who is wanted, as the address says."""
    return Asked(site, stage, bool(attention), sort, page)


Wanted = Annotated[Asked, Depends(asked_for)]


@router.get("/study/{study}/overview")
def overview(study: str, visitor: Visiting, asked: Wanted) -> Response:
    """The swimmer plot and its table."""
    with visitor.looking(study) as look:
        shown, frame = study_page(look, asked), visitor.framed(look, live=True)
        return visitor.console.rendering.page("study.html", frame, may=visitor.may, shown=shown)


@router.get("/study/{study}/overview.svg")
def picture(study: str, visitor: Visiting, asked: Wanted) -> Response:
    """The swimmer plot by itself, with the colours of paper."""
    with visitor.looking(study) as look:
        shown, frame = study_page(look, asked), visitor.framed(look, live=False)
        name = f"{stem(look)}-overview-{shown.pages.number}.svg"
    page = visitor.console.rendering.page("overview.svg", frame, plot=shown.plot)
    page.headers["content-type"] = "image/svg+xml; charset=utf-8"
    page.headers["content-disposition"] = f'attachment; filename="{name}"'
    return page
