"""The search for problems too large to enumerate: ruin and recreate, many chains at once.

Chains belong to groups. All chains of a group start from the group's current answer, take some
visits out, fill up again, and offer what they have: the group takes it by the rule of simulated
annealing. While most offers are refused, that is as good as one chain as many times as fast.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from .arrays import Arrays, Bools, Float32
from .chains import Chains
from .problem import FloatArray, IntArray
from .ruin import choose

FEWEST_CHAINS, MOST_CHAINS = 32, 64
CHAIN_ENTRIES = 10_000
"""Chains times entries times tours, about: numpy takes so much in its stride."""

CHAINS_A_GROUP = 8
PATIENCE = 400
"""Offers without a new record of its own after which a group begins again with nothing."""

WARM, COLD = 0.004, 0.0005
"""Temperature at the begin and at the end, as a share of the best answer's worth."""

NOISE = 0.5
"""An insertion's score is multiplied by a number between 1 - NOISE and 1."""

BARRED = 0.3
"""Share of the visits taken out that must wait until nothing else fits."""

WORTH_POWERS = (0.8, 2.0)
"""Insertions are ranked by worth to one of these powers over delay."""

TIME_WEIGHT = 1.0
"""What the whole length of a tour is worth, in median prizes: decides between equals."""


STEP_S = 380e-6
LINE_S = 3e-6
CELL_S = 2.2e-9
"""Seconds a step takes whatever the size, more for each tour of each chain, and more for each
insertion evaluated; fitted on one core of a 2.1 GHz server. They turn seconds into work that is
the same everywhere."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When the search stops: after work for so many `seconds`, or once the guard's time is over.

    `deadline` is by this thread's own clock, which a busy machine does not drive on.
    """

    seconds: float
    deadline: float = float("inf")

    def passed(self) -> bool:
        """Whether the guard's time is over."""
        return time.thread_time() > self.deadline


@dataclass(slots=True)
class Found:
    """The best answer so far: rows of each tour, what it is worth with its bonuses."""

    tours: list[list[int]]
    worth: float = 0.0
    steps: int = 0
    interrupted: bool = False


@dataclass(slots=True)
class State:
    """All that a search changes as it goes."""

    chains: Chains
    current: Chains
    value: FloatArray
    record: FloatArray
    stale: IntArray
    barred: Bools
    appeal: Float32
    rng: np.random.Generator
    found: Found
    scale: float = field(default=1.0)


def search(arrays: Arrays, limits: Limits, seed: int, target: float = np.inf) -> Found:
    """Return the best answer found within the limits, or as soon as it is worth `target`.

    The same arrays, seconds and seed give the same answer, unless the guard interrupts.
    """
    state = _begin(arrays, np.random.default_rng(seed))
    found = state.found
    while found.worth < target and (progress := _work_s(state) / limits.seconds) < 1:
        if limits.passed():
            found.interrupted = True
            break
        _step(state, progress)
        found.steps += 1
    return found


def _work_s(state: State) -> float:
    """Return how long the search has taken so far, by the work done."""
    chains = state.chains
    lines = chains.count * chains.arrays.tours
    return state.found.steps * (STEP_S + lines * LINE_S) + chains.cells * CELL_S


def _begin(arrays: Arrays, rng: np.random.Generator) -> State:
    """Return a search that has not taken a step."""
    span = float(arrays.closes[arrays.entries :].max())
    size = CHAIN_ENTRIES // max(1, arrays.entries * arrays.tours)
    groups = min(max(size, FEWEST_CHAINS), MOST_CHAINS) // CHAINS_A_GROUP
    chains = Chains(arrays, groups * CHAINS_A_GROUP)
    state = State(
        chains=chains,
        current=Chains(arrays, groups),
        value=np.full(groups, -np.inf),
        record=np.full(groups, -np.inf),
        stale=np.zeros(groups, dtype=np.int64),
        barred=np.zeros_like(chains.seen),
        appeal=np.zeros(chains.seen.shape, dtype=np.float32),
        rng=rng,
        found=Found(tours=[[] for _ in range(arrays.tours)]),
        scale=TIME_WEIGHT * float(np.median(arrays.prize)) / span,
    )
    _vary(state, np.arange(chains.count))
    return state


