"""Many groups of runs at once, over HTTP: the same numbers as one by one, whatever is shown."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
from builders import append, loaded_store, write_events
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from neuronboard.dashboards.scalars import groups
from neuronboard.dashboards.scalars.query import Question
from neuronboard.errors import QueryError
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Store
from neuronboard.store.curve import points_of
from neuronboard.store.group import grouped

RUNS = 12


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A sweep whose runs log at steps of their own and end at others; the last has no such tag."""
    folder = tmp_path_factory.mktemp("sweep")
    random = np.random.default_rng(4)
    for run in range(RUNS):
        steps = np.unique(random.integers(0, 300, 80))
        points = [(int(step), {"loss": float(random.normal()), "x": float(step)}) for step in steps]
        write_events(folder / f"run{run:02}", points)
    write_events(folder / "가", [(0, {"other": 1.0})])
    return loaded_store(folder)


@pytest.fixture(scope="module")
def client(store: Store) -> TestClient:
    """Asks the server of that store."""
    app = create_app(store, Settings(spec=store.spec), "1.2.3")
    return TestClient(app, base_url="http://localhost:6006")


@pytest.fixture(scope="module")
def of(store: Store) -> str:
    """Which list of runs is meant."""
    return groups.fingerprint(store.catalog.runs)


def decoded(body: bytes) -> list[dict[str, Any]]:
    """The groups of a binary answer, read as its description says."""
    length = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + length])
    at, before, found = 4 + length, {}, []
    for about in header["groups"]:
        columns = {}
        for name in ("x", "n", "center", "low", "high"):
            if name in about["same"]:
                columns[name] = before[name]
                continue
            columns[name] = np.frombuffer(body, "<f8", about["count"], at)
            at += 8 * about["count"]
        found.append({**about, **columns})
        before = columns
    assert at == len(body)
    return found


def ask(client: TestClient, of: str, group: list[str], **more: Any) -> list[dict[str, Any]]:
    """The groups of an answer."""
    asked = {"tag": "loss", "group": group, "of": of, **more}
    response = client.get("/api/scalars/groups", params=asked)
    assert response.status_code == 200, response.text
    return decoded(response.content)


@pytest.mark.parametrize("center", ["mean", "median", "min", "max"])
@pytest.mark.parametrize("band", ["minmax", "quartiles", "std", "sem", "ci95"])
def test_each_of_many_groups_is_what_it_is_alone(
    client: TestClient, of: str, store: Store, center: str, band: str
) -> None:
    """To the bit."""
    texts = ["0-3,7", "4", "5-6,8-11"]
    how = {"center": center, "band": band}
    for text, found in zip(texts, ask(client, of, texts, **how), strict=True):
        runs = [run.id for run in groups.members(store.catalog, [text], of)[0]]
        asked = {"tag": "loss", "run": runs, "format": "json", **how}
        alone = client.get("/api/scalars/group", params=asked).json()
        assert found["runs"] == alone["runs"] == len(runs)
        for name in ("x", "n", "center", "low", "high"):
            expected = [np.nan if value == "NaN" else value for value in alone[name]]
            np.testing.assert_array_equal(found[name], expected)


def test_a_sweep_with_steps_of_its_own_is_scipys_at_each_step(
    client: TestClient, of: str, store: Store
) -> None:
    """From the raw points: each run interpolated within its own range, Student's t of those."""
    runs = groups.members(store.catalog, ["0-7"], of)[0]
    points = [points_of(run, "loss") for run in runs]
    [found] = ask(client, of, ["0-7"], band="ci95")
    assert found["x"].tolist() == sorted({int(step) for each in points for step in each.steps})
    for at, x in enumerate(found["x"]):
        column = np.array(
            [
                np.interp(x, each.steps, each.values.astype(np.float64), np.nan, np.nan)
                for each in points
            ]
        )
        there = column[np.isfinite(column)]
        assert found["n"][at] == len(there)
        assert found["center"][at] == pytest.approx(there.mean(), abs=1e-12)
        if len(there) > 1:
            low, high = scipy.stats.t.interval(
                0.95, len(there) - 1, there.mean(), scipy.stats.sem(there)
            )
            assert (found["low"][at], found["high"][at]) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.parametrize("how", [{}, {"smoothing": 0.6}, {"low": 0, "high": 1, "pixels": 10}])
