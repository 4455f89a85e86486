"""Questions of many kinds with known answers, set by set, to learn the weights from and to measure how they carry over.

    squad        articles of SQuAD 2.0 that the reader has not seen; a third of the unanswerable questions are tricks
    shifts       questions about reviews, comments and Wikipedia, of titles that the reader has not seen
    fairytales   teachers' questions about tales that the reader has not seen
    newsrooms    the benchmark's newsrooms
    documents    the benchmark's real documents
    real         other real documents
    reported     small libraries of reported faults
    stories      small libraries of one story each
    excerpts     long technical documents, whose answers are excerpts of some sentences

Where a set has no unanswerable questions, or few, questions are asked without the article that answers them.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reader.examples import HELD_OUT, is_held_out
from quoth import Library
from quoth.index.records import Article, Span
from quoth.qa.cases import EvalCase, read_questions

from . import documents, newsrooms
from .figures import library_of
from .squad import inside, read

ANSWERABLE, ABSENT, TRICKS = 250, 120, 60
"""Number of questions drawn of a large set; ``ABSENT``: asked without the article that answers them."""
Judge = Callable[[Article, Span], bool]


@dataclass(frozen=True, slots=True)
class Known:
    """A question and what is known of its answer."""

    turns: Sequence[str]
    """A conversation; the last question is the one that is known."""
    sort: str
    """answerable, absent or trick."""
    holds: Judge
    """Whether a span of an article holds the answer."""
    words: Sequence[str] = ()
    """Exact words of the answer; empty if they are not known."""
    without: str = ""
    """Name of a file that is left out."""


Asked = tuple[Library, list[Known]]
Answerable = list[tuple[str, str, frozenset[Span]]]
"""Question, name of the article's file, places of its answers."""


def all_sets(data: Path, cases: Path, only: Sequence[str] = ()) -> Iterator[tuple[str, list[Asked]]]:
    """Yield each set's name and its libraries with their questions; the libraries are gone at the next one.

    :param data: folder with squad-dev-a.json, reader/, real/ and excerpts/.
    :param cases: folder with newsrooms.jsonl and reported*.jsonl.
    :param only: names of the sets; all if there are none.
    """
    made: dict[str, Callable[[], AbstractContextManager[list[Asked]]]] = {
        "squad": lambda: _of_texts(*_squad(data)),
        "shifts": lambda: _of_texts(*_reader_set(data, "shifts")),
        "fairytales": lambda: _of_texts(*_reader_set(data, "fairytales")),
        "newsrooms": _newsrooms,
        "documents": lambda: _of_folder(documents.FILES, map(_of_eval, read_questions(documents.QUESTIONS))),
        "real": lambda: _of_folder(data / "real" / "files", _real(data / "real" / "questions.jsonl")),
        "reported": lambda: _of_cases(sorted(cases.glob("reported*.jsonl"))),
        "stories": lambda: _of_cases([cases / "newsrooms.jsonl"]),
        "excerpts": lambda: _of_texts(*_excerpts(data / "excerpts"), _most_of),
    }
    for name in only or made:
        with made[name]() as libraries:
            yield name, libraries


@contextmanager
def _of_texts(
    texts: dict[str, str], answerable: Answerable, tricks: Sequence[Known], judge: Callable[..., Judge] | None = None
) -> Iterator[list[Asked]]:
    with library_of(texts) as library:
        yield [(library, [*_drawn(texts, answerable, judge), *tricks[:TRICKS]])]


@contextmanager
def _newsrooms() -> Iterator[list[Asked]]:
    with newsrooms.newsrooms() as rooms:
        yield [(library, [_of_eval(k) for k in known]) for library, known in rooms.values()]


@contextmanager
def _of_folder(files: Path, known: Iterable[Known]) -> Iterator[list[Asked]]:
    with tempfile.TemporaryDirectory() as scratch:
        library = Library(Path(scratch) / "library")
        library.add([files])
        yield [(library, list(known))]


@contextmanager
def _of_cases(files: Sequence[Path]) -> Iterator[list[Asked]]:
    with tempfile.TemporaryDirectory() as scratch:
        yield list(_cases(files, Path(scratch)))


def file_of(article: Article) -> str:
    """Name of the file that an article was read from."""
    return Path(article.source.split("#")[0]).name


def plain(text: str) -> str:
    """A text without differences of white space, hyphenation, quotation marks and case."""
    text = unicodedata.normalize("NFKC", text).replace("‑", "-").replace("’", "'").replace("\N{SOFT HYPHEN}", "")
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)-\s*\n\s*(?=[a-z])", "", text)).replace("*", "").casefold()


def _nothing(article: Article, span: Span) -> bool:
    return False


