"""The lines that adding articles streams: progress, and at the end the result or a problem."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, RootModel

from quoth.index.errors import QuothError
from quoth.index.records import Progress
from quoth.index.sync.tally import ProgressCallback
from quoth.ui.programs.schemas import ChangesMade
from quoth.ui.server.streams import streamed

from .problems import Problem, Refused, problem, problem_of

_LOG = logging.getLogger("quoth")


class ProgressMade(BaseModel):
    """How far adding has come."""

    event: Literal["progress"] = Field(default="progress", examples=["progress"])
    files: int = Field(description="The number of files that were processed.", examples=[1])
    all_files: int = Field(description="The number of all files.", examples=[2])
    passages: int = Field(description="The number of passages that went through the model.", examples=[40])
    share: float = Field(ge=0, le=1, description="The share of the work that is done.", examples=[0.5])
    waiting: bool = Field(description="Whether it waits for another change to end.", examples=[False])
    page: int = Field(description="The page that is being recognised by OCR; 0 if none is.", examples=[0])
    pages: int = Field(description="The number of pages of that file; 0 if unknown.", examples=[0])


class Done(BaseModel):
    """The end of adding."""

    event: Literal["result"] = Field(default="result", examples=["result"])
    changes: ChangesMade


class Failed(BaseModel):
    """The end of adding, if it failed. What was stored before stays."""

    event: Literal["problem"] = Field(default="problem", examples=["problem"])
    problem: Problem


class Event(RootModel[Annotated[ProgressMade | Done | Failed, Field(discriminator="event")]]):
    """A line of the stream. The last one is the result or a problem."""


def adding(change: Callable[[ProgressCallback], ChangesMade]) -> StreamingResponse:
    """Change the library in the background, and return a response with a line for each event.

    :param change: takes the callback for its progress.
    """

    def work(send: Callable[[str], None]) -> str:
        try:
            return Done(changes=change(lambda now: send(_progress(now).model_dump_json()))).model_dump_json()
        except Refused as refused:
            return Failed(problem=refused.problem).model_dump_json(exclude_none=True)
        except QuothError as error:
            _LOG.warning("could not add: %s", error)
            # Whoever may change the library may know its folders.
            return Failed(problem=problem_of(error, in_full=True)).model_dump_json(exclude_none=True)
        except Exception as error:  # whatever it is, the last line says that it failed
            _LOG.exception("could not add")
            kind = "library-not-writable" if isinstance(error, OSError) else "failed"
            return Failed(problem=problem(kind)).model_dump_json(exclude_none=True)

    return streamed(work)


def _progress(now: Progress) -> ProgressMade:
    return ProgressMade(
        files=now.files, all_files=now.all_files, passages=now.passages,
        share=min(now.bytes / max(now.all_bytes, 1), 1.0), waiting=now.waiting, page=now.page, pages=now.pages,
    )  # fmt: skip