def _vary(state: State, chains: IntArray) -> None:
    """Give chains a new idea of how much worth counts against delay."""
    worth = state.chains.arrays.worth
    power = state.rng.uniform(*WORTH_POWERS, size=(len(chains), 1))
    share = np.log(np.maximum(worth / worth.max(), 1e-9))
    state.appeal[chains] = np.exp(share * power).astype(np.float32)


def _step(state: State, progress: float) -> None:
    """Insert the best entry of each line; judge and shake the chains in which none fits."""
    chains = state.chains
    lines, entry = _best_insertions(state)
    changed = [lines]
    if len(lines):
        chains.insert(lines, entry, state.rng)
    busy = np.zeros(chains.count, dtype=bool)
    busy[lines // chains.arrays.tours] = True
    stuck = np.flatnonzero(~busy)
    # What was barred gets its chance before the chain is judged.
    waiting = state.barred[stuck].any(axis=1)
    state.barred[stuck[waiting]] = False
    stuck = stuck[~waiting]
    if len(stuck):
        _judge(state, stuck, progress)
        changed.append(_shake(state, stuck))
    lines = np.concatenate(changed)
    if len(lines):
        chains.refresh(lines)


def _best_insertions(state: State) -> tuple[IntArray, IntArray]:
    """Return the lines something fits into, and the entry with the best score for each.

    An entry goes only to the line of its chain where it scores best, so none is taken twice;
    two entries of one place are told apart by a second look.
    """
    chains, arrays = state.chains, state.chains.arrays
    free = np.where(chains.seen | state.barred, np.float32(0), state.appeal)
    free = np.take(free, arrays.place, axis=1)
    free *= state.rng.random(free.shape, dtype=np.float32) * NOISE + (1 - NOISE)
    score = free[:, None, :] / chains.delay.reshape(chains.count, arrays.tours, -1)
    if arrays.tours > 1:
        best = score.argmax(axis=1)[:, None, :]
        score = np.where(best == np.arange(arrays.tours)[:, None], score, np.float32(0))
    score = score.reshape(-1, arrays.entries)
    entry = score.argmax(axis=1)
    lines = np.flatnonzero(score[np.arange(len(score)), entry] > 0)
    entry = entry[lines]
    if arrays.entries > len(arrays.rows):
        key = lines // arrays.tours * len(arrays.rows) + arrays.place[entry]
        _, first = np.unique(key, return_index=True)
        lines, entry = lines[first], entry[first]
    return lines, entry


def _judge(state: State, stuck: IntArray, progress: float) -> None:
    """Offer the answers of stuck chains to their groups, and start anew from what these have."""
    chains, found = state.chains, state.found
    worth = chains.seen[stuck] @ chains.arrays.worth
    top = int(worth.argmax())
    if worth[top] > found.worth:
        found.worth, found.tours = float(worth[top]), chains.tours_of(int(stuck[top]))
    value = worth - state.scale * chains.ends(stuck)
    heat = min(found.worth, float(chains.arrays.prize.sum())) * WARM * (COLD / WARM) ** progress
    allowed = heat * np.log(state.rng.random(len(stuck)))
    group = stuck % len(state.value)
    for offer in np.argsort(value, kind="stable"):
        if value[offer] > state.value[group[offer]] + allowed[offer]:
            state.value[group[offer]] = value[offer]
            state.current.load(group[offer : offer + 1], chains, stuck[offer : offer + 1])
    _renew(state, group, value)
    chains.load(stuck, state.current, group)


def _renew(state: State, group: IntArray, value: FloatArray) -> None:
    """Empty the groups that have found nothing new for long."""
    record = state.record.copy()
    np.maximum.at(state.record, group, value)
    np.add.at(state.stale, group, 1)
    state.stale[state.record > record + 1e-9] = 0
    old = np.flatnonzero(state.stale > PATIENCE)
    if len(old):
        state.stale[old] = 0
        state.value[old] = state.record[old] = -np.inf
        state.current.clear(old)


def _shake(state: State, stuck: IntArray) -> IntArray:
    """Take visits out of stuck chains; return the lines that changed."""
    chains = state.chains
    shake = choose(chains, stuck, state.rng)
    before = chains.seen[stuck]
    chains.remove(shake.lines, shake.gone)
    gone = before & ~chains.seen[stuck]
    share = 2 * BARRED * state.rng.random((len(stuck), 1))
    state.barred[stuck] = gone & (state.rng.random(gone.shape) < share)
    _vary(state, stuck)
    return shake.lines