def _any_of(texts: Sequence[str], files: Sequence[str] = ()) -> Judge:
    """Whether a span holds one of some texts; in one of the files, if any are given."""
    wanted = [plain(text) for text in texts]

    def holds(article: Article, span: Span) -> bool:
        words = plain(article.text[slice(*span)])
        return (not files or file_of(article) in files) and any(text in words for text in wanted)

    return holds


def _within(name: str, gold: frozenset[Span]) -> Judge:
    return lambda article, span: file_of(article) == name and inside(gold, *span)


def _drawn(texts: dict[str, str], answerable: Answerable, judge: Callable[..., Judge] | None) -> list[Known]:
    """Some questions as they are, and others without the article that answers them."""
    random.Random(0).shuffle(answerable)
    known = []
    for question, name, gold in answerable[:ANSWERABLE]:
        words = [] if judge else [texts[name][slice(*place)] for place in sorted(gold)]
        known.append(Known([question], "answerable", (judge or _within)(name, gold), words))
    others = answerable[ANSWERABLE:] if len(answerable) > ANSWERABLE + ABSENT else answerable
    return known + [Known([question], "absent", _nothing, without=name) for question, name, _ in others[:ABSENT]]


def _squad(data: Path) -> tuple[dict[str, str], Answerable, list[Known]]:
    texts, answerable, tricks = read(data / "squad-dev-a.json")
    unseen = {f"{name}.txt" for name in HELD_OUT}
    drawn = [(q.text, q.article, q.gold) for q in answerable if q.article in unseen]
    return texts, drawn, [Known([q.text], "trick", _nothing) for q in tricks if q.article in unseen]


def _reader_set(data: Path, name: str) -> tuple[dict[str, str], Answerable, list[Known]]:
    """A set of the reader's training data, the titles that are kept back, as one article per title."""
    texts: dict[str, str] = {}
    places: dict[str, int] = {}
    found: Answerable = []
    with gzip.open(data / "reader" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if not is_held_out(row["title"]):
                continue
            file, context = f"{row['title']}.txt", row["context"]
            if context not in places:
                places[context] = len(texts.get(file, ""))
                texts[file] = f"{texts.get(file, '')}{context}\n\n"
            gold = frozenset((places[context] + a, places[context] + b) for a, b in row["answers"])
            found.append((row["question"].strip(), file, gold))
    return texts, found, []


def _of_eval(known: EvalCase) -> Known:
    texts = (*known.answers, *known.whole, *known.differs)
    sort = "answerable" if texts else "absent"
    return Known(
        known.turns, sort, _any_of(texts, [known.file] if known.file else []) if texts else _nothing, known.marked
    )


def _real(file: Path) -> Iterator[Known]:
    for row in map(json.loads, file.read_text("utf-8").splitlines()):
        turns = row["q"] if isinstance(row["q"], list) else [row["q"]]
        if row["answers"]:
            yield Known(turns, "answerable", _any_of(row["answers"], [row["file"], *row.get("files_also", [])]))
        else:
            yield Known(turns, "absent", _nothing)


def _cases(files: Sequence[Path], scratch: Path) -> Iterator[Asked]:
    """Small libraries, each with its questions."""
    for number, row in enumerate(json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()):
        if "files" not in row:
            continue
        folder = scratch / str(number)
        for name, text in row["files"].items():
            path = folder / "articles" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes.fromhex(text["hex"]) if isinstance(text, dict) else text.encode())
        known = []
        for asked in row["asks"]:
            texts = asked.get("first") or asked.get("any") or asked.get("quote") or []
            turns = asked["q"] if isinstance(asked["q"], list) else [asked["q"]]
            if asked.get("found") is False:
                known.append(Known(turns, "absent", _nothing))
            elif texts:
                known.append(Known(turns, "answerable", _any_of(texts), asked.get("marked", [])))
        if known:
            library = Library(folder / "library")
            library.add([folder / "articles"])
            yield library, known


def _excerpts(folder: Path) -> tuple[dict[str, str], Answerable, list[Known]]:
    texts = {f"{path.stem}.txt": path.read_text("utf-8") for path in sorted((folder / "corpora").glob("*.md"))}
    found: Answerable = []
    with (folder / "questions.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            gold = frozenset((int(r["start_index"]), int(r["end_index"])) for r in json.loads(row["references"]))
            found.append((row["question"], f"{row['corpus_id']}.txt", gold))
    return texts, found, []


def _most_of(name: str, gold: frozenset[Span]) -> Judge:
    """Whether a span is mostly one of the excerpts, or has most of one."""

    def holds(article: Article, span: Span) -> bool:
        return file_of(article) == name and any(
            min(span[1], b) - max(span[0], a) > 0.6 * min(span[1] - span[0], b - a) for a, b in gold
        )

    return holds
