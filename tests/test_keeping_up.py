"""Files that are moved, hidden, missing, wrongly named or harmful: the library is updated, or says why not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from quoth import Changes, Library, ask, retrieve
from quoth.ui.page.library_pane import library_html
from tests.conftest import WordEncoder
from tests.made import FERRY, QUAY, pdf, write

pytestmark = pytest.mark.every_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    (made / "old").mkdir(parents=True)
    for i in range(8):
        write(made / "old", f"{i}.txt", f"The truce number {i} lasts {i} years.")
    write(made, "ferry.pdf", pdf([[(40, 500, FERRY)]]))
    return made


def test_a_moved_folder_is_recognised_by_its_content(folder: Path, tmp_path: Path) -> None:
    encoder = WordEncoder()
    library = Library(tmp_path / "library", encoder=encoder)
    library.add(folder)
    before = {a.text for a in library.articles()}
    embedded = encoder.encoded
    shutil.move(folder / "old", folder / "new")
    shutil.move(folder / "ferry.pdf", folder / "the ferry.pdf")
    changes = library.rebuild(folder)
    assert encoder.encoded == embedded
    assert (len(changes.moved), changes.added, changes.removed, changes.missing) == (9, (), (), ())
    assert {a.text for a in library.articles()} == before
    assert {Path(a.source).name for a in library.articles()} == {*(f"{i}.txt" for i in range(8)), "the ferry.pdf"}
    ferry = next(a for a in library.articles() if a.pages)
    assert library.layout(ferry.id).runs
    assert library.file_of(ferry) == folder / "the ferry.pdf"
    assert {hit.article.source for hit in retrieve("truce lasts", 9, library=library)} == {
        a.source for a in library.articles()
    }


def test_a_copy_is_not_taken_for_a_move(folder: Path, library: Library) -> None:
    library.add(folder)
    shutil.copy(folder / "ferry.pdf", folder / "second.pdf")
    assert library.rebuild(folder).added == (str(folder / "second.pdf"),)


def test_when_most_of_a_folder_is_missing_its_articles_stay_unless_asked(folder: Path, library: Library) -> None:
    library.add(folder)
    shutil.rmtree(folder / "old")
    changes = library.rebuild(folder)
    assert (len(changes.missing), changes.removed, len(library.articles())) == (8, (), 9)
    assert len(library.rebuild(folder, forget_missing=True).removed) == 8
    assert len(library.articles()) == 1


def test_files_listed_in_an_ignore_file_are_ignored(folder: Path, library: Library) -> None:
    write(folder, ".quothignore", "# drafts\nold/*\n!old/3.txt\n")
    changes = library.add(folder)
    assert {Path(source).name for source in changes.added} == {"3.txt", "ferry.pdf"}
    assert len(changes.ignored) == 7


def test_links_to_folders_are_followed_and_a_loop_of_them_ends(folder: Path, tmp_path: Path, library: Library) -> None:
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path / "elsewhere", "quay.txt", QUAY)
    os.symlink(tmp_path / "elsewhere", folder / "linked")
    os.symlink(folder, folder / "old" / "loop")
    changes = library.add(folder)
    assert len(changes.added) == 10
    assert str(folder / "old" / "loop") in changes.ignored


def test_a_story_in_many_copies_counts_once_and_leaves_a_place_for_others(tmp_path: Path, library: Library) -> None:
    for i in range(12):
        write(tmp_path, f"copy{i}.txt", "The treaty of Busan was signed by Merkel in the old town hall.")
    write(tmp_path, "other.txt", "The treaty of Busan was signed by Macron in the old town hall.")
    library.add([tmp_path / f"copy{i}.txt" for i in range(12)] + [tmp_path / "other.txt"])
    answer = ask("Who signed the treaty of Busan?", library=library, min_confidence=0)
    assert {"other.txt"} <= {
        Path(q.article.source).name for q in (*answer.quotes, *(q for d in answer.disagreements for q in d.quotes))
    }
    assert len(answer.disagreements) <= 1


def test_a_yaml_file_corrects_the_metadata_of_an_article(tmp_path: Path, library: Library) -> None:
    file = write(tmp_path, "ferry.pdf", pdf([[(40, 500, FERRY)]], title="Wrong"))
    library.add(tmp_path)
    assert [a.title for a in library.articles()] == ["Wrong"]
    write(tmp_path, "ferry.pdf.yaml", "title: The last ferry\nauthor: Mara Quist\ndate: 2019-11-03\n")
    assert library.add(tmp_path).changed == (str(file),)
    (article,) = library.articles()
    assert (article.title, article.author, str(article.published)) == ("The last ferry", "Mara Quist", "2019-11-03")
    assert library.file_of(article) == file
    assert library.add(tmp_path).unchanged == (str(file),)


STORY = (
    "The northern ferry carried its last passengers in the autumn of 2019 after a long dispute about the new landing "
    "stage. The county had offered a third of the sum, and the port refused to find the rest of it on its own. "
    "Four hundred people came to the quay to watch the last crossing, and a band played."
)


def test_near_duplicates_are_recognised_kept_and_count_once(tmp_path: Path, library: Library) -> None:
    for i in range(7):
        write(tmp_path, f"site{i}.txt", f"{STORY} Site {i} added this line of its own.")
    write(
        tmp_path,
        "other.txt",
        "The southern ferry goes on, the county said, and its new landing stage will be paid for by the port alone. "
        * 3,
    )
    library.add(tmp_path)
    articles = {Path(a.source).name: a for a in library.articles()}
    assert len(articles) == 8
    assert len({articles[f"site{i}.txt"].family for i in range(7)}) == 1
    assert articles["other.txt"].copy_of is None
    found = {Path(hit.article.source).name for hit in retrieve("ferry landing stage county port", 8, library=library)}
    assert "other.txt" in found
    assert len(found) == 5
    shutil.move(tmp_path / "site0.txt", tmp_path / "moved.txt")
    library.rebuild(tmp_path)
    assert len({a.family for a in library.articles() if not a.source.endswith("other.txt")}) == 1


def test_a_near_duplicate_with_another_answer_disagrees(tmp_path: Path, library: Library) -> None:
    story = f"{STORY} The treaty of the ferry was signed by Merkel."
    write(tmp_path, "one.txt", story)
    write(tmp_path, "two.txt", story.replace("Merkel", "Macron"))
    library.add([tmp_path / "one.txt", tmp_path / "two.txt"])
    assert len({a.family for a in library.articles()}) == 1
    answer = ask("Who signed the treaty of the ferry?", library=library, min_confidence=0)
    assert {q.article.text[a:b] for d in answer.disagreements for q in d.quotes for a, b in q.highlights} == {
        "Merkel",
        "Macron",
    }


def test_a_rejected_change_is_reported_every_time_and_the_earlier_version_stays(
    tmp_path: Path, library: Library
) -> None:
    file = write(tmp_path, "ferry.txt", FERRY)
    library.add(file)
    write(tmp_path, "ferry.txt", "Menu")
    for _ in range(2):
        changes = library.add(file)
        assert (changes.added, changes.changed, changes.unchanged) == ((), (), ())
        assert "its earlier version stays" in changes.rejected[0].reason
    assert [a.text for a in library.articles()] == [FERRY]


def test_unreadable_mails_of_a_mailbox_are_reported_and_the_others_are_added(tmp_path: Path, library: Library) -> None:
    mails = [("one", FERRY), ("two", ""), ("three", "Menu")]
    box = "\n".join(
        f"From x@y Sun Nov  3 08:00:00 2019\nFrom: x@y\nMessage-ID: <{n}@y>\n\n{words}\n" for n, words in mails
    )
    file = write(tmp_path, "a.mbox", box)
    changes = library.add(file)
    assert changes.added == (f"{file}#one@y",)
    assert {r.source: "no text" in r.reason or "sentences" in r.reason for r in changes.rejected} == {
        f"{file}#two@y": True,
        f"{file}#three@y": True,
    }


def test_articles_reached_through_a_link_are_removed_with_the_link(tmp_path: Path, library: Library) -> None:
    for name in ("articles", "elsewhere"):
        (tmp_path / name).mkdir()
    write(tmp_path / "articles", "ferry.txt", FERRY)
    write(tmp_path / "elsewhere", "quay.txt", QUAY)
    os.symlink(tmp_path / "elsewhere", tmp_path / "articles" / "linked")
    library.add(tmp_path / "articles")
    os.unlink(tmp_path / "articles" / "linked")
    assert len(library.rebuild(tmp_path / "articles").removed) == 1
    assert [a.text for a in library.articles()] == [FERRY]


def test_nothing_is_added_from_a_folder_whose_ignore_file_cannot_be_read(folder: Path, library: Library) -> None:
    write(folder / "old", ".quothignore", b"\xff\xfe\xff")
    changes = library.add(folder)
    assert changes.added == (str(folder / "ferry.pdf"),)
    assert ".quothignore cannot be read" in changes.rejected[0].reason


def test_a_moved_article_is_not_a_near_duplicate_of_itself(tmp_path: Path, library: Library) -> None:
    (tmp_path / "a").mkdir()
    write(tmp_path / "a", "one.txt", STORY)
    library.add(tmp_path / "a")
    shutil.move(tmp_path / "a" / "one.txt", tmp_path / "a" / "two.txt")
    assert library.rebuild(tmp_path / "a").moved == (str(tmp_path / "a" / "two.txt"),)
    assert [a.copy_of for a in library.articles()] == [None]
    assert "near-copy" not in library_html(library.catalogue(), Changes(), changeable=True)


def test_a_table_is_read_again_when_its_columns_are_named_and_only_what_differs_is_embedded(tmp_path: Path) -> None:
    encoder = WordEncoder()
    library = Library(tmp_path / "library", encoder=encoder)
    file = write(tmp_path, "a.csv", f"id,text,more\n1,{FERRY},{QUAY}\n")
    library.add(file)
    assert library.add(file, columns={"text": "more"}).changed == (f"{file}#1",)
    assert [a.text for a in library.articles()] == [QUAY]
    embedded = encoder.encoded
    assert library.add(file, columns={"title": "nothing"}).changed == ()
    assert encoder.encoded == embedded


@pytest.mark.model
def test_a_watched_folder_is_kept_up_to_date_until_interrupted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write(tmp_path / "a", "ferry.txt", FERRY)
    command = [sys.executable, "-c", "from quoth.ui.cli.main import main; main()", "watch", "a", "--poll"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        timer = threading.Timer(60, watching.kill)  # instead of waiting forever for a line
        timer.start()
        assert watching.stdout.readline() == "1 added\n"
        assert watching.stderr.readline().startswith("Watching a")
        write(tmp_path / "a", "quay.txt", QUAY)
        assert watching.stdout.readline() == "1 added, 1 unchanged\n"
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0
        timer.cancel()


def test_when_a_whole_subfolder_is_missing_its_articles_stay_unless_asked(
    folder: Path, tmp_path: Path, library: Library
) -> None:
    (folder / "drive").mkdir()
    for number in range(5):
        write(folder / "drive", f"{number}.txt", f"{QUAY} It is number {number}.")
    for number in range(20):
        write(folder, f"more-{number}.txt", f"{FERRY} It is number {number}.")
    library.add(folder)
    shutil.rmtree(folder / "drive")
    (folder / "drive").mkdir()  # where nothing is mounted
    (folder / "more-3.txt").unlink()
    changes = library.rebuild(folder)
    assert changes.removed == (str(folder / "more-3.txt"),)
    assert sorted(Path(source).name for source in changes.missing) == [f"{number}.txt" for number in range(5)]
    assert len(library.rebuild(folder, forget_missing=True).removed) == 5
