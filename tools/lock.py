"""Write ``requirements.lock``: every dependency with hashes and markers, for Python 3.11-3.14.

No index, no download address and no path of a machine may stand in it; ``tests/tidy`` looks.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (
    "uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11",
    "--extra", "durable", "--extra", "postgres", "--group", "dev", "--generate-hashes",
    "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
    "--upgrade", "--quiet", "--output-file", "requirements.lock",
)  # fmt: skip


def main() -> int:
    """Run the resolver in the repository's root."""
    program = Path(sys.executable).with_name(COMMAND[0])
    return subprocess.run([program, *COMMAND[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
