"""The examples in the documents run, and their links lead somewhere."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))


def articles(folder: Path) -> None:
    """The two articles that docs/api.md describes."""
    folder.mkdir()
    (folder / "ferry.md").write_text(
        "---\nauthor: Ann Lee\ndate: 2025-05-03\n---\n# The ferry\n\n"
        "The ferry sails at nine. The crossing takes fifty minutes.\n", "utf-8",
    )  # fmt: skip
    (folder / "harbour.txt").write_text("The harbour opened in 1911. It has three piers.\n", "utf-8")


@pytest.mark.model
@pytest.mark.parametrize("name", ["docs/api.md", "docs/retrievers.md"])
def test_the_examples_of_the_python_interface(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles(tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / name).read_text("utf-8")
    examples = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    assert len(examples.examples) > 15
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=report.append)
    assert results.failed == 0, "".join(report)


@pytest.mark.model
def test_the_readme_s_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "articles").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    exec(block, {})
    assert "May 12, 2025" in capsys.readouterr().out


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"https?:", link):
            assert ((ROOT / name).parent / link).exists(), link


def test_the_readme_is_short() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.split()) <= 900
    assert len(re.findall(r"!\[", text)) <= 3
