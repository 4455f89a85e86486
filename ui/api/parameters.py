"""What requests hold."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from quoth.qa.filters import Filter
from quoth.qa.opening import MAX_QUESTION_CHARS
from quoth.ui.programs.operations import MAX_LISTED, MAX_PASSAGES

_MAX_PLACE = 2**53
"""The largest integer that every JSON parser reads exactly."""
_MAX_EARLIER, _MAX_SOURCES, _MAX_PATHS, _MAX_SENTENCE = 20, 1000, 1000, 20_000
_HAS_A_WORD: dict[str, Any] = {"pattern": r"[\p{L}\p{N}_]"}
"""Only described: a question without a word is refused with a sentence of its own (BadQuestion)."""
_Question = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS, json_schema_extra=_HAS_A_WORD)]


def _day(value: object) -> object:
    """Return a day that is written as YYYY-MM-DD.

    :raises ValueError: it is written in another way, which pydantic would accept, or there is no such day.
    """
    if value is None or isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("Use a date of the form YYYY-MM-DD")
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("There is no such day") from error


_Day = Annotated[dt.date | None, BeforeValidator(_day, json_schema_input_type=dt.date | None)]
Place = Annotated[int, Field(ge=0, le=_MAX_PLACE)]
Id = Annotated[int, Field(ge=1, le=_MAX_PLACE)]
Existing = Literal["refuse", "replace", "keep"]


class Filters(BaseModel):
    """Which articles are searched: those that meet all conditions."""

    model_config = ConfigDict(extra="forbid")

    author: str | None = Field(
        None, max_length=500, description="A part of the author's name, in any case.", examples=["Ann Lee"]
    )
    since: _Day = Field(
        None, description="The first day of publication. Articles without a date do not match.",
        examples=["2025-01-01"],
    )  # fmt: skip
    until: _Day = Field(
        None, description="The last day of publication. Articles without a date do not match.",
        examples=["2025-12-31"],
    )  # fmt: skip
    sources: list[str] = Field(
        [], max_length=_MAX_SOURCES, description="Sources of articles, or of files, as results name them.",
        examples=[["articles/ferry.md"]],
    )  # fmt: skip

    tags: list[str] = Field(
        [], max_length=100, description="Tags that the article has, all of them, in any case.", examples=[["harbour"]]
    )
    collection: str | None = Field(
        None, max_length=500, examples=["Timetables"],
        description="The collection, mailbox, feed or site that the article is in.",
    )  # fmt: skip

    def where(self) -> Filter:
        """Return the filter."""
        return Filter(
            frozenset(self.sources), self.author or None, self.since, self.until, frozenset(self.tags),
            self.collection or None,
        )  # fmt: skip


class Asked(Filters):
    """A question."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={"examples": [
            {"question": "How long does the crossing take?"},
            {
                "question": "And who wrote that?", "earlier": ["How long does the crossing take?"],
                "since": "2025-01-01", "min_confidence": 0.6,
            },
        ]},
    )  # fmt: skip

    question: str = Field(
        min_length=1, max_length=MAX_QUESTION_CHARS, description="A sentence or keywords, with at least one word.",
        examples=["How long does the crossing take?"], json_schema_extra=_HAS_A_WORD,
    )  # fmt: skip
    earlier: list[_Question] = Field(
        [], max_length=_MAX_EARLIER,
        description="The questions before it, oldest first, if it may refer to them.",
        examples=[["When does the ferry sail?"]],
    )  # fmt: skip
    min_confidence: float | None = Field(
        None, ge=0, le=1, examples=[0.4],
        description="The minimum confidence of an answer. By default that of the server, which is 0.4 unless it was "
        "started with another one.",
    )  # fmt: skip


class Retrieved(Filters):
    """A question whose passages are wanted."""

    question: str = Field(
        min_length=1, max_length=MAX_QUESTION_CHARS, description="A sentence or keywords, with at least one word.",
        examples=["How long does the crossing take?"], json_schema_extra=_HAS_A_WORD,
    )  # fmt: skip
    k: int = Field(5, ge=1, le=MAX_PASSAGES, description="The number of passages.", examples=[5])


class Searched(Filters):
    """Words that are searched for."""

    text: str = Field(
        min_length=1, max_length=MAX_QUESTION_CHARS, examples=["crossings"],
        description="Words, in any form and order; in quotation marks, exactly as written.",
        json_schema_extra=_HAS_A_WORD,
    )  # fmt: skip


class Sentence(BaseModel):
    """A sentence that is checked."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"sentence": "The ferry sails at ten."}]}
    )

    sentence: str = Field(
        min_length=1, max_length=_MAX_SENTENCE, description="The sentence, with at least one word.",
        json_schema_extra=_HAS_A_WORD,
    )  # fmt: skip


class Listed(BaseModel):
    """Which part of the list of articles is wanted."""

    model_config = ConfigDict(extra="forbid")

    skip: Place = Field(0, description="The number of articles to skip.", examples=[0])
    limit: int = Field(MAX_LISTED, ge=1, le=MAX_LISTED, description="The maximum number of articles.", examples=[100])


class Part(BaseModel):
    """Which part of a text is wanted, or marked."""

    model_config = ConfigDict(extra="forbid")

    start: Place = Field(0, description="The offset of the first character.", examples=[0])
    end: Place | None = Field(
        None, description="The offset after the last character. By default the end of the text.", examples=[200]
    )


class Marked(BaseModel):
    """Which characters are marked on a page."""

    model_config = ConfigDict(extra="forbid")

    start: Place = Field(0, description="The offset of the first character that is marked.", examples=[0])
    end: Place = Field(0, description="The offset after the last one. By default nothing is marked.", examples=[0])


class Uploaded(BaseModel):
    """A file that is uploaded."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        min_length=1, max_length=500, description="The file's name. Its ending tells the format.",
        examples=["ferry.md"],
    )  # fmt: skip
    existing: Existing = Field(
        "refuse", examples=["refuse"],
        description="What happens if a file of this name, with other content, was uploaded before: nothing (the "
        "response is 409), the new one replaces it, or both are kept.",
    )  # fmt: skip


class Paths(BaseModel):
    """Files and folders on the server's machine."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"paths": ["/srv/articles/2025"]}]}
    )

    paths: list[Annotated[str, Field(min_length=1, max_length=4096)]] = Field(
        min_length=1, max_length=_MAX_PATHS,
        description="Files and folders inside of folders that were added with `quoth add`.",
    )  # fmt: skip
