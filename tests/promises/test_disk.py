"""A full disk or a failing write loses nothing: tried on real file systems that are full, and with system calls that
fail."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

import pytest

from quoth import Library, ask
from quoth.index.check import check
from tests.made import write
from tests.postgres import Databases
from tests.proof import Proof
from tests.words import WordEncoder

FERRY = "The ferry to Norderney sails at nine."
FULL = """
import gc, json, os, shutil, sys
from pathlib import Path
from quoth import Library
from quoth.index.check import check
from quoth.index.errors import LibraryNotWritable
from quoth import ask
from tests.words import WordEncoder

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
        shutil.rmtree(old, ignore_errors=True)  # the last try's index may still be closing files
    folder = disk / f"library-{number}"
    shutil.copytree(pristine, folder)
    left = 4096 * (1 + number * 300 // tries)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with open(disk / "filler", "wb") as filler:
        filler.write(b"x" * max(free - left, 0))
    library, refusal = Library(folder, encoder=WordEncoder()), ""
    try:
        library.rebuild(articles)
    except LibraryNotWritable as error:
        refusal = str(error)
    answers = {quote.text for reader in (library, Library(folder, encoder=WordEncoder()))\
 for quote in ask("When does the ferry to Norderney sail?", library=reader).quotes[:1]}
    (disk / "filler").unlink()
    held = {a.source for a in library.articles()}
    library.rebuild(articles)
    results.append([left, refusal, sorted(answers), len(held), len(library.catalogue()),\
 [p.what for p in check(folder, encoder=WordEncoder())]])
print(json.dumps(results))
"""
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>
#include <sys/types.h>
static long left = -1;
static int error;
void fail_after(long calls, int number) { error = number; left = calls; }
static int fails(int fd) {
    if (fd < 3 || left < 0) return 0;
    if (left > 0) { left--; return 0; }
    errno = error;
    return 1;
}
#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
ssize_t write(int fd, const void *b, size_t n) { REAL(write); return fails(fd) ? -1 : real(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { REAL(pwrite); return fails(fd) ? -1 : real(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
    REAL(pwrite64);
    return fails(fd) ? -1 : real(fd, b, n, o);
}
int fsync(int fd) { REAL(fsync); return fails(fd) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return fails(fd) ? -1 : real(fd); }
int ftruncate(int fd, off_t n) { REAL(ftruncate); return fails(fd) ? -1 : real(fd, n); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); return fails(fd) ? -1 : real(fd, n); }
"""
FAILING = """
import ctypes, gc, json, os, shutil, sys
from pathlib import Path
from quoth import Library
from quoth.index.errors import LibraryNotWritable
from tests.words import WordEncoder

shim, number, folder, articles = ctypes.CDLL(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
DONE, REFUSED = 0, 3

def rebuild(copy):
    try:
        Library(copy, encoder=WordEncoder()).rebuild(articles)
    except LibraryNotWritable as error:
        return str(error)
    return ""

for calls in json.loads(sys.argv[5]):
    copy = folder.with_name(f"library-{calls}")
    shutil.copytree(folder, copy)
    if os.fork() == 0:  # the package is imported only once
        shim.fail_after(ctypes.c_long(calls), number)
        refusal = rebuild(copy)
        gc.collect()  # closes the library, so that what it writes then fails, too
        print(json.dumps([calls, str(copy), refusal]), flush=True)
        os._exit(REFUSED if refusal else DONE)  # native libraries cannot end properly after a fork
    code = os.waitstatus_to_exitcode(os.wait()[1])
    if code not in (DONE, REFUSED):
        sys.exit(f"exit {code} with {calls} calls")
    if code == DONE and calls > 5:
        break  # rebuilding makes no more calls than that
"""

FULL_SERVER = """
import json, os, random, sys
from contextlib import suppress
from pathlib import Path
from quoth import Library
from quoth.index.check import check
from quoth.index.errors import LibraryNotWritable, LibraryUnavailable
from tests.postgres import Databases, answer
from tests.words import WordEncoder

disk, articles, tries, rng = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), random.Random(0)
databases = Databases(disk / "database", durable=True)
for setting in ("max_wal_size = '32MB'", "min_wal_size = '32MB'"):
    databases.run(f"ALTER SYSTEM SET {setting}")
databases.run("SELECT pg_reload_conf()")
place, results, files = databases.new(), [], []
library = Library(place, encoder=WordEncoder())
(articles / "ferry.txt").write_text("The ferry to Norderney sails at nine.", "utf-8")
library.add(articles)
for number in range(tries):
    for part in range(3):
        files.append(articles / f"{number}-{part}.txt")
        said = [f"Report {number} says in sentence {i} that the quay is {i} metres long." for i in range(200)]
        files[-1].write_text("\\n\\n".join(said), "utf-8")
    if number % 3 == 2:  # the next change needs another file of 16 MB for the log
        databases.run("CHECKPOINT")
        databases.run("SELECT pg_switch_wal()")
    left = rng.randrange(600_000)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with suppress(OSError), open(disk / "filler", "wb", buffering=0) as filler:  # the server writes now and then
        for _ in range(max(free - left, 0) // 4096):
            filler.write(bytes(4096))
    refusal, found = "", None
    try:
        library.add(files)
    except (LibraryNotWritable, LibraryUnavailable) as error:
        refusal = str(error)
    try:
        found = answer(library)
    except LibraryUnavailable as error:
        refusal = refusal or str(error)
    (disk / "filler").unlink()
    databases.start()
    held = len(library.catalogue())
    library.add(files)
    results.append([left, refusal, found, held, answer(library), len(library.catalogue()) - len(files)])
results.append([problem.what for problem in check(place, encoder=WordEncoder())])
library.close()
databases.stop()
print(json.dumps(results))
"""


@pytest.mark.promise("A full disk or failing write loses nothing")
def test_a_disk_is_full_after_some_bytes(tmp_path: Path, proof: Proof) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounts = [
        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
        'mount -t tmpfs -o size=32m none "$0" && exec "$@"', str(disk),
    ]  # fmt: skip
    if not shutil.which("unshare") or subprocess.run([*mounts, "true"], capture_output=True, check=False).returncode:
        pytest.skip("unshare cannot mount a small file system here, so no disk can be filled")
    tries = len([*proof.times(short=12, long=300)])
    done = subprocess.run(
        [*mounts, sys.executable, "-c", FULL, disk, str(tries), tmp_path / "pristine"], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    refused = 0
    for left, refusal, answers, held, after, problems in json.loads(done.stdout):
        refused += bool(refusal)
        proof.holds(
            not refusal or (str(disk) in refusal and "MB free" in refusal), f"with {left} bytes left: {refusal}"
        )
        proof.holds(answers == ["The ferry to Norderney sails at nine."], f"with {left} bytes left: answered {answers}")
        proof.holds(refusal or held == 7, f"with {left} bytes left: {held} articles and no error")
        proof.holds(after == 7 and not problems, f"with {left} bytes left: afterwards {after} articles, {problems}")
    assert 0 < refused < tries


@pytest.mark.promise("A full disk or failing write loses nothing")
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_every_write_after_some_fails(tmp_path: Path, proof: Proof, error: str) -> None:
    if not shutil.which("gcc"):
        pytest.skip("gcc is not installed, so the library that makes writes fail cannot be built")
    shim, source = tmp_path / "shim.so", write(tmp_path, "shim.c", SHIM)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True, capture_output=True)
    folder, articles = tmp_path / "library", tmp_path / "articles"
    articles.mkdir()
    (articles / "ferry.txt").write_text("The ferry to Norderney sails at nine.", "utf-8")
    Library(folder, encoder=WordEncoder()).rebuild(articles)
    (articles / "quay.txt").write_text("The quay is 90 metres long.", "utf-8")
    calls = json.dumps([*range(200)] if proof.is_long else [*range(3, 200, 9)])
    done = subprocess.run(
        [sys.executable, "-c", FAILING, shim, str(getattr(errno, error)), folder, articles, calls],
        capture_output=True, text=True, check=False, env={**os.environ, "LD_PRELOAD": str(shim)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    for number, copy, refusal in results:
        proof.tries += 1
        where, library = f"{error} after {number} calls", Library(copy, encoder=WordEncoder())
        proof.holds(not refusal or copy in refusal, f"{where}: {refusal}")
        quotes = ask("When does the ferry to Norderney sail?", library=library).quotes
        proof.holds(quotes[0].text == "The ferry to Norderney sails at nine.", f"{where}: {quotes}")
        library.rebuild(articles)
        problems = check(copy, encoder=WordEncoder())
        proof.holds(len(library.catalogue()) == 2 and not problems, f"{where}: afterwards {problems}")
    assert not results[-1][2], "rebuilding failed even with as many calls as it needs"
    assert any(refusal for *_, refusal in results), "no write has failed"


@pytest.mark.promise("A full disk or failing write loses nothing")
def test_the_disk_of_the_database_is_full_after_some_bytes(postgres: Databases, tmp_path: Path, proof: Proof) -> None:
    proof.store, disk, articles = postgres.version, Path(mkdtemp(prefix="quoth-")), tmp_path / "articles"
    articles.mkdir()
    mounts = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=320m none "$0" && exec "$@"', str(disk)]
    if not shutil.which("unshare") or subprocess.run([*mounts, "true"], capture_output=True, check=False).returncode:
        disk.rmdir()
        pytest.skip("only root can mount a small file system for another user, so no disk can be filled")
    tries = len([*proof.times(short=4, long=40)])
    done = subprocess.run(
        [*mounts, sys.executable, "-c", FULL_SERVER, disk, articles, str(tries)],
        capture_output=True, text=True, check=False, env={**os.environ, "QUOTH_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    disk.rmdir()
    assert done.returncode == 0, done.stderr[-3000:]
    *results, problems = json.loads(done.stdout)
    proof.holds(not problems, f"damaged: {problems}")
    for number, (left, refusal, found, held, after, others) in enumerate(results):
        where = f"with {left} bytes left"
        proof.holds(found == FERRY or (found is None and refusal), f"{where}: answered {found}")
        proof.holds(after == FERRY and others == 1, f"{where}: afterwards {after}, {others} other articles")
        proof.holds(held >= 1 + 3 * number, f"{where}: of {1 + 3 * number} articles {held} are there")
        proof.holds(refusal or held == 4 + 3 * number, f"{where}: {held} articles and no error")
        proof.holds(not refusal or re.match(r"postgresql://\S+ cannot be ", refusal), f"{where}: {refusal}")
    assert any(refusal for _, refusal, *_ in results)
