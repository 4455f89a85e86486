"""Every output has the article's characters unchanged, for texts that are easily damaged."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from quoth import Answer, Article, Library, Passage, Quote, ask
from quoth.ui.citations import marked
from quoth.ui.cli.console import put
from quoth.ui.cli.format import answer_pieces, as_json_text
from quoth.ui.cli.styled import letters
from quoth.ui.escape import in_html, in_markdown, on_terminal
from quoth.ui.exports import conversation as export
from quoth.ui.page.answers import answer_html
from quoth.ui.page.source import source_html
from quoth.ui.server.tools import Tools
from tests.proof import Proof

HOSTILE = [
    "one\r\ntwo\rthree\nfour", "a\x0bb\x0cc\x85d\u2028e\u2029f", "a\tb\t\tc", "one  \n  two\n    three",
    "one\n\ntwo\n\n\nthree\n \nfour", ":warning: and 5:100:5 and :+1:", "&amp; &lt;b&gt; &#65; AT&T &copy",
    "<b>bold</b><script>alert(1)</script><!-- x -->", "left \u202egnol\u202c right \u200f \u2066x\u2069",
    "e" + "\u0301" * 50 + " zalgo", "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J",
    "1. one\n2) two\n- three\n+ four\n* five\n# six\n> seven", "head\n===\nhead\n---\n***\n___",
    "```\ncode\n```\n~~~\n`x`", "[a](javascript:alert(1)) ![b](http://127.0.0.1/x.png) <http://x.y>",
    "[a]: http://x.y\n[a]", "| a | b |\n|---|---|\n| 1 | 2 |", "back\\slash\\\nend\\",
    "$x^2$ ${1+1} {{value}} {\"path\": \"/etc/passwd\"}", "“quoted” 'single' \"double\"", "~~gone~~ __init__ *x*",
    "# heading #", "12345678901. long\n1\\. escaped", "\ufeffmark inside\ufeff here", "日本語\u3000全角", "شكرا\u200f!",
]  # fmt: skip
LETTERS = st.one_of(
    st.text(
        st.sampled_from("ab \n\n\t\r\\`*_[]<>#+-=.!)(1|~$&;:\x0b\x0c\x85\u2028\x1c\u00a0'\""), min_size=1, max_size=40
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
)
QUOTES = LETTERS.map(str.strip).filter(bool)  # a quote begins and ends with a word's letters


def quoted(text: str) -> Answer:
    article = Article(1, "a.txt", None, None, None, "", text)
    passage = Passage(1, 1, 0, len(text), text)
    return Answer("What?", "What?", True, 0.9, (Quote(text, 0, len(text), article, passage, 1.0),))


def from_markdown(markdown: str) -> str:
    """The text of the first block quote for a reader of CommonMark; its last paragraph names the source."""
    paragraphs: list[list[Token]] = []
    depth = 0
    for token in MarkdownIt().parse(markdown):
        depth += token.nesting if token.type.startswith("blockquote") else 0
        if token.type == "inline" and depth:
            paragraphs.append(token.children or [])
    assert {child.type for words in paragraphs[:-1] for child in words} <= {"text", "softbreak"}
    return "\n\n".join(
        "".join("\n" if child.type == "softbreak" else child.content for child in words) for words in paragraphs[:-1]
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_unchanged_in_every_output(text: str) -> None:
    answer = quoted(text.strip())
    text = answer.quotes[0].text
    assert from_markdown(export.markdown([answer])) == text
    assert json.loads(as_json_text(answer))["quotes"][0]["text"] == text
    assert f"[1] {text}\n" in letters(answer_pieces(answer))
    card = answer_html(answer)
    made = json.loads(from_html(card, "data-made"))
    assert made["text"].startswith(f"“{text}”\n— a.txt")
    assert from_markdown(f"{made['markdown']}(http://127.0.0.1/)") == text


@pytest.mark.promise("Every word is the article's")
def test_hostile_texts_are_unchanged_in_every_output_but_the_browser(
    library: Library, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], proof: Proof
) -> None:
    """From files through the library to an answer: stored, printed, as JSON, by the API, exported, saved."""
    rng = random.Random(0)
    for number in proof.times(short=25, long=300):
        odd = "".join(
            rng.choice((*HOSTILE, "\r\n", " ", ":+1:", "\u2028")) for _ in range(rng.randrange(1, 4))
        ).replace("\0", "")
        text = (
            f"Zebra {number}\r\n\r\nThe zebra number {number} said {odd} yesterday.\r\n\r\n"
            "It went on for hours after that, and nobody slept.\r\n"
        )
        file = tmp_path / f"{number}.txt"
        file.write_bytes(text.encode())
        if library.add(file).rejected:  # it has too many control characters for a text
            proof.holds("\x1b" in text, f"{text!r} was refused")
            continue
        article = library.article_from(str(file))
        if (
            not proof.holds(article is not None and article.text == text, f"{text!r} was changed when it was stored")
            or article is None
        ):
            continue
        answer = ask(f"What did the zebra number {number} say?", library=library, min_confidence=0)
        saved = library.file_of(article)
        proof.holds(saved is not None and saved.read_bytes() == text.encode(), f"{text!r}: its file is another")
        for quote in answer.quotes:
            words = quote.article.text[quote.start : quote.end]
            put(as_json_text(answer))
            printed = capfdbinary.readouterr().out.decode()
            ways = {
                "--json": words in [q["text"] for q in json.loads(printed)["quotes"]],
                "command": f"] {words}\n" in letters(answer_pieces(answer)),
                "API": words in [
                    q["text"] for q in json.loads(Tools(library, 0.0, None).ask(answer.question))["quotes"]
                ],
                "HTML": from_html(export.html([quoted(words)]), "blockquote").startswith(words),
                "Markdown": from_markdown(export.markdown([quoted(words)])) == words,
                "card": from_html(answer_html(quoted(words)), "blockquote") == words,
            }  # fmt: skip
            proof.holds(all(ways.values()) and quote.text == words, f"{words!r}: {ways}")


@given(QUOTES)
@settings(max_examples=400)
def test_exported_markdown_gives_back_a_quotes_characters(text: str) -> None:
    assert from_markdown(export.markdown([quoted(text)])) == text


def test_markdown_of_plain_words_stays_readable() -> None:
    assert in_markdown("A 90-day truce (of 2025) lasts: until May.\nIt's 5% off!\n\nNext.") == (
        "A 90-day truce (of 2025) lasts: until May.\nIt's 5% off!\n\nNext."
    )


@given(LETTERS)
def test_html_gives_back_a_quotes_characters(text: str) -> None:
    assert (
        from_html(export.html([quoted(text)]), "blockquote")
        == f"{text}— a.txt, paragraph 1 (a.txt, characters 0 to {len(text)})"
    )
    assert from_html(answer_html(quoted(text)), "blockquote") == text
    article = quoted(text).quotes[0].article
    shown = source_html(article, 0, len(text))
    assert from_html(shown, "div") == text
    assert from_html(f"<i>{marked(text, 0, [(1, 3)])}</i>", "i") == text
    assert from_html(f'<i title="{in_html(text)}"></i>', "title") == text


class _Browser(HTMLParser):
    """Python's parser; as in a browser, every kind of line end becomes a line feed first."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found, self._open = path, "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open += tag == self.path
        self.found += dict(attrs).get(self.path) or ""

    def handle_endtag(self, tag: str) -> None:
        self._open -= tag == self.path

    def handle_data(self, data: str) -> None:
        self.found += data if self._open else ""


