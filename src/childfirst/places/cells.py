"""A grid of cells over areas, most of which lie wholly in one area: for those no outline need be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Floats: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.int64]

CELLS = 512
"""Cells along the longer side."""

SAMPLES = 8
"""Points along a boundary for each cell that it crosses."""

CROSSED = -1
"""Label of a cell through which a boundary runs."""


class CellGrid:
    """Labels of the cells of a grid over all outlines: the position of the area (``len(outlines)`` for none), or CROSSED.

    A cell is crossed when a boundary has a point in it. Boundaries are sampled at an eighth of a cell, and every cell
    within a sixteenth of a sample is marked, so that none is missed. Neighbouring cells of a row that no boundary crosses
    lie in the same area, so one question (``ask``: the exact test) labels a whole run of them.
    """

    def __init__(
        self, outlines: npt.NDArray[Any], box: tuple[float, ...], ask: Callable[[Floats, Floats], Positions]
    ) -> None:
        self.west, self.south = box[0], box[1]
        self.size = max(box[2] - box[0], box[3] - box[1], 1e-6) / CELLS
        self.columns = int((box[2] - box[0]) / self.size) + 1
        self.rows = int((box[3] - box[1]) / self.size) + 1
        crossed = self._crossed(outlines)
        starts = ~crossed & np.concatenate([np.ones((self.rows, 1), bool), crossed[:, :-1]], axis=1)
        row, column = np.nonzero(starts)
        x: Floats = (self.west + (column + 0.5) * self.size).astype(np.float64)
        y: Floats = (self.south + (row + 0.5) * self.size).astype(np.float64)
        answers = ask(x, y)
        run = np.cumsum(starts.ravel()) - 1
        self.labels: Positions = np.where(crossed.ravel(), CROSSED, answers[run] if len(answers) else CROSSED)

    def _crossed(self, outlines: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        lines = shapely.segmentize(shapely.boundary(outlines), self.size / SAMPLES)
        points = shapely.get_coordinates(lines)
        crossed = np.zeros((self.rows, self.columns), dtype=bool)
        reach = self.size / SAMPLES / 2
        for right in (-reach, reach):
            for up in (-reach, reach):
                column = ((points[:, 0] + right - self.west) / self.size).astype(np.int64).clip(0, self.columns - 1)
                row = ((points[:, 1] + up - self.south) / self.size).astype(np.int64).clip(0, self.rows - 1)
                crossed[row, column] = True
        return crossed

    def label(self, x: Floats, y: Floats) -> Positions:
        """The label of the cell of each point; the points must lie in the box."""
        column = ((x - self.west) / self.size).astype(np.int64).clip(0, self.columns - 1)
        row = ((y - self.south) / self.size).astype(np.int64).clip(0, self.rows - 1)
        found: Positions = self.labels[row * self.columns + column]
        return found
