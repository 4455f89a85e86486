"""What the server sends: files and texts, conversations, errors, addresses behind a proxy, compression."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from quoth import Library
from quoth.ui.server.app import CannotServe, listen
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.origins import Trust
from tests.server import WORDS, client_of, filled, send


@pytest.fixture
def odd(library: Library, tmp_path: Path) -> Library:
    return filled(library, tmp_path)


def test_a_download_is_the_original_file_and_the_text_remains_without_it(odd: Library, tmp_path: Path) -> None:
    with client_of(odd) as client:
        for article in odd.articles():
            saved = client.get(f"/article/{article.id}/file")
            assert hashlib.sha256(saved.content).hexdigest() == article.digest
            assert saved.headers["content-type"] == "application/octet-stream"
            assert (
                saved.headers["content-disposition"]
                == f"attachment; filename*=utf-8''{quote(Path(article.source).name, safe='')}"
            )
            text = client.get(f"/article/{article.id}/text")
            assert text.content == article.text.encode()
        assert odd.articles()[0].text == WORDS
        (tmp_path / "odd «ж».txt").write_text("Something else.", "utf-8")
        (tmp_path / "ferry.pdf").unlink()
        for article in odd.articles():
            assert client.get(f"/article/{article.id}/file").status_code == 404
            assert client.get(f"/article/{article.id}/text").content == article.text.encode()
        assert client.get("/article/99/text").status_code == 404


def test_the_api_returns_an_article_letter_for_letter(odd: Library) -> None:
    with client_of(odd) as client:
        answer = client.post("/gradio_api/run/article", json={"data": [odd.articles()[0].source, 0, 500]}).json()
        assert json.loads(answer["data"][0])["text"] == WORDS


def test_the_api_retrieves_and_searches(odd: Library) -> None:
    with client_of(odd) as client:

        def call(tool: str, *arguments: Any) -> Any:
            answer = client.post(f"/gradio_api/run/{tool}", json={"data": arguments}).json()
            return json.loads(answer["data"][0])

        assert len(call("retrieve", "What did the zebra say?", 2)) == 2
        matches = call("search", "zebras")
        ((passage,), total) = matches["articles"][0]["passages"], matches["total"]
        assert (total, passage["highlights"]) == (1, ["zebra"])
        assert matches["articles"][0]["source"] == odd.articles()[0].source
        assert call("search", '"zebras"') == {"total": 0, "articles": []}


def test_visitors_do_not_see_each_other_s_conversations(odd: Library) -> None:
    zebra, ferry = "What did the zebra say?", "When did the ferry carry its last passengers?"
    ann, bob, eve = "ann" * 6, "bob" * 6, "eve" * 6
    with client_of(odd) as client:
        send(client, "talk", ann, questions=[zebra])
        assert zebra not in send(client, "talk", bob, questions=[ferry])["html"]
        asked = {ann: [zebra], bob: [ferry], eve: []}
        made = {who: send(client, "export", who, format="html", questions=q)["content"] for who, q in asked.items()}
        exported = {who: base64.b64decode(content).decode() for who, content in made.items()}
        assert {who: (zebra in text, ferry in text) for who, text in exported.items()} == {
            ann: (True, False), bob: (False, True), eve: (False, False),
        }  # fmt: skip
        send(client, "act", ann, do="remove", article=1)
        send(client, "act", bob, do="undo")
        assert len(odd.articles()) == 1  # only ann can undo her removal
        send(client, "act", ann, do="undo")
        assert len(odd.articles()) == 2


def test_a_lone_surrogate_in_a_question_is_not_an_error(odd: Library) -> None:
    with client_of(odd) as client:
        body = '{"visit": "ssssssssssssssssssss", "questions": ["What did the \\ud800 zebra say?"]}'
        answer = client.post("/page/talk", content=body, headers={"Content-Type": "application/json"})
        assert "zebra" in answer.json()["html"]


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("talk", {"visit": "short", "questions": []}), ("talk", {}), ("source", {"visit": "s" * 20, "article": "x"}),
        ("source", {"visit": "s" * 20, "article": -1}), ("basket", {"format": "exe", "items": []}),
        ("basket", {"format": "html", "items": [{"text": 1}]}), ("take", {"visit": "s" * 20, "files": [1]}),
        ("judge", {"visit": "s" * 20, "questions": ["Who?"], "turn": 0, "right": False}),
        ("export", {"visit": "s" * 20, "questions": [], "format": "exe"}),
    ],
)  # fmt: skip
def test_malformed_requests_are_rejected(odd: Library, what: str, given: dict[str, Any]) -> None:
    with client_of(odd) as client:
        assert client.post(f"/page/{what}", json=given).status_code == 422
        assert client.get(f"/page/{what}").status_code == 405
        assert client.post("/page/anything", json={}).status_code == 404


def test_the_page_s_address_behind_a_proxy(odd: Library) -> None:
    with client_of(odd, Rules(Trust(frozenset({"quoth.example"}), proxy=True)), root_path="/quoth") as client:
        headers = {"X-Forwarded-Host": "quoth.example", "X-Forwarded-Proto": "https", "Origin": "https://quoth.example"}
        assert client.get("/config", headers=headers).json()["root"] == "https://quoth.example/quoth"
        assert client.get("/config", headers=headers | {"X-Forwarded-Host": "evil.example"}).status_code == 403
    with client_of(odd) as client:  # an untrusted proxy is ignored
        assert (
            client.get(
                "/config", headers={"X-Forwarded-Host": "evil.example", "X-Gradio-Server": "http://evil.example"}
            ).json()["root"]
            == "http://127.0.0.1"
        )


def test_a_port_in_use_is_reported(odd: Library) -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(CannotServe, match="--port"):
        listen("127.0.0.1", listener.getsockname()[1])


def test_long_answers_are_compressed_and_progress_is_not(odd: Library) -> None:
    with client_of(odd) as client:
        begun = client.post("/page/begin", json={})
        assert begun.headers["content-encoding"] == "gzip"
        assert "quoth-list" in begun.json()
        assert "content-encoding" not in client.post("/page/begin", json={}, headers={"Accept-Encoding": ""}).headers
        changed = client.post("/page/act", json={"visit": "s" * 20, "do": "update"})
        assert "content-encoding" not in changed.headers
        assert changed.headers["x-accel-buffering"] == "no"


def test_a_change_that_fails_ends_with_a_sentence_and_is_logged(
    odd: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(odd, "remove_articles", full)
    with client_of(odd) as client:
        remove = {"visit": "s" * 20, "do": "remove", "article": odd.articles()[0].id}
        lines = client.post("/page/act", json=remove, headers={"Accept-Language": "de"}).text.splitlines()
    assert "Auf dem Server ging etwas schief." in json.loads(lines[-1])["said"]
    assert "No space left on device" in caplog.text
