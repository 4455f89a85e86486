"""Look up every locked package in PyPI's database of known vulnerabilities: ``make audit``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

LOCKS = Path(__file__).parent
UNREACHED = re.compile(
    r"ConnectionError|could not connect|connection (?:refused|reset|aborted|timed out|broken)|Max retries exceeded|"
    r"(?:Connect|Read)Timeout|timed out|name resolution|ProxyError|SSLError|"
    r"\b(?:403|407|429|50\d) (?:Client|Server) Error",
    re.IGNORECASE,
)


def verdict(code: int, out: str, err: str) -> tuple[int, str]:
    """The exit code and the message for a result of pip-audit. Only a database that cannot be reached is a skip."""
    try:
        audited = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if UNREACHED.search(err):
            return 0, f"SKIPPED: NOTHING WAS AUDITED, the database cannot be reached: {err.strip().splitlines()[-1]}"
        return code or 1, f"FAILED: pip-audit ended with {code}:\n{err.strip()}"
    missing = [each for each in audited if "skip_reason" in each]
    if audited and len(missing) == len(audited):  # a mirror has the packages, but not their vulnerabilities
        return (
            0,
            f"SKIPPED: NOTHING WAS AUDITED, the package index has no database (it knows 0 of {len(audited)} packages)",
        )
    lines = [f"  not audited: {each['name']}: {each['skip_reason']}" for each in missing]
    known = [(each, found) for each in audited for found in each.get("vulns", ())]
    lines += [
        f"  VULNERABLE: {each['name']} {each['version']}: {' '.join([found['id'], *found.get('aliases', ())])}, "
        f"fixed in {', '.join(found['fix_versions']) or 'no release yet'}"
        for each, found in known
    ]
    done = f"{len(audited) - len(missing)} packages audited, {len(known)} vulnerabilities known"
    return int(bool(known)), "\n".join([done, *lines])


def main() -> int:
    worst = 0
    for name in ("run.txt", "torch.txt", "test.txt", "cuda.txt", "tools.txt"):
        command = [
            sys.executable, "-m", "pip_audit", "--requirement", str(LOCKS / name), "--disable-pip", "--require-hashes",
            "--format", "json", "--progress-spinner", "off",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        code, message = verdict(done.returncode, done.stdout, done.stderr)
        print(f"{name}: {message}", flush=True)
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main())
