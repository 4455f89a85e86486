"""The results of tools that only assistants have, and how every result is written for one."""

from __future__ import annotations

from base64 import b64encode

from mcp.types import CallToolResult, ImageContent, TextContent
from pydantic import BaseModel, Field

from quoth.ui.programs.schemas import ArticleNamed, PageImage, PassageFound, QuoteChecked, QuoteDifference


class PassagesFound(BaseModel):
    """Passages that fit a question."""

    passages: list[PassageFound] = Field(description="The passages, best first.")


class SearchResult(BaseModel):
    """An article that may hold what was searched for."""

    id: str = Field(description="What fetch takes.", examples=["12"])
    title: str = Field(description="The article's title, or its file's name.", examples=["The ferry"])
    url: str = Field(description="The article's address, to be cited.", examples=["https://example.org/ferry"])


class SearchResults(BaseModel):
    """Articles, best first."""

    results: list[SearchResult] = Field(description="The articles, best first.")


class Document(SearchResult):
    """An article's text, or a part of a long one, letter for letter."""

    text: str = Field(description="The text, letter for letter.", examples=["The crossing takes fifty minutes."])
    metadata: dict[str, str] = Field(
        description="What is known of the article: source, author, published, language, tags, collection. For a part "
        "of a long article also which characters it holds, and the ids of the parts before and after it.",
    )


class PageShown(ArticleNamed):
    """A page that is shown as a picture."""

    page: int = Field(description="The page, counted from 1.", examples=[1])
    page_label: str = Field(description="The page's number as it is printed.", examples=["1"])
    marked: bool = Field(description="Whether the words are marked in the picture.", examples=[True])


def result_of(value: BaseModel, *before: TextContent | ImageContent) -> CallToolResult:
    """Return a value as a tool's result: as structured content, and as JSON in a text.

    :param before: content that the model reads first.
    """
    return CallToolResult(
        content=[*before, TextContent(text=value.model_dump_json())], structured_content=value.model_dump(mode="json")
    )


def failed(message: str) -> CallToolResult:
    """Return an error that the model can read and act on."""
    return CallToolResult(content=[TextContent(text=message)], is_error=True)


def page_shown(page: PageImage) -> CallToolResult:
    shown = PageShown(**page.model_dump(exclude={"png"}))
    return result_of(shown, ImageContent(data=b64encode(page.png).decode(), mime_type="image/png"))


def quote_checked(checked: QuoteChecked) -> CallToolResult:
    return result_of(checked, TextContent(text=_in_words(checked)))


def _in_words(checked: QuoteChecked) -> str:
    """Return the result of a check as sentences."""
    where = "\n".join(
        f"- {place.title} (article {place.article}, characters {place.start} to {place.end}"
        f"{'' if place.page_label is None else f', page {place.page_label}'})"
        f"{'' if checked.verbatim else f': {place.text}'}"
        f"{'' if place.file == 'same' else ' – its file has changed or is gone since it was read'}"
        for place in checked.places
    )
    if checked.verbatim:
        return f"Yes: these words are in the articles letter for letter, {_times(checked.total)}:\n{where}"
    if checked.places:
        return f"Not letter for letter. Only white space, quotation marks or dashes differ:\n{where}"
    nearest = checked.nearest
    if nearest is None:
        return "No: these words are not in the articles, and no sentence is similar. Do not quote them."
    return "\n".join([
        "No: these words are not in the articles. Do not quote them. The nearest words are in "
        f"{nearest.title} (article {nearest.article}, characters {nearest.start} to {nearest.end}):",
        nearest.text,
        *("- " + _difference(each) for each in nearest.differences),
    ])  # fmt: skip


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _difference(difference: QuoteDifference) -> str:
    if difference.kind == "missing":
        return f"the article also has “{difference.there}”"
    if difference.kind == "added":
        return f"the article does not have “{difference.given}”"
    return f"the article has “{difference.there}”, not “{difference.given}”"
