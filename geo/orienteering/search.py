"""The search for problems too large to enumerate: ruin and recreate, many chains at once.

Chains belong to groups. All chains of a group start from the group's current answer, take some
visits out, fill up again, and offer what they have: the group takes it by the rule of simulated
annealing. While most offers are refused, that is as good as one chain as many times as fast.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from .arrays import Arrays, Bools, Float32
from .beams import Beams
from .chains import Chains
from .problem import FloatArray, IntArray
from .ruin import choose

FEWEST_GROUPS, MOST_GROUPS = 2, 16
GROUP_ENTRIES = 1600
"""Groups times entries times tours, about: what is large leaves no time for many."""

CHAINS_A_GROUP = 8
PATIENCE = 6400
"""Offers to all groups after which one that found nothing new of its own begins again."""

WARM, COLD = 0.004, 0.0005
"""Temperature at the begin and at the end, as a share of the best answer's worth."""

LUCK = 10_007
"""How many random numbers are drawn once and used over and over, from another one each step."""

BLINK = 0.02
"""Share of the insertions overlooked unless no other is left (Christiaens and Vanden Berghe's
blinks): else the same visits would always come back in the same order."""

BEAMED_TOURS, BEAMS_SHARE = 12, 0.25
"""Tours found by beams to begin with, if there are groups for them, in about that share of the
work."""

TOGETHER = 0.5
"""Share of the chains that are judged and shaken at a time: fewer at a time cost numpy more."""

NOISE = 0.5
"""An insertion's score is multiplied by a number between 1 - NOISE and 1."""

BARRED = 0.3
"""Share of the visits taken out that must wait until nothing else fits."""

WORTH_POWERS = (0.8, 2.0)
"""Insertions are ranked by worth to one of these powers over delay."""

TIME_WEIGHT = 1.0
"""What the whole length of a tour is worth, in median prizes: decides between equals."""


STEP_S, CHAIN_S = 400e-6, 1.5e-6
LOOK_S, CELL_S = 23e-9, 5.3e-9
"""Seconds a step takes whatever the size, more for each tour of each chain, and more for each
insertion looked at alone, and among all of a line; fitted on one core of a 2.1 GHz server. They
turn seconds into work that is the same everywhere."""


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
    luck: Float32
    rng: np.random.Generator
    found: Found
    scale: float = 1.0
    beams_s: float = 0.0


def search(arrays: Arrays, limits: Limits, seed: int, target: float = np.inf) -> Found:
    """Return the best answer found within the limits, or as soon as it is worth `target`.

    The same arrays, seconds and seed give the same answer, unless the guard interrupts.
    """
    state = _begin(arrays, limits.seconds, np.random.default_rng(seed))
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
    step = STEP_S + chains.count * chains.arrays.tours * CHAIN_S
    looked = chains.looked * LOOK_S + chains.cells * CELL_S
    return state.beams_s + state.found.steps * step + looked