def from_html(page: str, path: str) -> str:
    """The text of all elements of a name, or of the attributes of that name."""
    browser = _Browser(path)
    browser.feed(re.sub("\r\n?", "\n", page))
    browser.close()
    return browser.found


def test_nul_is_a_symbol_on_the_page_and_unchanged_in_a_copy() -> None:
    answer = quoted("a\0b")
    assert from_html(answer_html(answer), "blockquote") == "a␀b"
    assert from_markdown(export.markdown([answer])) == "a␀b"
    assert json.loads(from_html(answer_html(answer), "data-made"))["text"].startswith("“a\0b”")


def run(code: str, *, stdout: int, locale: str = "C") -> None:
    environment = {**os.environ, "LC_ALL": locale, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    subprocess.run(
        [sys.executable, "-c", f"from quoth.ui.cli.console import put; {code}"],
        stdout=stdout,
        env=environment,
        check=True,
    )


@pytest.mark.parametrize("text", [*HOSTILE, "a\0b"])
def test_the_command_prints_every_character_in_any_locale(text: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    put(text)
    assert capfdbinary.readouterr().out == f"{text}\n".encode()


def test_the_command_prints_a_lone_surrogate_in_a_locale_without_unicode(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        run(r"put('\u2014 \r\n \ud800')", stdout=out.fileno())
    assert (tmp_path / "out").read_bytes() == b"\xe2\x80\x94 \r\n \\ud800\n"


def test_an_article_cannot_control_the_terminal() -> None:
    reader, terminal = pty.openpty()
    try:
        run(r"put('\x1b]0;x\x07\x9b2J\t\u202eab')", stdout=terminal)
        assert os.read(reader, 1000) == "␛]0;x␇<U+009B>2J\t<U+202E>ab\r\n".encode()
    finally:
        os.close(reader)
        os.close(terminal)


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    assert not re.search(r"[\0-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", on_terminal(text))


def test_the_commands_json_and_text_have_an_articles_characters(
    library: Library, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = "The zebra said :warning: 5:100:5 &amp;\tand\x0bleft \x1b[31m yesterday."
    (tmp_path / "odd.txt").write_bytes(f"Odd\r\n\r\n{words}\r\n".encode())
    library.add(tmp_path / "odd.txt")
    found = json.loads(Tools(library, 0, None).retrieve("What did the zebra say?"))[0]
    assert words in found["text"]
    answer = ask("What did the zebra say?", library=library, min_confidence=0)
    assert answer.quotes[0].text in words
    put(as_json_text(answer))
    assert json.loads(capfdbinary.readouterr().out)["quotes"][0]["text"] == answer.quotes[0].text