def test_values_that_are_not_finite_are_counted_and_the_first_is_told(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    """They are in no middle, so nothing else of the answer says that a run diverged."""
    nan, inf = float("nan"), float("inf")
    for run, values in enumerate([[3, 2, 1, 1], [3, inf, 1, nan], [3, 2, nan, 1]]):
        write_events(tmp_path / f"{run}", [(i * 10, {"loss": v}) for i, v in enumerate(values)])
    store = loaded_store(tmp_path)
    client = TestClient(create_app(store, Settings(spec=store.spec), "1"), "http://localhost")
    of = groups.fingerprint(store.catalog.runs)
    told = [
        (found["not_finite"], found["first_not_finite"], found["runs"])
        for found in ask(client, of, ["0", "1-2", "2"], **how)
    ]
    assert told == [(0, None, 1), (3, 10, 2), (1, 20, 1)]


selections = st.lists(st.integers(0, RUNS), min_size=1, max_size=6, unique=True)


@settings(deadline=None, max_examples=60)
@given(st.lists(selections, max_size=5), st.sampled_from([None, 40, 4000]), st.booleans())
def test_no_selection_outside_a_group_changes_its_band_by_a_bit(
    client: TestClient, of: str, others: list[list[int]], pixels: int | None, smooth: bool
) -> None:
    """Whatever is asked for with it: in the part of x that a picture shows, too."""
    how: dict[str, Any] = {"pixels": pixels} if pixels else {}
    how |= {"smoothing": 0.6 if smooth else 0, "band": "ci95"}
    how |= {"low": 10, "high": 250}
    texts = [",".join(map(str, sorted(runs))) for runs in others]
    [alone] = ask(client, of, ["1-4"], **how)
    beside = ask(client, of, [*texts, "1-4"], **how)[-1]
    for name in ("x", "n", "center", "low", "high"):
        assert alone[name].tobytes() == beside[name].tobytes()


def test_the_pixel_columns_are_those_of_all_groups(client: TestClient, of: str) -> None:
    """The picture shows all of them; a point that comes has the value of the whole."""
    few = ask(client, of, ["0-5", "6-11"], pixels=20)
    whole = ask(client, of, ["0-5", "6-11"])
    for part, all_of_it in zip(few, whole, strict=True):
        assert part["reduced"]
        assert len(part["x"]) < len(all_of_it["x"])
        at = np.searchsorted(all_of_it["x"], part["x"])
        for name in ("x", "n", "center", "low", "high"):
            np.testing.assert_array_equal(part[name], all_of_it[name][at])


def test_a_point_before_and_behind_each_change_of_n_comes(client: TestClient, of: str) -> None:
    """The band is thinner exactly where fewer runs reach."""
    [whole] = ask(client, of, ["0-11"])
    [few] = ask(client, of, ["0-11"], pixels=2)
    changes = np.flatnonzero(np.diff(whole["n"]))
    assert len(changes) > 5
    assert set(whole["x"][changes]) | set(whole["x"][changes + 1]) <= set(few["x"])


def test_runs_without_the_tag_do_not_count(client: TestClient, of: str) -> None:
    """A group of none is empty."""
    some, nothing = ask(client, of, [f"0-1,{RUNS}", str(RUNS)])
    assert (some["runs"], nothing["runs"]) == (2, 0)
    assert (nothing["count"], nothing["extent"], nothing["newest"]) == (0, None, None)
    assert some["extent"] == [some["x"][0], some["x"][-1]]


@pytest.mark.parametrize("axis", ["relative", "wall", "active", "index"])
def test_a_group_is_drawn_over_every_axis(client: TestClient, of: str, axis: str) -> None:
    """A run's x is what it is without a group."""
    series = client.get(
        "/api/scalars/series", params={"tag": "loss", "run": "run01", "axis": axis, "format": "csv"}
    )
    rows = list(csv.DictReader(io.StringIO(series.text)))
    [found] = ask(client, of, ["1"], axis=axis)
    assert found["center"].tolist() == [float(np.float32(row["value"])) for row in rows]
    if axis in ("active", "index"):
        assert found["x"].tolist() == [float(row["x"]) for row in rows]


def test_a_group_over_another_tag(client: TestClient, of: str) -> None:
    """Here the tag is the step itself."""
    [over] = ask(client, of, ["0-4"], axis="tag", over="x")
    [steps] = ask(client, of, ["0-4"])
    assert (over["x"] == steps["x"]).all()
    assert (over["center"] == steps["center"]).all()


def test_a_list_that_has_changed_is_refused(client: TestClient, of: str) -> None:
    """Numbers would mean other runs."""
    asked = {"tag": "loss", "group": "0", "of": "00000000"}
    response = client.get("/api/scalars/groups", params=asked)
    assert response.status_code == 409
    assert f"that of api/runs is '{of}'" in response.json()["error"]["message"]


def test_the_fingerprint_is_that_of_the_names(tmp_path: Path) -> None:
    """CRC-32 of the lines; the page computes the same."""
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    write_events(tmp_path / "가", [(0, {"v": 1.0})])
    assert groups.fingerprint(loaded_store(tmp_path).catalog.runs) == "a0c5316a"


@pytest.mark.parametrize("text", ["", "x", "3-1", "0-99", "1,,2", "-1", "١"])
def test_what_names_no_group_is_refused(store: Store, of: str, text: str) -> None:
    """With what would."""
    with pytest.raises(QueryError, match=r"numbers"):
        groups.members(store.catalog, [text], of)


def test_a_zoom_makes_no_group_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made is kept until a run of it has grown, or there is too much of it."""
    for run in ("a", "b"):
        write_events(tmp_path / run, [(step, {"v": float(step)}) for step in range(10)])
    store = loaded_store(tmp_path)
    made: list[int] = []

    def counted(lines: Any, *how: Any) -> Any:
        made.append(len(lines))
        return grouped(lines, *how)

    monkeypatch.setattr(groups, "grouped", counted)

    def ask_for(*runs: int, **how: Any) -> groups.GroupAnswer:
        some = [[store.catalog.runs[run] for run in runs]]
        question = Question(("v",), **how)
        curves = groups.curves_of_groups(store.catalog, question, some)
        return groups.groups(store.catalog, question, curves, "mean", "std")[0]

    first = ask_for(0, 1)
    assert ask_for(0, 1, bounds=(2.0, 4.0)).group.x.tolist() == [2, 3, 4]
    assert ask_for(0, 1, log=True).group is first.group
    assert made == [2]
    ask_for(0)
    append(tmp_path / "b", 10, "v", value=30.0)
    store.refresh()
    assert ask_for(0, 1).group.x.tolist() == list(range(11))
    assert made == [2, 1, 2]
    monkeypatch.setattr(groups, "KEPT_POINTS", 5)
    for _ in range(2):
        ask_for(0, 1, axis="wall")
        ask_for(1, axis="wall")
    assert made == [2, 1, 2, 2, 1, 2, 1]


def test_csv_and_json_hold_the_same(client: TestClient, of: str) -> None:
    """A row for each x of each group."""
    asked = {"tag": "loss", "group": ["0-2", "3-5"], "of": of}
    url = "/api/scalars/groups"
    rows = list(
        csv.DictReader(io.StringIO(client.get(url, params={**asked, "format": "csv"}).text))
    )
    told = client.get(url, params={**asked, "format": "json"}).json()["groups"]
    for number, group in enumerate(told):
        mine = [row for row in rows if row["group"] == str(number)]
        for name in ("x", "n", "center", "low", "high"):
            assert [float(row[name]) for row in mine] == group[name]


def test_an_answer_comes_once(client: TestClient, of: str) -> None:
    """Who has it is told so."""
    asked = {"tag": "loss", "group": "0-2", "of": of}
    first = client.get("/api/scalars/groups", params=asked)
    again = client.get(
        "/api/scalars/groups", params=asked, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_groups_are_asked_for_by_numbers_only(client: TestClient, of: str) -> None:
    """Runs by id would say something else."""
    asked = {"tag": "loss", "group": "0", "of": of, "run": "run01"}
    response = client.get("/api/scalars/groups", params=asked)
    assert response.status_code == 400
    assert "not in run" in response.json()["error"]["message"]
    question = Question(("loss",))
    assert question.runs is None