def _begin(arrays: Arrays, seconds: float, rng: np.random.Generator) -> State:
    """Return a search that has not taken a step."""
    span = float(arrays.closes[arrays.entries :].max())
    size = GROUP_ENTRIES // max(1, arrays.entries * arrays.tours)
    groups = min(max(size, FEWEST_GROUPS), MOST_GROUPS)
    chains = Chains(arrays, groups * CHAINS_A_GROUP)
    state = State(
        chains=chains,
        current=Chains(arrays, groups),
        value=np.full(groups, -np.inf),
        record=np.full(groups, -np.inf),
        stale=np.zeros(groups, dtype=np.int64),
        barred=np.zeros_like(chains.seen),
        appeal=np.zeros(chains.seen.shape, dtype=np.float32),
        luck=rng.uniform(1 - NOISE, 1, LUCK).astype(np.float32),
        rng=rng,
        found=Found(tours=[[] for _ in range(arrays.tours)]),
        scale=TIME_WEIGHT * float(np.median(arrays.prize)) / span,
    )
    every = np.arange(chains.count)
    _vary(state, every)
    beams, nothing = Beams(arrays), [np.zeros(0, dtype=np.int64)] * arrays.tours
    count = min(groups - 1, max(1, BEAMED_TOURS // arrays.tours))
    # One group begins with nothing: the first tours of beams take what others need.
    answers = [*beams.answers(count, BEAMS_SHARE * seconds, rng), nothing]
    state.beams_s = beams.spent_s
    chains.write(every, [answers[chain % groups % len(answers)] for chain in every.tolist()])
    _note(state, every)
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
    if len(chains.fits.line):
        chosen = _best_insertions(state)
        if len(chosen):
            fits = chains.fits
            chains.insert(fits.line[chosen], fits.before[chosen], fits.entry[chosen])
    busy = np.zeros(chains.count, dtype=bool)
    busy[chains.fits.line // chains.arrays.tours] = True
    stuck = np.flatnonzero(~busy)
    if len(stuck) >= TOGETHER * chains.count:
        _judge(state, stuck, progress)
        _shake(state, stuck)


def _best_insertions(state: State) -> IntArray:
    """Return which of the fits have the best score of their line, none of a chain's twice.

    What was barred has its chance once nothing else fits.
    """
    chains, arrays, fits = state.chains, state.chains.arrays, state.chains.fits
    places = len(arrays.rows)
    chain = fits.line // arrays.tours
    spot = chain * places + arrays.place[fits.entry]
    # One number for each place and chain, so that its best positions stay its best.
    shift = int(state.rng.integers(len(state.luck)))
    score = state.appeal.ravel()[spot] * state.luck[(spot + shift) % len(state.luck)]
    score /= fits.delay
    score[state.barred.ravel()[spot]] = 0
    score[state.rng.integers(len(score), size=int(BLINK * len(score)))] *= np.float32(1e-6)
    first = np.concatenate([[0], (fits.line[1:] != fits.line[:-1]).nonzero()[0] + 1])
    best = np.repeat(np.maximum.reduceat(score, first), np.diff(first, append=len(score)))
    found: IntArray = ((score == best) & (best > 0)).nonzero()[0]
    line = fits.line[found]
    if len(found):
        found = found[np.concatenate([[True], line[1:] != line[:-1]])]
    if arrays.tours > 1:
        found = found[np.argsort(-score[found], kind="stable")]
        found = found[np.unique(spot[found], return_index=True)[1]]
    idle = np.ones(chains.count, dtype=bool)
    idle[chain[found]] = False
    state.barred[idle] = False
    return found


def _judge(state: State, stuck: IntArray, progress: float) -> None:
    """Offer the answers of stuck chains to their groups, and start anew from what these have."""
    chains, found = state.chains, state.found
    worth = _note(state, stuck)
    value = worth - state.scale * chains.ends(stuck)
    heat = min(found.worth, float(chains.arrays.prize.sum())) * WARM * (COLD / WARM) ** progress
    allowed = heat * np.log(state.rng.random(len(stuck)))
    group = stuck % len(state.value)
    taken: dict[int, int] = {}
    for offer in np.argsort(value, kind="stable").tolist():
        if value[offer] > state.value[group[offer]] + allowed[offer]:
            state.value[group[offer]] = value[offer]
            taken[int(group[offer])] = offer
    if taken:
        offers = np.array(list(taken.values()))
        state.current.load(np.array(list(taken)), chains, stuck[offers])
    _renew(state, group, value)
    chains.load(stuck, state.current, group)


def _note(state: State, chains: IntArray) -> FloatArray:
    """Keep the best answer of these chains if it is the best so far; return what each is worth."""
    found = state.found
    worth: FloatArray = state.chains.seen[chains] @ state.chains.arrays.worth
    top = int(worth.argmax())
    if worth[top] > found.worth:
        found.worth, found.tours = float(worth[top]), state.chains.tours_of(int(chains[top]))
    return worth


def _renew(state: State, group: IntArray, value: FloatArray) -> None:
    """Empty the groups that have found nothing new for long."""
    record = state.record.copy()
    np.maximum.at(state.record, group, value)
    np.add.at(state.stale, group, 1)
    state.stale[state.record > record + 1e-9] = 0
    old = np.flatnonzero(state.stale > PATIENCE // len(state.value))
    if len(old):
        state.stale[old] = 0
        state.value[old] = state.record[old] = -np.inf
        state.current.clear(old)


def _shake(state: State, stuck: IntArray) -> None:
    """Take visits out of stuck chains, and look for what fits into them now."""
    chains = state.chains
    shake = choose(chains, stuck, state.rng)
    before = chains.seen[stuck]
    chains.remove(shake.lines, shake.gone)
    gone = before & ~chains.seen[stuck]
    share = 2 * BARRED * state.rng.random((len(stuck), 1))
    state.barred[stuck] = gone & (state.rng.random(gone.shape) < share)
    _vary(state, stuck)
    chains.open(stuck, shake.lines, gone)
