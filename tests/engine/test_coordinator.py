"""Threads that end together."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import neuronboard.compat.v1 as tf


def _started(target: Any) -> threading.Thread:
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def test_a_stop_ends_every_thread() -> None:
    coordinator = tf.train.Coordinator()
    turns: list[int] = []

    def work() -> None:
        while not coordinator.should_stop():
            turns.append(1)
            if len(turns) > 100:
                coordinator.request_stop()

    coordinator.join([_started(work) for _ in range(3)])
    assert len(turns) > 100
    assert coordinator.should_stop()
    coordinator.clear_stop()
    assert not coordinator.should_stop()


def test_what_one_thread_fails_with_is_raised_where_all_are_joined() -> None:
    coordinator = tf.train.Coordinator()

    def fail() -> None:
        with coordinator.stop_on_exception():
            raise ValueError("of the thread")

    threads = [_started(fail), _started(coordinator.wait_for_stop)]
    with pytest.raises(ValueError, match="of the thread"):
        coordinator.join(threads)


def test_the_end_of_the_data_is_no_failure() -> None:
    coordinator = tf.train.Coordinator()
    with tf.Graph().as_default(), tf.Session() as session:
        number = tf.data.Dataset.range(3).make_one_shot_iterator().get_next()
        assert tf.train.start_queue_runners(session, coordinator) == []
        seen = []
        with coordinator.stop_on_exception():
            while not coordinator.should_stop():
                seen.append(session.run(number))
    assert seen == [0, 1, 2]
    coordinator.join()


def test_threads_that_go_on_are_named() -> None:
    coordinator, end = tf.train.Coordinator(), threading.Event()
    thread = threading.Thread(target=end.wait, name="stubborn", daemon=True)
    thread.start()
    coordinator.register_thread(thread)
    assert not coordinator.joined
    coordinator.request_stop()
    with pytest.raises(RuntimeError, match="still running: stubborn"):
        coordinator.join(stop_grace_period_secs=0.01)
    coordinator.join([thread], stop_grace_period_secs=0.01, ignore_live_threads=True)
    end.set()
    thread.join()


def test_a_looper_calls_until_it_is_stopped() -> None:
    coordinator = tf.train.Coordinator()
    calls: list[int] = []

    def call(most: int) -> None:
        calls.append(1)
        if len(calls) == most:
            coordinator.request_stop()

    tf.train.LooperThread.loop(coordinator, None, call, args=(5,))
    coordinator.join()
    assert len(calls) == 5
