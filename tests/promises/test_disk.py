"""A full disk or a failing write loses nothing. On a real file system that is full,
and with calls of the system that fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof import Proof

FULL = """
import gc, json, os, shutil, sys
from pathlib import Path
from quoth import Library
from quoth.index.check import check
from quoth.index.errors import LibraryNotWritable
from quoth import ask
from tests.conftest import WordEncoder

disk, tries = Path(sys.argv[1]), int(sys.argv[2])
folder, articles = disk / "library", disk / "articles"
articles.mkdir()
(articles / "ferry.txt").write_text("The ferry to Norderney sails at nine.", "utf-8")
Library(folder, encoder=WordEncoder()).add(articles)
os.sync()
pristine = Path(sys.argv[3])
shutil.copytree(folder, pristine)
for number in range(6):
    paragraphs = [f"Report {number} says in sentence {i} that the quay is {i} metres long." for i in range(40)]
    (articles / f"{number}.txt").write_text("\\n\\n".join(paragraphs), "utf-8")
results = []
for number in range(tries):
    library = None
    gc.collect()
    for old in disk.glob("library*"):
        shutil.rmtree(old, ignore_errors=True)  # the index of the try before may be closing files; then later
    folder = disk / f"library-{number}"
    shutil.copytree(pristine, folder)
    left = 4096 * (1 + number * 300 // tries)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with open(disk / "filler", "wb") as filler:
        filler.write(b"x" * max(free - left, 0))
    library, said = Library(folder, encoder=WordEncoder()), ""
    try:
        library.rebuild(articles)
    except LibraryNotWritable as error:
        said = str(error)
    answers = {quote.text for reader in (library, Library(folder, encoder=WordEncoder()))\
 for quote in ask("When does the ferry to Norderney sail?", library=reader).quotes[:1]}
    (disk / "filler").unlink()
    held = {a.source for a in library.articles()}
    library.rebuild(articles)
    results.append([left, said, sorted(answers), len(held), len(library.catalogue()),\
 [p.what for p in check(folder, encoder=WordEncoder())]])
print(json.dumps(results))
"""
SHIM = (
    r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/types.h>
static long left = -2;
static int fails(int fd) {
    if (left == -2) left = getenv("FAIL_AT") ? atol(getenv("FAIL_AT")) : -1;
    if (fd < 3 || left < 0) return 0;
    if (left > 0) { left--; return 0; }
    errno = atoi(getenv("FAIL_WITH"));
    return 1;
}
#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
ssize_t write(int fd, const void *b, size_t n) { REAL(write); return fails(fd) ? -1 : real(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { REAL(pwrite); return fails(fd) ? -1 : real(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { REAL(pwrite64); return fails(fd) ? -1 """
    r""": real(fd, b, n, o); }
int fsync(int fd) { REAL(fsync); return fails(fd) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return fails(fd) ? -1 : real(fd); }
int ftruncate(int fd, off_t n) { REAL(ftruncate); return fails(fd) ? -1 : real(fd, n); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); return fails(fd) ? -1 : real(fd, n); }
"""
)
REBUILDS = """
import sys
from quoth import Library
from quoth.index.errors import LibraryNotWritable
from tests.conftest import WordEncoder
library = Library(sys.argv[1], encoder=WordEncoder())
try:
    library.rebuild(sys.argv[2])
except LibraryNotWritable as error:
    print("refused:", error)
else:
    print("done")
"""
ASKS = """
import sys
from quoth import Library
from quoth.index.check import check
from quoth import ask
from tests.conftest import WordEncoder
encoder = WordEncoder()
print(ask("When does the ferry to Norderney sail?", library=Library(sys.argv[1], encoder=encoder)).quotes[0].text)
Library(sys.argv[1], encoder=encoder).rebuild(sys.argv[2])
print(len(Library(sys.argv[1], encoder=encoder).catalogue()), check(sys.argv[1], encoder=encoder))
"""


@pytest.mark.promise("A full disk or failing write loses nothing")
def test_a_disk_is_full_after_so_many_bytes(tmp_path: Path, proof: Proof) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounts = [
        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
        'mount -t tmpfs -o size=32m none "$0" && exec "$@"', str(disk),
    ]  # fmt: skip
    if not shutil.which("unshare") or subprocess.run([*mounts, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a small file system of one's own cannot be mounted here (unshare), so no disk can be filled")
    tries = len([*proof.times(short=12, long=300)])
    done = subprocess.run(
        [*mounts, sys.executable, "-c", FULL, disk, str(tries), tmp_path / "pristine"], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    refused = 0
    for left, said, answers, held, after, found in json.loads(done.stdout):
        refused += bool(said)
        proof.holds(not said or (str(disk) in said and "MB free" in said), f"with {left} bytes left: {said}")
        proof.holds(answers == ["The ferry to Norderney sails at nine."], f"with {left} bytes left: answered {answers}")
        proof.holds(said or held == 7, f"with {left} bytes left: {held} articles, and no word")
        proof.holds(after == 7 and not found, f"with {left} bytes left: afterwards {after} articles, {found}")
    assert 0 < refused < tries


@pytest.mark.promise("A full disk or failing write loses nothing")
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_every_write_from_one_on_fails(tmp_path: Path, proof: Proof, error: str) -> None:
    if not shutil.which("gcc"):
        pytest.skip("there is no gcc here to build what makes writes fail")
    import errno

    (tmp_path / "shim.c").write_text(SHIM, "utf-8")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-o", tmp_path / "shim.so", tmp_path / "shim.c", "-ldl"],
        check=True,
        capture_output=True,
    )
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "ferry.txt").write_text("The ferry to Norderney sails at nine.", "utf-8")
    assert run(REBUILDS, tmp_path / "library", articles) == "done\n"
    (articles / "quay.txt").write_text("The quay is 90 metres long.", "utf-8")
    step, at = (1, 0) if proof.is_long else (18, 3)
    for number in proof.times(short=4, long=200):
        folder = tmp_path / str(number)
        shutil.copytree(tmp_path / "library", folder)
        shim = {"LD_PRELOAD": str(tmp_path / "shim.so"), "FAIL_AT": str(at), "FAIL_WITH": str(getattr(errno, error))}
        said = run(REBUILDS, folder, articles, **shim)
        proof.holds(
            said == "done\n" or (said.startswith("refused: ") and str(folder) in said), f"{error} at write {at}: {said}"
        )
        quoted, after = run(ASKS, folder, articles).splitlines()
        proof.holds(quoted == "The ferry to Norderney sails at nine.", f"{error} at write {at}: {quoted}")
        proof.holds(after == "2 ()", f"{error} at write {at}: afterwards {after}")
        if said == "done\n" and at > 5:
            return  # it has not that many writes
        at += step


def run(program: str, *arguments: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    return done.stdout if done.returncode == 0 else f"exit {done.returncode}: {done.stderr[-800:]}"
