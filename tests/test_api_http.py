"""The HTTP API: quotes and their places, pages, problems, progress, and who may add what."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from quoth import (
    Library,
    LibraryBusy,
    LibraryClosed,
    LibraryDamaged,
    LibraryNotWritable,
    LibraryUnavailable,
    ModelUnavailable,
    NoArticles,
    QuothError,
    SettingsMismatch,
)
from quoth.ui.api.problems import problem_of
from quoth.ui.server.app import application
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.service import Settings
from tests.made import QUAY, write
from tests.server import ELSEWHERE, WORDS, client_of, filled, raw, request_for, running
from tests.words import WordEncoder

FERRY = (
    "---\nauthor: Ann Lee\ndate: 2025-05-03\ntags: [port, tide]\n---\n# The ferry\n\nThe ferry sails at nine.\n\n"
    "## Prices\n\nThe crossing takes fifty minutes and costs nine euros.\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    """A client of a library with three articles: odd characters, a PDF, and one with an author and a date.

    Tests may add further ones, if they say nothing of these three.
    """
    with Library(folder / "library", encoder=WordEncoder()) as library:
        filled(library, folder)
        (folder / "given").mkdir()
        write(folder / "given", "ferry.md", FERRY)
        library.add(folder / "given")
        with client_of(library) as client:
            client.base_url = "http://127.0.0.1/api/v1/"
            yield client


def quotes(found: Any) -> Iterator[dict[str, Any]]:
    """Yield everything in a result that quotes an article."""
    if isinstance(found, dict):
        if {"article", "text", "start"} <= found.keys():
            yield found
        found = list(found.values())
    if isinstance(found, list):
        for part in found:
            yield from quotes(part)


def told(response: Any) -> tuple[int, str]:
    """Return a problem's status and the last part of its type."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["title"]
    assert "Traceback" not in problem["detail"]
    return response.status_code, problem["type"].removeprefix("urn:quoth:problem:")


