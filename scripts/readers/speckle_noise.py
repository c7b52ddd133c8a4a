# SPDX-License-Identifier: BSD-3-Clause
"""Errors of correlations in closed form [physics.md 3.6, 3.8], of pixels that are independent, whose means may differ.

An estimate C of a bin errs as the mean over its pixels of  w^2 x_a x_b - S C_ab w (x_a + x_b),  where w is the mean of a pixel over that of
the bin, S = <w^2>, C_ab = 1 + beta f_ab^2 and x the counts over their mean, of which a Poisson count of k w photons has <x^2> = <I^2> + 1 / (k w).
Moments of intensities are sums over the cycles of the times: each cycle of n times has beta^(n-1) times its product of f.

Variances are told as {(m, s, n): value}, the coefficients of <w^m> S^s / k^n of a single pixel.
"""
import numpy as np


def bias(signal, beta):
    """pixels (E[C] - C) of one pair of frames [physics.md 3.6 (i)], signal = beta rho; shot noise adds none."""
    return (1.0 + signal) * (2.0 * beta + signal) - 2.0 * (beta + signal + 2.0 * beta * signal)


def pair_variance(f, beta):
    """Of C(t1, t2) itself, each value an array [t1][t2]; without meaning where t1 = t2."""
    places = np.arange(len(f))
    a, b = places[:, None], places[None, :]
    return covariance(f, beta, *np.broadcast_arrays(a, b, a, b))


def mean_variance(f, beta, lag, starts=None):
    """Of the mean of C(t, t + lag) over starts t, all if not told; f: the field's correlation of each two frames."""
    starts = np.arange(len(f) - lag) if starts is None else starts
    a, c = np.meshgrid(starts, starts, indexing="ij")
    return {key: float(value.mean()) for key, value in covariance(f, beta, a, a + lag, c, c + lag).items()}


def covariance(f, beta, a, b, c, d):
    """Of C_ab and C_cd, a < b, c < d, or the other way round for both."""
    def two(i, j):
        return 1.0 + beta * f[i, j]**2

    def three(i, j, k):
        x, y, z = f[i, j], f[j, k], f[i, k]
        return 1.0 + beta * (x * x + y * y + z * z) + 2.0 * beta**2 * x * y * z

    ab, ac, ad, bc, bd, cd = f[a, b], f[a, c], f[a, d], f[b, c], f[b, d], f[c, d]
    four = (1.0 + beta * (ab**2 + ac**2 + ad**2 + bc**2 + bd**2 + cd**2) + beta**2 * (ab**2 * cd**2 + ac**2 * bd**2 + ad**2 * bc**2)
            + 2.0 * beta**2 * (ab * bc * ac + ab * bd * ad + ac * cd * ad + bc * cd * bd)
            + 2.0 * beta**3 * (ab * bc * cd * ad + ab * bd * cd * ac + ac * bc * bd * ad))
    same_first, same_last, crossed, follows = a == c, b == d, a == d, b == c
    of_ab, of_cd = two(a, b), two(c, d)
    return {
        (4, 0, 0): four - of_ab * of_cd,
        (3, 0, 1): same_first * three(a, b, d) + same_last * three(a, b, c) + crossed * three(a, b, c) + follows * three(a, b, d),
        (2, 0, 2): (same_first & same_last) * of_ab,
        (3, 1, 0): -of_ab * (three(c, d, a) + three(c, d, b) - 2.0 * of_cd) - of_cd * (three(a, b, c) + three(a, b, d) - 2.0 * of_ab),
        (2, 1, 1): -2.0 * of_ab * of_cd * (1.0 * same_first + same_last + crossed + follows),
        (2, 2, 0): of_ab * of_cd * (two(a, c) + two(a, d) + two(b, c) + two(b, d) - 4.0),
        (1, 2, 1): of_ab * of_cd * (1.0 * same_first + same_last + crossed + follows)}
