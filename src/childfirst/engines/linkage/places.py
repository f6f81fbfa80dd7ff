"""Where schools and boroughs lie: density of schools, centres of boroughs, and the distances that flows of pupils depend on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from childfirst.engines.linkage.schools import EARTH_KM, Schools, kilometres

NEIGHBOURS = 8
SPARSE_KM = 30.0


class Places:
    """Geography of a register.

    `spacing` is each school's distance (km) to its eighth neighbour, NaN where its place is not known; `centre` and `radius`
    the middle of each borough's schools (unit sphere) and their root mean square distance from it (km); `between` the
    distance (km) between the centres of two boroughs.
    """

    def __init__(self, schools: Schools) -> None:
        self.placed = np.flatnonzero(~np.isnan(schools.point[:, 0]))
        self.tree = cKDTree(schools.point[self.placed]) if len(self.placed) else None
        self.spacing = np.full(len(schools.urn), np.nan)
        if self.tree is not None:
            k = min(NEIGHBOURS + 1, len(self.placed))
            chord, _ = self.tree.query(schools.point[self.placed], k=[k])
            self.spacing[self.placed] = np.clip(chord[:, 0] * EARTH_KM, 0.1, SPARSE_KM)
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
        rows, columns = np.divmod(np.arange(count * count), max(count, 1))
        self.between = kilometres(self.centre[rows], self.centre[columns]).reshape(count, count)

    def near(self, points: npt.NDArray[np.float64], count: int, within_km: float) -> npt.NDArray[np.int64]:
        """Rows of the nearest schools of each point (points x count); the number of schools where there are fewer."""
        if self.tree is None:
            return np.zeros((len(points), 0), dtype=np.int64)
        k = min(count, len(self.placed))
        _, found = self.tree.query(points, k=list(range(1, k + 1)), distance_upper_bound=within_km / EARTH_KM)
        return np.append(self.placed, -1)[found]