def events(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


def test_every_quote_is_its_slice_of_the_article(client: TestClient) -> None:
    results = [
        client.post("ask", json={"question": "What did the zebra say?"}),
        client.post("ask", json={"question": "When did the ferry carry its last passengers?"}),
        client.get("retrieve", params={"question": "zebra ferry", "k": 50}),
        client.get("search", params={"text": "ferry"}),
        client.post("verify", json={"sentence": "The zebra said :warning: 5:100:5"}),
        client.post("verify", json={"sentence": "The ferry sails at ten."}),
    ]  # fmt: skip
    found = [quote for result in results for quote in quotes(result.json())]
    assert len(found) > 8
    for quote in found:
        article = client.get(f"articles/{quote['article']}").json()
        assert quote["text"] == article["text"][quote["start"] : quote["end"]]
        for name in ("source", "title", "author", "published", "language", "url", "tags", "collection"):
            assert quote[name] == article[name]
        for mark in quote.get("highlights", ()):
            assert mark["text"] == article["text"][mark["start"] : mark["end"]]
    assert {quote["page"] for quote in found if quote["source"].endswith(".pdf")} == {1}
    assert ("Ann Lee", "2025-05-03", "Prices") in {(q["author"], q["published"], q.get("heading")) for q in found}


def test_a_follow_up_and_filters(client: TestClient) -> None:
    asked = {"question": "And when does it sail?", "earlier": ["How long does the crossing take?"]}
    answer = client.post("ask", json=asked | {"author": "ann lee", "since": "2025-05-03"}).json()
    assert answer["found"]
    assert answer["quotes"][0]["text"] == "The ferry sails at nine."
    assert answer["searched_for"] != "And when does it sail?"
    assert not client.post("ask", json=asked | {"min_confidence": 1}).json()["found"]
    assert told(client.post("ask", json=asked | {"until": "2025-05-02"})) == (409, "no-articles")
    (source,) = {quote["source"] for quote in answer["quotes"]}
    for route, words in (("retrieve", "question"), ("search", "text")):
        found = client.get(route, params={words: "ferry", "sources": [source, "other.txt"]}).json()
        assert {quote["source"] for quote in quotes(found)} == {source}
        found = client.get(route, params={words: "ferry", "tags": ["port", "Tide"]}).json()
        assert {(quote["source"], *quote["tags"]) for quote in quotes(found)} == {(source, "port", "tide")}


def test_a_sentence_that_is_not_there_is_compared_with_the_nearest(client: TestClient) -> None:
    exact = client.post("verify", json={"sentence": "The ferry sails at nine."}).json()
    assert (exact["verbatim"], exact["total"], exact["nearest"]) == (True, 1, None)
    sentence = "The ferry sails at ten."
    checked = client.post("verify", json={"sentence": sentence}).json()
    assert (checked["verbatim"], checked["places"]) == (False, [])
    (difference,) = checked["nearest"]["differences"]
    assert (difference["kind"], difference["given"], difference["there"]) == ("replaced", "ten", "nine")
    assert sentence[difference["given_start"] : difference["given_end"]] == "ten"
    assert FERRY[difference["start"] : difference["end"]] == "nine"


def test_articles_are_listed_in_parts(client: TestClient) -> None:
    first = client.get("articles", params={"limit": 2}).json()
    rest = client.get("articles", params={"skip": first["next"]}).json()
    assert (first["next"], rest["total"], rest["next"]) == (2, first["total"], None)
    assert len(first["articles"] + rest["articles"]) == first["total"]
    listed = [Path(article["source"]).name for article in first["articles"] + rest["articles"]][:3]
    assert listed == ["odd «ж».txt", "ferry.pdf", "ferry.md"]
    assert [article["pages"] for article in first["articles"]] == [0, 1]
    assert first["articles"][0]["characters"] == len(WORDS)


def test_a_part_of_a_text(client: TestClient) -> None:
    part = client.get("articles/1", params={"start": 7, "end": 16}).json()
    assert (part["text"], part["start"], part["end"], part["length"]) == ("The zebra", 7, 16, len(WORDS))
    beyond = client.get("articles/1", params={"start": 10**6, "end": 10**9}).json()
    assert (beyond["text"], beyond["start"], beyond["end"]) == ("", len(WORDS), len(WORDS))


def test_a_page_with_a_quote_marked(client: TestClient) -> None:
    plain = client.get("articles/2/pages/1")
    marked = client.get("articles/2/pages/1", params={"start": 0, "end": 12})
    assert [page.headers["content-type"] for page in (plain, marked)] == ["image/png"] * 2
    assert [page.content[:4] for page in (plain, marked)] == [b"\x89PNG"] * 2
    assert [page.headers["quoth-marked"] for page in (plain, marked)] == ["false", "true"]
    assert plain.content != marked.content
    for path in ("articles/2/pages/2", "articles/2/pages/0", "articles/1/pages/1"):
        assert told(client.get(path)) == (404, "no-page")


@pytest.mark.parametrize(
    ("method", "path", "sent", "kind"),
    [
        ("POST", "ask", {"question": "?!"}, (422, "bad-question")),
        ("POST", "ask", {"question": "Who?", "min_confidence": 2}, (422, "invalid-request")),
        ("POST", "ask", {"question": "Who?", "since": "3 May"}, (422, "invalid-request")),
        ("POST", "ask", {"question": "Who?", "since": "2025-02-30"}, (422, "invalid-request")),
        ("POST", "ask", {"question": "Who?", "autor": "Ann"}, (422, "invalid-request")),
        ("POST", "ask", {}, (422, "invalid-request")), ("POST", "verify", {"sentence": "…"}, (422, "bad-question")),
        ("GET", "retrieve?question=who&k=51", None, (422, "invalid-request")),
        ("GET", "retrieve?question=who&sinse=2025-01-01", None, (422, "invalid-request")),
        ("GET", "search?text=the", None, (422, "bad-question")),
        ("GET", "articles/99", None, (404, "unknown-article")),
        ("DELETE", "articles/99", None, (404, "unknown-article")),
        ("GET", "articles/99/pages/1", None, (404, "unknown-article")), ("GET", "nothing", None, (404, "not-found")),
        ("GET", "articles/x", None, (404, "not-found")), ("GET", "articles/%31", None, (404, "not-found")),
        ("PUT", "articles/1", {}, (405, "method-not-allowed")), ("GET", "ask", None, (405, "method-not-allowed")),
    ],
)  # fmt: skip
def test_problems(client: TestClient, method: str, path: str, sent: Any, kind: tuple[int, str]) -> None:
    response = client.request(method, path, json=sent)
    assert told(response) == kind
    if kind[0] == 405:
        assert response.headers["allow"] == {"articles/1": "GET, DELETE", "ask": "POST"}[path]


def test_a_problem_names_the_wrong_fields(client: TestClient) -> None:
    sent = {"question": 5, "earlier": ["Who?", None], "since": "3 May", "min_confidence": "0.5"}
    problem = client.post("ask", json=sent).json()
    assert {(each["where"], each["field"]) for each in problem["errors"]} == {
        ("body", "question"), ("body", "earlier/1"), ("body", "since"), ("body", "min_confidence"),
    }  # fmt: skip
    assert "since: Use a date of the form YYYY-MM-DD" in problem["detail"]
    assert told(client.post("ask", content=b"{", headers={"Content-Type": "application/json"})) == (400, "bad-request")
    assert told(client.post("ask", content=b"[" * 10**5, headers={"Content-Type": "application/json"})) in (
        (400, "bad-request"), (422, "invalid-request"),
    )  # fmt: skip
    assert told(client.post("ask", json={"question": "x" * 2**20})) == (413, "too-large")


def test_the_guard_s_problems(client: TestClient) -> None:
    assert told(client.get("status", headers={"Host": "evil.example"})) == (403, "unknown-host")
    assert told(client.get("status", headers={"Origin": "https://evil.example"})) == (403, "cross-site")
    assert told(client.get("status", headers={"Sec-Fetch-Site": "cross-site"})) == (403, "cross-site")


def test_results_are_data_that_nobody_keeps_and_no_browser_runs(client: TestClient) -> None:
    for path in ("status", "articles/1", "articles/2/pages/1", "openapi.json", "nothing"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "script-src 'self'" in client.get("docs").headers["content-security-policy"]


def test_long_results_are_compressed_and_progress_is_not(client: TestClient) -> None:
    assert client.get("articles").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.post("articles", params={"name": "a.exe"}, content=b"MZ").headers


def test_readers_change_nothing(library: Library, tmp_path: Path) -> None:
    filled(library, tmp_path)
    changes = [
        ("POST", "articles?name=a.txt"), ("POST", "articles/paths"), ("DELETE", "articles/1"), ("PUT", "articles/1"),
    ]  # fmt: skip
    for rules, sender in ((Rules(read_only=True), ("127.0.0.1", 1)), (Rules(), ELSEWHERE)):
        with client_of(library, rules, client=sender) as visitor:
            for method, path in changes:
                assert told(visitor.request(method, f"/api/v1/{path}", json={})) == (403, "read-only")
            assert visitor.get("/api/v1/articles").json()["total"] == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LibraryBusy, 503), (LibraryUnavailable, 503), (LibraryClosed, 503), (LibraryNotWritable, 503),
        (ModelUnavailable, 503), (LibraryDamaged, 500), (SettingsMismatch, 500), (NoArticles, 409), (QuothError, 500),
    ],
)  # fmt: skip
def test_a_problem_names_no_folder(error: type[QuothError], status: int) -> None:
    problem = problem_of(error("The library in /home/ann/secret is in trouble."))
    assert problem.status == status
    assert "secret" not in problem.model_dump_json()


