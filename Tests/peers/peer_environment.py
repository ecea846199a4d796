"""The virtual environments of the comparisons, with packages from the Python Package Index."""

from __future__ import annotations

import os
import subprocess
import sys


def default_environment(name):
    """The folder of the virtual environment of that name."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "recollect", name)


def continue_with(python):
    """Runs the present script again, with an interpreter that has the packages."""
    arguments = [python, os.path.abspath(sys.argv[0]), *sys.argv[1:], "--no-install"]
    sys.stderr.flush()
    os.execv(python, arguments)


def installed_python(folder, packages):
    """The interpreter of a virtual environment with the packages, which is made where there is none."""
    python, complete = os.path.join(folder, "bin", "python"), os.path.join(folder, "complete")
    wanted = "\n".join(packages)
    if os.path.exists(complete):
        with open(complete, encoding="utf-8") as file:
            if file.read() == wanted:
                return python
    print(f"installing {', '.join(packages)} into {folder}", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    with open(complete, "w", encoding="utf-8") as file:
        file.write(wanted)
    return python
