"""Groups and two runs beside each other, against numpy and by hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
import scipy.stats
from builders import loaded_store, write_events
from starlette.testclient import TestClient

from neuronboard.dashboards.scalars import groups
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings

VALUES = {  # run -> values of "loss" at steps 0, 10, 20, ...
    "a0": [3.0, 2.0, 1.0],
    "a1": [3.0, 2.5, 1.5, 1.25],
    "a2": [3.0, 1.5, 0.5],
    "b0": [5.0, 4.0, 4.5],
    "b1": [5.0, 4.0, 3.0],
    "c0": [1.0, 7.0],
    "c1": [1.0, float("nan")],
}


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """Groups a, b and c, of which c has a run that has diverged; d has another tag."""
    for run, values in VALUES.items():
        write_events(tmp_path / run, [(10 * i, {"loss": v}) for i, v in enumerate(values)])
    write_events(tmp_path / "d", [(0, {"other": 1.0})])
    store = loaded_store(tmp_path)
    app = create_app(store, Settings(spec=store.spec), "1.2.3")
    client = TestClient(app, base_url="http://localhost:6006")
    client.params = client.params.set("of", groups.fingerprint(store.catalog.runs))
    return client


GROUPS = ["0-2", "3-4", "5-6", "7"]


def ask(client: TestClient, **more: Any) -> dict[str, Any]:
    """The columns of the first tag."""
    asked = {"tag": "loss", "group": GROUPS, **more}
    response = client.get("/api/scalars/compare", params=asked)
    assert response.status_code == 200, response.text
    columns: dict[str, Any] = response.json()["tags"][0]
    return columns


def test_the_mean_of_a_group_with_its_interval_and_n(client: TestClient) -> None:
    """Student's t; a run that has diverged is counted beside."""
    found = ask(client)
    last = np.array([1.0, 1.25, 0.5])
    low, high = scipy.stats.t.interval(0.95, 2, last.mean(), scipy.stats.sem(last))
    assert found["mean"][:3] == pytest.approx([last.mean(), 3.75, 7.0])
    assert (found["low"][0], found["high"][0]) == pytest.approx((low, high))
    assert found["n"] == [3, 2, 1, 0]
    assert found["runs"] == [3, 2, 2, 0]
    assert found["left_out"] == [0, 0, 1, 0]
    assert found["low"][2:] == [None, None]
    assert found["mean"][3] is None
    assert (found["first_step"][0], found["last_step"][0]) == (20, 30)


def test_the_difference_to_a_baseline(client: TestClient) -> None:
    """Welch's interval, with whole degrees of freedom; none where a group is one run."""
    found = ask(client, baseline=0)
    first, second = np.array([1.0, 1.25, 0.5]), np.array([4.5, 3.0])
    exact = scipy.stats.ttest_ind(second, first, equal_var=False)
    freedom = int(exact.df)
    assert found["freedom"] == [None, freedom, None, None]
    error = np.hypot(scipy.stats.sem(first), scipy.stats.sem(second))
    reach = error * scipy.stats.t.ppf(0.975, freedom)
    value = second.mean() - first.mean()
    assert found["difference"] == [
        None,
        pytest.approx(value),
        pytest.approx(7 - first.mean()),
        None,
    ]
    assert found["difference_low"][1] == pytest.approx(value - reach)
    assert found["difference_high"][1] == pytest.approx(value + reach)
    assert found["difference_low"][2] is None


@pytest.mark.parametrize(
    ("stat", "expected"), [("min", [2.75 / 3, 3.5, 1.0]), ("max", [3.0, 5.0, 4.0])]
)
def test_the_best_of_each_run_counts(client: TestClient, stat: str, expected: list[float]) -> None:
    """The lowest or the highest finite value, whenever it was."""
    found = ask(client, stat=stat)
    assert found["mean"][:3] == pytest.approx(expected)


def test_each_tag_may_have_a_value_of_its_own(client: TestClient) -> None:
    """The lowest loss beside the highest of another tag."""
    asked = {"tag": ["loss", "other"], "group": GROUPS, "stat": ["min", "final"]}
    tags = client.get("/api/scalars/compare", params=asked).json()["tags"]
    assert [(one["tag"], one["stat"]) for one in tags] == [("loss", "min"), ("other", "final")]
    assert tags[1]["mean"] == [None, None, None, 1.0]