def test_a_library_that_cannot_be_read(library: Library, tmp_path: Path) -> None:
    filled(library, tmp_path)
    database = library.folder / "library.sqlite"
    with client_of(library) as client:
        away = database.rename(database.with_name("away"))
        for path in ("status", "articles/1", "retrieve?question=ferry"):
            response = client.get(f"/api/v1/{path}")
            assert told(response) == (503, "library-unavailable")
            assert response.headers["retry-after"] == "30"
            assert str(library.folder) not in response.text
        away.rename(database)
        assert client.get("/api/v1/status").status_code == 200


def test_an_unforeseen_error_tells_nothing(tmp_path: Path) -> None:
    class Broken(WordEncoder):
        def encode(self, texts: Any) -> Any:
            raise RuntimeError("/home/ann/secret")

    with Library(tmp_path / "library", encoder=WordEncoder()) as whole:
        whole.add(write(tmp_path, "ferry.md", FERRY))
    with Library(tmp_path / "library", encoder=Broken()) as library:
        app, _ = application(library, Settings(min_confidence=0), Rules())
        client = TestClient(app, "http://127.0.0.1", client=("127.0.0.1", 1), raise_server_exceptions=False)
        response = client.post("/api/v1/ask", json={"question": "When does the ferry sail?"})
        assert told(response) == (500, "failed")
        assert "secret" not in response.text


def total(client: TestClient) -> int:
    return int(client.get("articles").json()["total"])


def test_an_upload_streams_its_progress(client: TestClient) -> None:
    *progress, last = events(client.post("articles", params={"name": "quay.txt"}, content=QUAY))
    assert {event["event"] for event in progress} == {"progress"}
    assert [event["share"] for event in progress] == sorted(event["share"] for event in progress)
    assert (last["event"], last["changes"]["embedded"]) == ("result", 1)
    (source,) = last["changes"]["added"]
    assert source.endswith("quay.txt")
    (found,) = client.get("search", params={"text": "quay"}).json()["articles"]
    assert found["source"] == source
    assert client.delete(f"articles/{found['article']}").json()["removed"] == [source]
    assert told(client.get(f"articles/{found['article']}")) == (404, "unknown-article")
    assert client.get("search", params={"text": "quay"}).json()["total"] == 0


