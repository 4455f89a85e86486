"""What assistants can do by the Model Context Protocol, in both of its versions."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from quoth import Library, NoArticles
from quoth.ui.mcp.server import assistants_server
from quoth.ui.programs.operations import Operations
from tests.assistant import MODES, READING, call, server_of, talk
from tests.made import FERRY, pdf, write
from tests.server import WORDS
from tests.words import WordEncoder

SAILS, TAKES = "The ferry to Norderney sails at nine.", "The crossing takes fifty minutes."
both = pytest.mark.parametrize("mode", MODES)


@pytest.fixture
def ferry(library: Library, tmp_path: Path) -> Library:
    write(tmp_path, "ferry.md", f"---\nauthor: Ann Lee\ntags: [harbour]\n---\n# The ferry\n\n{SAILS} {TAKES}\n")
    write(tmp_path, "odd.txt", WORDS.encode())
    library.add([tmp_path / "ferry.md", tmp_path / "odd.txt"])
    return library


@both
def test_the_tools_and_what_they_are_said_to_do(ferry: Library, mode: str) -> None:
    async def tools(client: Client) -> Any:
        return (await client.list_tools()).tools

    reading = talk(server_of(ferry), tools, mode)
    assert [tool.name for tool in reading] == READING
    for tool in reading:
        hints = tool.annotations
        assert (hints.read_only_hint, hints.idempotent_hint, hints.open_world_hint) == (True, True, False)
    *others, add, remove = talk(server_of(ferry, allow_changes=True), tools, mode)
    assert [*others, add.name, remove.name] == [*reading, "add", "remove"]
    assert all((t.annotations.read_only_hint, t.annotations.destructive_hint) == (False, True) for t in (add, remove))
    for tool in (*reading, add, remove):
        assert tool.title
        assert tool.description
        assert tool.output_schema["type"] == "object"
        assert all(each["description"] for each in tool.input_schema["properties"].values())


@both
def test_a_question_is_answered_with_quotes(ferry: Library, mode: str) -> None:
    failed, texts, answer = call(server_of(ferry), "ask", mode, question="How long does the crossing take?")
    assert (failed, answer["found"], answer["quotes"][0]["text"]) == (False, True, TAKES)
    quote = answer["quotes"][0]
    article = ferry.article(quote["article"])
    assert article is not None
    assert article.text[quote["start"] : quote["end"]] == quote["text"]
    assert [json.loads(text) for text in texts] == [answer]  # for clients without structured content
    _, _, later = call(server_of(ferry), "ask", mode, question="And when does it sail?", earlier=[answer["question"]])
    assert later["quotes"][0]["text"] == SAILS


def test_passages_and_mentions(ferry: Library) -> None:
    server = server_of(ferry)
    _, _, found = call(server, "retrieve", question="the crossing", k=1)
    assert [TAKES in passage["text"] for passage in found["passages"]] == [True]
    _, _, found = call(server, "find", text="ferry", most=1)
    assert [len(article["passages"]) for article in found["articles"]] == [1]
    _, _, none = call(server, "find", text="ferry", author="Bo")
    assert none is None
    assert call(server, "find", text="ferry", author="ann lee", tags=["harbour"])[2]["total"] == found["total"]


@both
def test_search_and_fetch_have_the_form_of_connectors(ferry: Library, mode: str) -> None:
    _, (text,), found = call(server_of(ferry), "search", mode, query="When does the ferry sail?")
    assert json.loads(text) == found
    first = found["results"][0]
    assert first == {"id": "1", "title": "The ferry", "url": "quoth://article/1"}
    _, (text,), fetched = call(server_of(ferry), "fetch", mode, id=first["id"])
    assert json.loads(text) == fetched
    article = ferry.article(1)
    assert article is not None
    assert fetched == {
        **first, "text": article.text,
        "metadata": {"source": article.source, "author": "Ann Lee", "tags": "harbour", "article": "1"},
    }  # fmt: skip


def test_a_long_article_is_fetched_in_parts(library: Library, tmp_path: Path) -> None:
    lines = [f"The lamp of pier {number} burns all night." for number in range(1000)]
    text = "\n\n".join(lines)  # 40,000 characters
    write(tmp_path, "piers.txt", text.encode())
    library.add(tmp_path / "piers.txt")
    server = server_of(library)
    _, _, found = call(server, "search", query="the lamp of pier 612")
    _, _, part = call(server, "fetch", id=found["results"][0]["id"])
    assert lines[612] in part["text"]
    assert text.count(part["text"]) == 1
    parts, at = [], "1"
    while at:
        _, _, part = call(server, "fetch", id=at)
        parts.append(part["text"])
        at = part["metadata"].get("after")
    assert "".join(parts) == text
    assert max(map(len, parts)) == 20_000


@both
def test_a_quote_is_checked_letter_for_letter(ferry: Library, mode: str) -> None:
    server = server_of(ferry)
    _, (words, _), checked = call(server, "verify_quote", mode, sentence=TAKES)
    assert (checked["verbatim"], checked["total"]) == (True, 1)
    assert words.startswith("Yes: these words are in the articles letter for letter, once:\n- The ferry (article 1, ")
    _, (words, _), checked = call(server, "verify_quote", mode, sentence="The crossing takes sixty minutes.")
    assert (checked["verbatim"], checked["nearest"]["text"]) == (False, TAKES)
    (difference,) = checked["nearest"]["differences"]
    assert (difference["kind"], difference["given"], difference["there"]) == ("replaced", "sixty", "fifty")
    assert words.splitlines()[1:] == [TAKES, "- the article has “fifty”, not “sixty”"]
    _, (words, _), checked = call(server, "verify_quote", mode, sentence="Penguins swim well.")
    assert (checked["verbatim"], checked["nearest"]) == (False, None)
    assert "Do not quote them" in words


def test_the_page_of_a_quote_is_a_picture(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "ferry.pdf", pdf([[(40, 500, FERRY)]], title="The ferry"))
    library.add(tmp_path / "ferry.pdf")

    async def page(client: Client) -> Any:
        quote = (await client.call_tool("ask", {"question": "Who did the ferry carry?"})).structured_content["quotes"][
            0
        ]
        place = {name: quote[name] for name in ("article", "start", "end")}
        return await client.call_tool("page", place)

    shown = talk(server_of(library), page)
    picture, _ = shown.content
    assert (picture.type, picture.mime_type) == ("image", "image/png")
    assert base64.b64decode(picture.data).startswith(b"\x89PNG")
    assert (shown.structured_content["page"], shown.structured_content["marked"]) == (1, True)
    assert "png" not in shown.structured_content


@both
@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("ask", {"question": "?!"}, "The question has no word in it."),
        ("ask", {"question": "crossing", "since": "May"}, "'May' is not a day. Write it as 2025-10-31."),
        ("retrieve", {"question": "crossing", "author": "Bo"}, "No article matches these filters."),
        ("fetch", {"id": "99"}, "The library holds no article with the id 99."),
        ("fetch", {"id": "../etc/passwd"}, "'../etc/passwd' is no id."),
        ("page", {"article": 1}, "Article 1 has no such page"),
        ("verify_quote", {"sentence": "…"}, "The sentence has no word in it."),
        ("ask", {}, "Field required"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    ferry: Library, mode: str, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    failed, (said,), content = call(server_of(ferry), tool, mode, **arguments)
    assert (failed, content) == (True, None)
    assert sentence in said


@both
def test_articles_are_resources(ferry: Library, tmp_path: Path, mode: str) -> None:
    rows = [json.dumps({"text": f"Harbour {number} opened.", "title": f"Harbour {number}"}) for number in range(120)]
    write(tmp_path, "harbours.jsonl", "\n".join(rows).encode())
    ferry.add(tmp_path / "harbours.jsonl")

    async def read(client: Client) -> None:
        first = await client.list_resources()
        second = await client.list_resources(cursor=first.next_cursor)
        listed = [*first.resources, *second.resources]
        assert (len(first.resources), second.next_cursor) == (100, None)
        assert [each.name for each in listed] == [article.source for article in ferry.articles()]
        for each, article in zip(listed[:3], ferry.articles()[:3], strict=True):
            (content,) = (await client.read_resource(each.uri)).contents
            assert (content.text, content.mime_type) == (article.text, "text/plain")
        for uri in ("quoth://article/999", "quoth://article/one", "quoth://article/9999999999999999999", "quoth://x"):
            with pytest.raises(MCPError, match=r"no article|Unknown resource"):
                await client.read_resource(uri)
        with pytest.raises(MCPError, match="no cursor of this list"):
            await client.list_resources(cursor="x")
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "quoth://article/{article}"

    talk(server_of(ferry), read, mode)


def test_articles_are_added_and_removed_if_that_is_allowed(library: Library, tmp_path: Path) -> None:
    server = server_of(library, allow_changes=True)
    file = tmp_path / "ferry.txt"
    write(tmp_path, "ferry.txt", SAILS.encode())
    assert call(server, "add", paths=["ferry.txt"])[1] == [
        "'ferry.txt' is not an absolute path. Give the whole path, from the root."
    ]
    assert call(server, "add", paths=[str(file)])[2]["added"] == [str(file)]
    assert call(server, "status")[2]["articles"] == 1
    assert call(server, "remove", articles=[1])[2]["removed"] == [str(file)]
    assert call(server, "articles")[2]["total"] == 0
    assert file.exists()
    assert "no articles yet" in call(server, "ask", question="When does it sail?")[1][0]
    assert call(server_of(library), "remove", articles=[1])[1] == ["Unknown tool: remove"]


def test_a_library_that_appears_changes_or_is_damaged_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    opened: list[Library] = []

    def operations(create: bool) -> Operations:
        if not opened:
            if not (folder / "library.sqlite").exists():
                raise NoArticles("There is no library.")
            opened.append(Library(folder, encoder=WordEncoder()))
        return Operations(opened[0], 0, None)

    async def work(client: Client) -> None:
        async def said() -> str:
            result = await client.call_tool("ask", {"question": "When does the ferry sail?"})
            return result.content[0].text if result.is_error else result.structured_content["quotes"][0]["text"]

        assert await said() == "There is no library."
        with pytest.raises(MCPError, match="There is no library"):
            await client.list_resources()
        write(tmp_path, "ferry.txt", SAILS.encode())
        with Library(folder, encoder=WordEncoder()) as other:
            other.add(tmp_path / "ferry.txt")
            assert await said() == SAILS
            write(tmp_path, "ferry.txt", SAILS.replace("nine", "ten").encode())
            other.add(tmp_path / "ferry.txt")
            assert await said() == SAILS.replace("nine", "ten")
        opened.pop().close()
        (folder / "library.sqlite").write_bytes(b"no database" * 1000)
        assert "damaged" in await said()

    talk(assistants_server(operations, allow_changes=False), work)


def test_wrong_arguments_are_told_in_a_sentence(ferry: Library) -> None:
    server = server_of(ferry, allow_changes=True)
    for tool, arguments, said in (
        ("retrieve", {"question": "ferry", "k": 500}, "Wrong arguments of retrieve: k: Input should be less than or "
                                                      "equal to 50."),
        ("ask", {}, "Wrong arguments of ask: question: Field required."),
        ("ask", {"question": "ferry", "bogus": 1}, "ask has no argument 'bogus'."),
        ("ask", {"question": "ferry", "earlier": ["ferry"] * 21}, "Wrong arguments of ask: earlier: Tuple should have "
                                                                  "at most 20 items after validation, not 21."),
        ("remove", {"articles": [10**30]}, "Wrong arguments of remove: articles.0: Input should be less than or equal "
                                           "to 9007199254740992."),
    ):  # fmt: skip
        assert call(server, tool, **arguments) == (True, [said], None)
