"""Our answers beside TensorBoard's, for the log directories of real programs and awkward ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from dashboards.tensorboard.asking import OurServer, unpacked
from dashboards.tensorboard.differences import DIFFERENCES, difference
from dashboards.tensorboard.recordings import Asked, recorded

CORPORA = sorted({corpus for corpus, _ in recorded()})


@pytest.fixture(scope="module", params=CORPORA)
def corpus(request: pytest.FixtureRequest) -> str:
    """One log directory after the other."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def server(corpus: str, tmp_path_factory: pytest.TempPathFactory) -> OurServer:
    """Our server of that log directory."""
    return OurServer(unpacked(corpus, tmp_path_factory.mktemp(corpus)))


def expected(corpus: str) -> list[Asked]:
    """Every question with the Python loader's answer; those of a route where it failed also with
    the other loader's."""
    python = recorded()[corpus, "http_py"]
    answered = {(asked.url, asked.form): asked for asked in python if asked.status < 500}
    failed = {asked.path for asked in python if asked.status >= 500}
    for asked in recorded()[corpus, "http"]:
        if asked.path in failed:
            answered.setdefault((asked.url, asked.form), asked)
    return [*answered.values()]


def test_every_answer_is_tensorboards_or_the_difference_is_documented(
    corpus: str, server: OurServer
) -> None:
    """Status, type and content of each recorded answer."""
    wrong = []
    for theirs in expected(corpus):
        ours = server.ask(theirs)
        known = difference(corpus, theirs)
        if ours != theirs and not (known and known.holds(theirs, ours)):
            wrong.append((known and known.row, theirs.url, theirs.form, theirs.body, ours.body))
    assert wrong == []


def test_where_tensorboard_fails_we_do_not(corpus: str, server: OurServer) -> None:
    """Its Python loader's status 500 is an answer here, or a mistake that is explained."""
    failed = [asked for asked in recorded()[corpus, "http_py"] if asked.status >= 500]
    answers = [server.ask(asked) for asked in failed]
    assert [ours.url for ours in answers if ours.status not in (200, 404)] == []
    assert len(failed) == (9 if corpus == "awk_values" else 0)


def test_whole_numbers_and_booleans_are_numbers_with_a_point(tmp_path: Path) -> None:
    """The columns are floating-point: 200 is 200.0 and true is 1.0, which is the same number."""
    server = OurServer(unpacked("awk_values", tmp_path))
    url = "/data/plugin/scalars/scalars?run=tensor_scalars&tag=t%2F"
    theirs = {asked.url: asked.body for asked in recorded()["awk_values", "http_py"]}
    for tag, their_value, our_text in (("bool", True, "1.0"), ("u8", 200, "200.0")):
        assert theirs[url + tag][0] == [1_700_000_000.0, 0, their_value]
        assert type(theirs[url + tag][0][2]) is type(their_value)
        assert server.client.get(url + tag).text.startswith(f"[[1700000000.0,0,{our_text}],")


def test_every_difference_is_met_in_a_recording() -> None:
    """No difference is listed that is none."""
    questions = [(corpus, asked) for corpus in CORPORA for asked in expected(corpus)]
    met = {id(difference(corpus, asked)) for corpus, asked in questions}
    assert [found.row for found in DIFFERENCES if id(found) not in met] == []