def test_an_upload_whose_name_is_taken(client: TestClient) -> None:
    def add(text: str, **options: str) -> Any:
        return client.post("articles", params={"name": "lamp.txt", **options}, content=text)

    def texts() -> list[str]:
        articles = client.get("articles").json()["articles"]
        ids = [article["article"] for article in articles if "lamp" in article["source"]]
        return [client.get(f"articles/{id_}").json()["text"] for id_ in ids]

    assert events(add("The lamp is old."))[-1]["changes"]["added"]
    assert events(add("The lamp is old."))[-1]["changes"]["unchanged"]
    assert told(add("The lamp is new.")) == (409, "name-taken")
    assert texts() == ["The lamp is old."]
    assert events(add("The lamp is new.", existing="replace"))[-1]["changes"]["changed"]
    assert texts() == ["The lamp is new."]
    assert events(add("The lamp is lit.", existing="keep"))[-1]["changes"]["added"][0].endswith("lamp-2.txt")
    assert texts() == ["The lamp is new.", "The lamp is lit."]


def test_an_upload_that_cannot_be_stored_ends_with_a_problem(client: TestClient, folder: Path) -> None:
    added = folder / "library" / "added"
    kept = added.rename(added.with_name("kept"))
    added.write_text("a file where the folder should be", "utf-8")
    try:
        *_, last = events(client.post("/articles?name=quay.txt", content=b"The quay was closed in May."))
    finally:
        added.unlink()
        kept.rename(added)
    assert (last["event"], last["problem"]["type"]) == ("problem", "urn:quoth:problem:library-not-writable")


def test_uploads_that_are_no_articles(client: TestClient) -> None:
    before = total(client)
    changes = events(client.post("articles", params={"name": "a.exe"}, content=b"MZ\0\0"))[-1]["changes"]
    assert changes["rejected"][0]["reason"]
    assert told(client.post("articles", params={"name": "a.txt"})) == (400, "bad-request")
    assert told(client.post("articles", content=QUAY)) == (422, "invalid-request")
    sent = client.post("articles", params={"name": "a.txt"}, content=iter([b"x"]))
    assert told(sent) == (411, "length-required")
    large = {"Content-Length": str(51 * 2**20)}
    assert told(client.post("articles", params={"name": "a.txt"}, content=b"x", headers=large)) == (413, "too-large")
    assert total(client) == before


def test_paths_only_inside_of_known_folders(client: TestClient, folder: Path) -> None:
    before, given, near = total(client), folder / "given", folder / "given-not"
    near.mkdir()
    write(near, "secret.txt", "The secret is kept.")
    (given / "out").symlink_to(folder)
    for path in (
        str(near / "secret.txt"), str(given / "out" / "given-not" / "secret.txt"), str(given / ".." / "given-not"),
        "given\0", str(folder / "absent.txt"), "/etc/passwd",
    ):  # fmt: skip
        refused = client.post("articles/paths", json={"paths": [str(given), path]})
        assert told(refused) == (403, "refused-path")
    assert total(client) == before
    write(given, "tide.txt", "The tide is high at noon.")
    last = events(client.post("articles/paths", json={"paths": [str(given / "tide.txt")]}))[-1]
    assert last["changes"]["added"] == [str(given / "tide.txt")]
    last = events(client.post("articles/paths", json={"paths": [str(given / "absent.txt")]}))[-1]
    assert (last["event"], last["problem"]["status"]) == ("problem", 409)
    assert "absent.txt" in last["problem"]["detail"]


class Waiting(WordEncoder):
    """Encodes only once it is allowed to."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    def encode(self, texts: Any) -> Any:
        assert self.may.wait(60)
        return super().encode(texts)


def test_adding_goes_on_when_the_client_goes_away(tmp_path: Path) -> None:
    encoder = Waiting()
    with Library(tmp_path / "library", encoder=encoder) as library, running(library, Rules()) as port:
        head = request_for("/api/v1/articles?name=quay.txt", f"Content-Length: {len(QUAY)}", method="POST")
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall((head + QUAY).encode())
            answer = b""
            while b'"progress"' not in answer:
                answer += connection.recv(4096)
        assert not library.articles()  # the client is gone, and nothing is embedded yet
        assert raw(port, request_for("/api/v1/status"))[0] == 200
        encoder.may.set()
        for thread in threading.enumerate():
            if thread.name == "quoth-change":
                thread.join(60)
        assert [article.text for article in library.articles()] == [QUAY]
        assert (library.folder / "added" / "quay.txt").read_text() == QUAY
