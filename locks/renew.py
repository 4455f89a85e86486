"""Renew the lock: ``make lock``.

    run.txt     packages needed to run with the default model, and the build backend
    torch.txt   further packages that other models need: PyTorch, sentence-transformers
    servers.txt further packages that a server beyond one machine needs: extras postgres, qdrant and ocr
    test.txt    further packages needed to test, those of servers.txt and docs.txt among them
    docs.txt    further packages needed to build the documentation
    cpu.txt     PyTorch's build for CPUs, where its digest is known
    cuda.txt    further packages that PyTorch's build for GPUs needs
    tools.txt   packages that ``make lock``, ``make lowest`` and ``make audit`` need

One version of a package serves every Python from 3.11 on and every system. Releases younger than a week are left out,
because most harmful releases are discovered sooner.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

LOCKS = Path(__file__).parent
PROJECT = LOCKS.parent / "pyproject.toml"
NO_TORCH = ("--excludes", str(LOCKS / "no-torch.txt"))
SERVERS = ("--extra", "postgres", "--extra", "qdrant", "--extra", "ocr")
CUDA = ("cuda-", "nvidia-", "triton")
# By version: Python, processor and digest of PyTorch's builds for CPUs on Linux; only tested builds. They are on
# PyTorch's own index, not on PyPI; pip finds them if its settings name that index.
FOR_CPU = {"2.13.0": [("3.11", "x86_64", "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b")]}


def compiled(*arguments: str) -> dict[str, str]:
    """The lock's entries by package name, as uv resolves them."""
    uv = [
        Path(sys.executable).with_name("uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
        "--fork-strategy", "fewest", "--only-binary", ":all:", "--exclude-newer", "7 days", "--generate-hashes",
        "--no-header", "--no-annotate",
    ]  # fmt: skip
    lines = subprocess.run([*uv, *arguments], check=True, stdout=subprocess.PIPE, text=True, cwd=PROJECT.parent).stdout
    return {entry.split("==")[0]: entry for entry in re.split(r"\n(?=\S)", lines.rstrip("\n"))}


def write(name: str, entries: dict[str, str]) -> None:
    lines = "".join(entries[key] + "\n" for key in sorted(entries))
    (LOCKS / name).write_text(f"# Made by `make lock`.\n{lines}", "utf-8")
    print(f"{name}: {len(entries)} packages")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        backend, everything = Path(folder, "backend.in"), Path(folder, "everything.txt")
        backend.write_text("\n".join(tomllib.loads(PROJECT.read_text("utf-8"))["build-system"]["requires"]), "utf-8")
        full = compiled("--extra", "test", *SERVERS, str(PROJECT), str(backend))
        everything.write_text("\n".join(full.values()), "utf-8")
        same = ("--constraints", str(everything), str(PROJECT), str(backend))
        default, run, both = compiled(*same), compiled(*NO_TORCH, *same), compiled(*NO_TORCH, *SERVERS, *same)
        with_docs = compiled(*NO_TORCH, "--extra", "docs", *same)
    cuda = {name: default.pop(name) for name in list(default) if name.startswith(CUDA)}
    torch = {name: entry for name, entry in default.items() if run.get(name) != entry}
    servers = {name: entry for name, entry in both.items() if run.get(name) != entry}
    docs = {name: entry for name, entry in with_docs.items() if run.get(name) != entry}
    test = {name: entry for name, entry in full.items() if name not in cuda and default.get(name) != entry}
    version = torch["torch"].split()[0].removeprefix("torch==")
    cpu = {
        f"torch {python}": f"torch=={version}+cpu ; sys_platform == 'linux' and platform_machine == '{machine}' and "
        f"python_version == '{python}' \\\n    --hash=sha256:{digest}"
        for python, machine, digest in FOR_CPU.get(version, ())
    }
    if not cpu:
        print(
            f"No digest of PyTorch {version} for CPUs is known; Linux will install the build for GPUs (several GB). "
            "See FOR_CPU."
        )
    write("run.txt", run)
    write("torch.txt", torch)
    write("servers.txt", servers)
    write("cpu.txt", cpu)
    write("test.txt", test)
    write("docs.txt", docs)
    write("cuda.txt", cuda)
    write("tools.txt", compiled("--group", "tools"))


if __name__ == "__main__":
    main()
