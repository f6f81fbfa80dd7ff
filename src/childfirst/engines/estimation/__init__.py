"""Estimation: intervals for proportions and rates, and ratios of two groups. Unknown stays unknown.

>>> from childfirst.engines import estimation
>>> low, high = estimation.wilson([3, 0], [500, 0])
>>> float(low[0]).__round__(6), float(high[0]).__round__(6)
(0.002043, 0.01749)
>>> bool(low[1] == low[1])
False
"""

from .intervals import poisson_exact, wilson
from .ratios import Ratio, rate_ratio, risk_ratio

__all__ = ["Ratio", "poisson_exact", "rate_ratio", "risk_ratio", "wilson"]
