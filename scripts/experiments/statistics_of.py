# SPDX-License-Identifier: BSD-3-Clause
"""Means with errors."""
import math


def mean(values):
    """(mean, its standard error by the scatter of the values; NaN of one value)"""
    values = list(values)
    n = len(values)
    middle = sum(values) / n
    if n < 2:
        return middle, math.nan
    return middle, math.sqrt(sum((v - middle) ** 2 for v in values) / (n - 1) / n)


def difference(a, b):
    """a - b of two (value, error)."""
    return a[0] - b[0], math.hypot(a[1], b[1])


def paired(a, b):
    """Mean of a - b, element by element, as replicas that began alike."""
    return mean(x - y for x, y in zip(a, b))


def weighted(points):
    """(weighted mean, its error, chi^2) of (value, error) pairs."""
    weights = [1 / e**2 for _, e in points]
    middle = sum(w * v for (v, _), w in zip(points, weights)) / sum(weights)
    return middle, 1 / math.sqrt(sum(weights)), sum(w * (v - middle) ** 2 for (v, _), w in zip(points, weights))


def middle_of(values):
    """(median, its error from the quartiles), for numbers of which a few are of another kind."""
    values = sorted(values)
    n = len(values)
    median = 0.5 * (values[(n - 1) // 2] + values[n // 2])
    spread = sorted(abs(v - median) for v in values)
    return median, 1.2533 * 1.4826 * 0.5 * (spread[(n - 1) // 2] + spread[n // 2]) / math.sqrt(n)
