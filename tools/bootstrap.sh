#!/bin/sh
# Make the virtual environment: find a Python, check what it needs, install the locked packages.
# Says in one line what is missing and how to get it.
set -eu
venv=$1

missing() {
    echo "reskontra: $1 is missing. Debian/Ubuntu: apt install $2 | Fedora: dnf install $3 | macOS: brew install $4" >&2
    exit 1
}

python=${PYTHON:-}
if [ -z "$python" ]; then
    for candidate in python3.12 python3.11 python3.14 python3.13 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
fi
[ -n "$python" ] || missing "Python 3.11 or later" "python3 python3-venv python3-dev" "python3 python3-devel" python
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing "the venv module of $python" python3-venv python3 python

durable=yes
if "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then
    header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
    [ -f "$header" ] || missing "Python.h (headers of $python)" python3-dev python3-devel python
    command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || missing "a C compiler" gcc gcc gcc
else
    durable=no
    echo "reskontra: durable-rules cannot be built for this Python: the native decider decides alone" >&2
fi

echo "reskontra: installing into $venv (once, about a minute)" >&2
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install -q --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install -q --no-deps --no-build-isolation -e .
[ "$durable" = no ] || "$venv/bin/python" -c 'import durable_rules_engine' 2>/dev/null ||
    echo "reskontra: durable-rules does not load: the native decider decides alone" >&2
