"""Where schools and boroughs lie: density of schools, centres of boroughs, and how far a borough reaches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from childfirst.engines.linkage.schools import EARTH_KM, Schools, kilometres


class Places:
    """Geography of a register.

    `placed` are the schools whose place is known, `tree` finds the nearest; `centre` and `radius` are the middle of each
    borough's schools (unit sphere) and how far they typically lie from it (km).
    """

    def __init__(self, schools: Schools) -> None:
        self.placed = np.flatnonzero(~np.isnan(schools.point[:, 0]))
        self.tree = cKDTree(schools.point[self.placed]) if len(self.placed) else None
        count = len(schools.boroughs)
        self.centre = np.full((count, 3), np.nan)
        self.radius = np.full(count, np.nan)
        for b in range(count):
            inside = schools.point[(schools.borough_code == b) & ~np.isnan(schools.point[:, 0])]
            if len(inside):
                # The median keeps one misplaced school from moving the middle of a borough.
                middle = np.median(inside, axis=0)
                self.centre[b] = middle / np.sqrt((middle**2).sum())
                km = kilometres(inside, np.repeat(self.centre[b : b + 1], len(inside), axis=0))
                self.radius[b] = max(float(np.sqrt(np.median(km**2) * 1.5)), 1.0)

    def near(self, points: npt.NDArray[np.float64], count: int, within_km: float) -> npt.NDArray[np.int64]:
        """Rows of the nearest schools of each point (points x count); the number of schools where there are fewer."""
        if self.tree is None:
            return np.zeros((len(points), 0), dtype=np.int64)
        k = min(count, len(self.placed))
        _, found = self.tree.query(points, k=list(range(1, k + 1)), distance_upper_bound=within_km / EARTH_KM)
        rows: npt.NDArray[np.int64] = np.append(self.placed, -1)[found]
        return rows
