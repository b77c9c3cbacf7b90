"""What git holds: the files of a folder, or of another repository, at a revision.

Runs the ``git`` of the machine. Reads only: no branch, index or working tree is changed.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from reskontra.engine.errors import Exit, ReskontraError


def export(repository: Path, revision: str, into: Path) -> None:
    """Write the files that ``repository`` (or a folder inside it) had at ``revision``.

    Raises RK220 with git's own words when there is no such revision, no repository or no git.
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


def _git(arguments: list[str], what: str) -> bytes:
    """What git prints."""
    try:
        run = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise _refused(what, f"git cannot be started: {error.strerror}") from error
    if run.returncode:
        words = run.stderr.decode(errors="replace").strip().splitlines()
        raise _refused(what, words[-1] if words else f"git ended with {run.returncode}")
    return run.stdout


def _refused(what: str, words: str) -> ReskontraError:
    return ReskontraError.of(
        "RK220",
        f"'{what}' cannot be read from git: {words}",
        help="name a repository that git can reach, and a branch, tag or commit that it has",
        exit_code=Exit.USAGE,
    )
