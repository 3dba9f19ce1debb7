"""Holds the documents to what is true: code that runs, commands and files that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *(str(page.relative_to(ROOT)) for page in sorted(ROOT.glob("docs/*.md"))),
)
README = (ROOT / "README.md").read_text("utf-8")
PYTHON_BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)
BASH_LINES = [
    line
    for block in re.findall(r"^```bash\n(.*?)^```", README, re.M | re.S)
    for line in block.splitlines()
]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.mark.parametrize("code", PYTHON_BLOCKS, ids=range(len(PYTHON_BLOCKS)))
def test_a_python_block_of_the_readme_runs_and_writes_a_log(code: str, tmp_path: Path) -> None:
    """Each block is a whole program, and leaves an event file below the folder it ran in."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.rglob("events.out.tfevents.*"))


def test_the_readme_has_its_examples() -> None:
    """The blocks above are found, not listed, so none found would pass unseen."""
    assert len(PYTHON_BLOCKS) == 3


def test_the_neuron_of_the_readme_learns(tmp_path: Path) -> None:
    """The number it prints is the tutorial's after 100 steps, 0.8 * 0.95**100."""
    command = [sys.executable, "-c", PYTHON_BLOCKS[0]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(0.8 * 0.95**100, rel=1e-5)


@pytest.mark.parametrize("line", BASH_LINES)
def test_a_command_of_the_readme_exists(line: str) -> None:
    """make's targets are in the Makefile, our command's flags in its help."""
    program, *arguments = line.split()
    if program == "make":
        targets = [word for word in arguments if "=" not in word]
        makefile = (ROOT / "Makefile").read_text("utf-8")
        assert [t for t in targets if f"\n{t}:" not in makefile] == []
    elif program == "neuronboard":
        flags = [word.split("=")[0] for word in arguments]
        assert [flag for flag in flags if flag not in _help()] == []
    else:
        assert line == "pip install ."


def test_the_flags_of_the_readme_are_in_the_help() -> None:
    """Every flag that the README's text names is one that the command has."""
    flags = set(re.findall(r"`(--[a-z_]+)", README))
    assert flags
    assert [flag for flag in sorted(flags) if flag not in _help()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_files_that_a_document_links_to_exist(document: str) -> None:
    """Relative links, pictures included."""
    path = ROOT / document
    links = LINK.findall(path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def _help() -> str:
    command = [sys.executable, "-m", "neuronboard", "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
