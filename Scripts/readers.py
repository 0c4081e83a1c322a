"""The programs that read what sockeye writes, from PyPI, in a virtual environment under .build."""
import os, subprocess, sys

PACKAGES = ["jsonschema", "rfc3339-validator", "duckdb", "pytz", "chdb", "pandas", "polars", "sqlite-utils"]


def python():
    """The Python that has them, which it gets where it has not."""
    directory = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".build", "forms")
    program = os.path.join(directory, "bin", "python3")
    ready = os.path.join(directory, "ready")
    if not os.path.exists(ready) or open(ready).read() != " ".join(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", directory], check=True)
        subprocess.run([program, "-m", "pip", "-q", "--disable-pip-version-check", "install", *PACKAGES], check=True)
        with open(ready, "w") as file:
            file.write(" ".join(PACKAGES))
    return program
