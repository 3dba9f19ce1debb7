"""Installs NeuronBoard as a user does and tries it on every supported version that is at hand.

The wheel is built from a copy of the checkout, so that nothing of the checkout can stand in for a
file that the wheel lacks. Each environment trains the tutorial's neuron, serves it, and is asked
for the page, an asset of it and the curve.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import prepare
import pytest

ROOT = Path(__file__).resolve().parent.parent
NEURON = ROOT / "logs_example" / "neuron.py"
PIP = ["-m", "pip", "--disable-pip-version-check", "--quiet"]


@dataclass(frozen=True)
class Environment:
    """A Python to make an environment of, and the versions to pin in it."""

    name: str
    python: str
    pins: tuple[str, ...] = ()


def _pythons() -> list[Environment]:
    """Every Python of 3.11 or newer that answers, one of each minor version."""
    found = {}
    for name in (sys.executable, *(f"python3.{minor}" for minor in range(11, 20))):
        asked = (
            subprocess.run(
                [name, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                capture_output=True,
                text=True,
                check=False,
            )
            if shutil.which(name)
            else None
        )
        if asked and asked.returncode == 0:
            found.setdefault(asked.stdout.strip(), name)
    return [Environment(f"python {version}", python) for version, python in found.items()]


# numpy 2.0 has wheels up to Python 3.12, 2.1 up to 3.13.
_OLDEST_NUMPY = "numpy==2.0.*" if sys.version_info < (3, 13) else "numpy==2.1.*"
ENVIRONMENTS = [
    *_pythons(),
    Environment("oldest numpy and protobuf", sys.executable, (_OLDEST_NUMPY, "protobuf==4.25.*")),
]


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git knows, without what was built among them."""
    folder = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    return folder


def _built(source: Path, folder: Path, **environment: str) -> Path:
    build = [sys.executable, *PIP, "wheel", "--no-deps", "-w", str(folder), str(source)]
    subprocess.run(build, cwd=folder, check=True, env={**os.environ, **environment})
    return next(folder.glob("neuronboard-*.whl"))


@pytest.fixture(scope="session")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` makes."""
    return _built(source, tmp_path_factory.mktemp("wheel"), CC=" ".join(prepare.compiler()))


@pytest.fixture(scope="session")
def pure_wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that it makes where there is no compiler."""
    return _built(source, tmp_path_factory.mktemp("pure"), CC="there-is-no-compiler")


def test_one_wheel_serves_every_python(wheel: Path, pure_wheel: Path) -> None:
    """With the extension in the stable ABI; without one nothing in it is of a platform."""
    assert "-cp311-abi3-" in wheel.name
    built = sorted(name.split("/")[-1].split(".")[0] for name in _compiled(wheel))
    assert built == ["_event_encode", "_event_scan", "_kernels", "_steps"]
    assert pure_wheel.name.endswith("-py3-none-any.whl")
    assert _compiled(pure_wheel) == []


def _compiled(wheel: Path) -> list[str]:
    return [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith((".so", ".pyd"))]


def test_without_a_compiler_it_installs_reads_and_says_so(pure_wheel: Path, tmp_path: Path) -> None:
    """One line at the start; the same points."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    binaries = tmp_path / "venv" / "bin"
    install = [str(binaries / "python"), *PIP, "install", str(pure_wheel)]
    subprocess.run(install, check=True)
    subprocess.run([str(binaries / "python"), "-W", "error", str(NEURON)], cwd=tmp_path, check=True)
    command = [str(binaries / "neuronboard"), "--logdir=log_simple_stats", "--port=0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert "without the C extension" in server.stdout.readline()
            url = _url(server)
            answer = json.loads(_get(f"{url}api/scalars/series?format=json&tag=output&run=."))
            assert len(answer["series"][0]["values"]) == 100
            assert json.loads(_get(f"{url}api/status"))["extension"] is False
        finally:
            server.terminate()


def test_the_wheel_holds_the_page(wheel: Path) -> None:
    """Every file of web/ that git knows is in the wheel, beside every module."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("web", "neuronboard/web"), ("neuronboard", "neuronboard")):
        files = subprocess.run(
            ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        missing = [f for f in files if f.replace(folder, inside, 1) not in names]
        assert missing == []


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda environment: environment.name)
def test_a_plain_install_trains_and_serves(
    environment: Environment, wheel: Path, tmp_path: Path
) -> None:
    """Install, train, serve, ask: what a new user does, in an environment of its own."""
    subprocess.run([environment.python, "-m", "venv", str(tmp_path / "venv")], check=True)
    binaries = tmp_path / "venv" / "bin"
    python = str(binaries / "python")
    subprocess.run([python, *PIP, "install", str(wheel), *environment.pins], check=True)
    subprocess.run([python, "-W", "error", str(NEURON)], cwd=tmp_path, check=True)
    command = [str(binaries / "neuronboard"), "--logdir=log_simple_stats", "--port=0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = _url(server)
            page = _get(url).decode()
            assert "neuronboard" in page.lower()
            assert b"import" in _get(url + _main_script(page))
            answer = json.loads(_get(f"{url}api/scalars/series?format=json&tag=output&run=."))
            values = answer["series"][0]["values"]
            assert (len(values), values[0], values[1]) == (100, 0.8, 0.76)
        finally:
            server.terminate()


def _url(server: subprocess.Popen[str]) -> str:
    """The URL that the command prints once it answers."""
    assert server.stdout is not None
    lines = []
    for line in server.stdout:
        lines.append(line)
        for word in line.split():
            if word.startswith("http://"):
                return word.rstrip("/") + "/"
    raise AssertionError(f"the command ended without a URL: {''.join(lines)}")


def _main_script(page: str) -> str:
    return page.split('<script type="module" src="')[1].split('"')[0]


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return bytes(answer.read())
