"""Linear and integer programs that are solved again and again with small changes (HiGHS, kept warm between solves).

What comes out of here is a hint in floating point. Whether it proves anything is decided in ``evidence``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
INFINITY = float(highspy.kHighsInf)


class Ending(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LIMIT = "limit"


_ENDINGS = {
    highspy.HighsModelStatus.kOptimal: Ending.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Ending.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Ending.UNBOUNDED,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Ending.UNBOUNDED,
    highspy.HighsModelStatus.kObjectiveBound: Ending.OPTIMAL,
}


@dataclass(frozen=True)
class Answer:
    """What a solve gave: columns' values and rows' weights (empty where there are none)."""

    ending: Ending
    x: Floats
    weights: Floats


class Warm:
    """One program over fixed columns and rows. Minimises; each solve starts where the last one ended."""

    def __init__(
        self,
        rows: sparse.csr_matrix,
        low: Floats,
        high: Floats,
        least: Floats,
        most: Floats,
        cost: Floats,
        whole: bool = False,
        node_limit: int = 0,
        primal: bool = False,
    ) -> None:
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = rows.shape
        by_column = rows.tocsc()
        program.col_cost_, program.col_lower_, program.col_upper_ = cost, least, most
        program.row_lower_, program.row_upper_ = low, high
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = by_column.indptr.astype(np.int32)
        program.a_matrix_.index_ = by_column.indices.astype(np.int32)
        program.a_matrix_.value_ = by_column.data.astype(np.float64)
        if whole:
            program.integrality_ = [highspy.HighsVarType.kInteger] * int(rows.shape[1])
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 20260327,
            **({} if whole else {"presolve": "off", "solver": "simplex", "simplex_strategy": 4 if primal else 1}),
            **({"mip_max_nodes": node_limit} if node_limit else {}),
        }.items():
            self._highs.setOptionValue(name, value)
        self._highs.passModel(program)
        self.solved = 0

    def bound_column(self, column: int, least: float, most: float) -> None:
        self._highs.changeColBounds(column, least, most)

    def bound_columns(self, columns: npt.NDArray[np.int64], least: Floats, most: Floats) -> None:
        if len(columns):
            self._highs.changeColsBounds(len(columns), columns.astype(np.int32), least, most)

    def bound_row(self, row: int, low: float, high: float) -> None:
        self._highs.changeRowBounds(row, low, high)

    def price(self, columns: npt.NDArray[np.int64], cost: Floats) -> None:
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def stop_after(self, improvements: int) -> None:
        """End an integer program after that many solutions: 1 asks for any solution at all."""
        self._highs.setOptionValue("mip_max_improving_sols", improvements)

    def forget(self) -> None:
        """Start the next solve from the corner where no row binds."""
        self._highs.setBasis()

    def solve(self) -> Answer:
        """Solve. ``x`` is there where an optimum, or within limits any solution, was found."""
        self.solved += 1
        self._highs.run()
        ending = _ENDINGS.get(self._highs.getModelStatus(), Ending.LIMIT)
        nothing = np.zeros(0)
        if ending in (Ending.INFEASIBLE, Ending.UNBOUNDED):
            return Answer(ending, nothing, nothing)
        solution = self._highs.getSolution()
        if not solution.value_valid:
            return Answer(ending, nothing, nothing)
        weights = np.array(solution.row_dual) if solution.dual_valid else nothing
        return Answer(ending, np.array(solution.col_value), weights)

    def ray(self) -> Floats | None:
        """After INFEASIBLE: weights that show why, or None."""
        _, has_ray, ray = self._highs.getDualRay()  # type: ignore[attr-defined]
        return np.array(ray) if has_ray else None
