"""What git holds: the files of a folder, or of another repository, at a revision.

Runs the ``git`` of the machine. Reads only: no branch, index or working tree is changed.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path

from reskontra.engine.errors import Exit, ReskontraError


def export(repository: Path, revision: str, into: Path) -> None:
    """Write the files that ``repository`` (or a folder inside it) had at ``revision``.

    Raises RK220 when there is no such revision, no repository or no git.
    """
    found = _git(
        ["-C", str(repository), "rev-parse", "--verify", f"{revision}^{{commit}}"], revision
    )
    commit = found.decode().strip()
    archive = _git(["-C", str(repository), "archive", "--format=tar", commit], revision)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(into, filter="data")


def clone(address: str, into: Path) -> None:
    """Fetch a repository, without a working tree; raises RK220."""
    _git(["clone", "--quiet", "--bare", "--", address, str(into)], address)


_SAID = {
    "not a git repository": (
        "the folder is in no git repository",
        "put the workspace under git (git init, git add, git commit), or name a folder",
    ),
    "Needed a single revision": (
        "there is no such branch, tag or commit",
        "git log --oneline --all lists them; git fetch brings those of other machines",
    ),
}
"""What git says, and what people are told: what is wrong, and what to do."""
_REACH = "name a repository that git can reach, and a branch, tag or commit that it has"


def _git(arguments: list[str], what: str) -> bytes:
    """What git prints."""
    environment = os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    try:
        run = subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            capture_output=True,
            check=False,
            env=environment,
        )
    except OSError as error:
        raise _refused(what, f"git cannot be started: {error.strerror}", "install git") from error
    if run.returncode:
        raise _refused(what, *_plainly(run.stderr.decode(errors="replace")))
    return run.stdout


def _plainly(said: str) -> tuple[str, str]:
    """What is wrong, and what to do; words of git that are not known stay as they are."""
    for words, told in _SAID.items():
        if words in said:
            return told
    first = next((line for line in said.splitlines() if line.startswith("fatal: ")), said)
    return first.removeprefix("fatal: ").strip(), _REACH


def _refused(what: str, why: str, remedy: str) -> ReskontraError:
    return ReskontraError.of(
        "RK220", f"'{what}' cannot be read from git: {why}", help=remedy, exit_code=Exit.USAGE
    )
