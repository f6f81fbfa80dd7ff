"""What every matcher is judged by, so that peers are compared at the same operating points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Ranked:
    """Per mention: the score of the best school, whether it is right, whether the mention names one, whether the right one was
    among those weighed; and mentions a CPU-second.
    """

    name: str
    score: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    named: npt.NDArray[np.bool_]
    proposed: npt.NDArray[np.bool_]
    speed: float

    @property
    def accuracy(self) -> float:
        """Of the mentions that name a school, the share whose best school is right."""
        return float(self.right[self.named].mean())

    def recall_at(self, precision: float) -> float:
        """The most of the named mentions that can be accepted, right, while that share of all accepted is right; the threshold
        is chosen with hindsight, on the very mentions that it is judged by.
        """
        order = np.argsort(-self.score, kind="stable")
        right = np.cumsum(self.right[order])
        share = right / np.arange(1, len(order) + 1)
        # A threshold takes all mentions of one score or none of them.
        last = np.append(self.score[order][1:] != self.score[order][:-1], True)
        enough = last & (share >= precision)
        return float(right[enough].max(initial=0) / self.named.sum())

    def precision_at(self, recall: float) -> float:
        """The best precision at which that share of the named mentions is accepted and right; 0 where it is never reached."""
        order = np.argsort(-self.score, kind="stable")
        right = np.cumsum(self.right[order])
        share = right / np.arange(1, len(order) + 1)
        enough = right / self.named.sum() >= recall
        return float(share[enough].max(initial=0.0))

    def only(self, rows: npt.NDArray[np.int64]) -> Ranked:
        """Some of the mentions."""
        return Ranked(self.name, self.score[rows], self.right[rows], self.named[rows], self.proposed[rows], self.speed)


def heading() -> str:
    """The line above `line`."""
    return (
        f"  {'':44}{'proposed':>9}{'best right':>11}{'recall .99':>11}{'recall .95':>11}{'recall .90':>11}"
        f"{'prec. at .90':>13}{'per CPU-s':>11}"
    )


def line(one: Ranked) -> str:
    """One matcher's figures."""
    return (
        f"  {one.name:44}{one.proposed[one.named].mean():>9.3f}{one.accuracy:>11.3f}{one.recall_at(0.99):>11.3f}"
        f"{one.recall_at(0.95):>11.3f}{one.recall_at(0.9):>11.3f}{one.precision_at(0.9):>13.3f}{one.speed:>11,.0f}"
    )