def test_at_a_step_runs_that_do_not_reach_it_are_counted_beside(client: TestClient) -> None:
    """Between two points in proportion."""
    found = ask(client, stat="at", step=25)
    assert (found["mean"][0], found["n"][0], found["left_out"][0]) == (1.375, 1, 2)
    found = ask(client, stat="at", step=5)
    assert found["mean"][0] == pytest.approx(np.mean([2.5, 2.75, 2.25]))
    assert found["n"] == [3, 2, 1, 0]


def test_the_table_as_csv(client: TestClient) -> None:
    """With the names that the page gives to groups; what is not there is empty."""
    asked = {"tag": "loss", "group": GROUPS, "baseline": 0, "format": "csv"}
    names = ["lr 0.1", "lr 0.01", '가 "quoted"', "d"]
    response = client.get("/api/scalars/compare", params={**asked, "label": names})
    rows = list(csv.DictReader(io.StringIO(response.text)))
    told = ask(client, baseline=0)
    assert [row["group"] for row in rows] == names
    assert {row["baseline"] for row in rows} == {"lr 0.1"}
    for name in ("mean", "low", "n", "difference", "difference_high", "freedom"):
        read = [float(row[name]) if row[name] else None for row in rows]
        assert read == told[name]


@pytest.mark.parametrize(
    ("question", "status", "part"),
    [
        ("tag=none&group=0", 404, "no scalar tag 'none'"),
        ("tag=loss&group=0&stat=at", 400, "stat=at goes with step"),
        ("tag=loss&group=0&step=3", 400, "stat=at goes with step"),
        ("tag=loss&group=0&stat=at&step=nan", 400, "step must be finite"),
        ("tag=loss&group=0&baseline=1", 400, "baseline is the number of a group"),
        ("tag=loss&group=0&format=csv&label=a&label=b", 400, "1 groups, but 2 times label"),
        ("tag=loss&group=0&stat=mode", 400, "stat"),
        ("tag=loss&group=0&stat=min&stat=max", 400, "once for each of 1 tags; got 2"),
    ],
)
def test_a_wrong_comparison_is_refused(
    client: TestClient, question: str, status: int, part: str
) -> None:
    """With a sentence that says what is wrong."""
    response = client.get("/api/scalars/compare", params=parse_qs(question))
    assert response.status_code == status
    assert part in response.json()["error"]["message"]


@pytest.fixture
def pair(tmp_path: Path) -> TestClient:
    """Two runs that begin alike, cross, and part; each has a tag of its own."""
    curves = {
        "first": {"crossing": [1, 2, 5, 3, 1, 1], "same": [1, float("nan"), 3, 4, 5, 6]},
        "second": {"crossing": [1, 2, 4, 4, 2, 3, 9], "same": [1, float("nan"), 3, 4, 5, 6]},
    }
    for run, tags in curves.items():
        for number, (tag, values) in enumerate(tags.items()):
            points = [(10 * i, {tag: float(v)}) for i, v in enumerate(values)]
            write_events(tmp_path / run / f"events.out.tfevents.{number}.h.1.0", points)
        own = {f"own/{run}": 1.0, "ends": 2.0 if run == "first" else 1.0}
        write_events(tmp_path / run / "events.out.tfevents.9.h.1.0", [(5, own)])
    store = loaded_store(tmp_path)
    return TestClient(
        create_app(store, Settings(spec=store.spec), "1.2.3"), base_url="http://localhost:6006"
    )


def test_two_runs_side_by_side(pair: TestClient) -> None:
    """Which tags only one has, where the curves stop being the same, where they part for good."""
    asked = {"run": ["first", "second"], "tag": ["crossing", "same", "ends"]}
    told = pair.get("/api/scalars/pair", params=asked).json()
    assert sorted(told["both"]) == ["crossing", "ends", "same"]
    assert told["only"] == [["own/first"], ["own/second"]]
    crossing, same, ends = told["tags"]
    assert (crossing["differ"], crossing["apart"], crossing["above"]) == (20, 30, 1)
    assert crossing["last"] == [1.0, 9.0]
    assert (same["differ"], same["apart"], same["above"]) == (None, None, None)
    assert (ends["differ"], ends["apart"], ends["above"]) == (5, 5, 0)


def test_a_pair_is_two_runs_that_have_the_tags(pair: TestClient) -> None:
    """Else it is said."""
    for asked, status in (
        ({"run": ["first"]}, 400),
        ({"run": ["first", "nobody"]}, 404),
        ({"run": ["first", "second"], "tag": "own/first"}, 400),
    ):
        assert pair.get("/api/scalars/pair", params=asked).status_code == status
