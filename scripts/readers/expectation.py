# SPDX-License-Identifier: BSD-3-Clause
"""The truth as each estimator should find it, with its error.

The truth is C(t1, t2) = 1 + contrast |f|^2 of every pair of frames, without shot noise. Averages over blocks of frames, starts and
bins are taken of it as the reader takes them of the frames. Bias and errors are to first order in 1 / pixels, of pixels that are
independent [physics.md 3.6, 3.8]: an estimate scatters as the mean over pixels of x_a x_b - C_ab (x_a + x_b - 1), x = n / k, whose
moments are those of intensities with exponential modes (cycles of f) and of Poisson counts.
"""
import numpy as np

from correlators import coarse, diagonals, level_of, over_rings


class Truth:
    """Of one movie: signal[ring][t1][t2] = contrast |f|^2; of each bin its pixels and mean photons per pixel and frame; of each pixel its
    mean, whose slope within a bin raises all correlations alike."""

    def __init__(self, signal, bins, pixel_means):
        self.signal, self.bins = signal, bins
        counts = np.bincount(bins.labels)[1:]
        self.pixels = counts.astype(float)
        self.photons = np.bincount(bins.labels, pixel_means)[1:] / counts
        self.slope = np.bincount(bins.labels, pixel_means**2)[1:] / counts / self.photons**2

    def with_slope(self, values):
        """values[..., ring] without slope, to what bins with slopes give."""
        return values * over_rings(self.slope, self.bins.owner, self.bins.rings)

    # Expected values, [lag][ring].
    def multi_tau(self, lags, channels):
        rows = []
        for lag in lags:
            level = level_of(lag, channels)
            rows.append([1.0 + np.diagonal(block_mean(c, level), lag >> level).mean() for c in self.signal])
        return self.with_slope(np.array(rows))

    def two_time(self):
        """[ring][t1][t2], with the bias of means of few pixels."""
        found = []
        for ring, signal in enumerate(self.signal, 1):
            inverse = (1.0 / self.pixels[self.bins.owner == ring]).mean()
            found.append((1.0 + signal + inverse * bias(signal, self.contrast(ring))) * self.slope[self.bins.owner == ring].mean())
        return np.array(found)

    def diagonals(self):
        return diagonals(self.two_time())

    def contrast(self, ring):
        return float(np.diagonal(self.signal[ring - 1]).mean())

    # Their errors.
    def two_time_errors(self):
        found = []
        for ring, signal in enumerate(self.signal, 1):
            beta = self.contrast(ring)
            found.append(np.sqrt(self.over_bins(ring, lambda k: pair_variance(signal / beta, beta, k))))
        return np.array(found)

    def g2_errors(self, lags, channels):
        rows = []
        for lag in lags:
            level = level_of(lag, channels)
            rows.append([self.g2_error(ring, level, lag >> level) for ring in range(1, self.bins.rings + 1)])
        return np.array(rows)

    def g2_error(self, ring, level, lag, starts=None):
        beta = self.contrast(ring)
        field = np.sqrt(np.maximum(block_mean(self.signal[ring - 1], level), 0.0) / beta)
        return np.sqrt(self.over_bins(ring, lambda k: mean_variance(field, beta, k * 2**level, lag, starts)))

    # Of starts first .. first + count - 1 alone, [lag][ring].
    def in_window(self, lags, first, count):
        starts = np.arange(first, first + count)
        expected = [[1.0 + signal[starts, starts + lag].mean() for signal in self.signal] for lag in lags]
        errors = [[self.g2_error(ring, 0, lag, starts) for ring in range(1, self.bins.rings + 1)] for lag in lags]
        return self.with_slope(np.array(expected)), np.array(errors)

    def over_bins(self, ring, variance_of_a_pixel):
        """Variance of the plain mean over the bins of a ring; shot noise is of each bin's own photons."""
        mine = np.flatnonzero(self.bins.owner == ring)
        return sum(variance_of_a_pixel(self.photons[k]) / self.pixels[k] for k in mine) / len(mine)**2


def block_mean(matrix, level):
    return coarse(coarse(matrix, level).T, level).T


def bias(signal, beta):
    """pixels (E[C] - C) of one pair of frames [physics.md 3.6 (i)], signal = beta rho; shot noise adds none."""
    return (1.0 + signal) * (2.0 * beta + signal) - 2.0 * (beta + signal + 2.0 * beta * signal)


def pair_variance(rho, beta, photons):
    """pixels Var C of one pair of frames [physics.md 3.8]."""
    return (beta**2 * (1 + rho**2) + 2 * beta**3 * rho * (2 - 2 * rho + rho**2) + (2 * beta + 4 * beta**2 * rho - 2 * beta**2 * rho**2) / photons
            + (1 + beta * rho) / photons**2)


def mean_variance(f, beta, photons, lag, starts=None):
    """pixels Var of the mean of C(t, t + lag) over starts t, all if not told; f: the field's correlation of each two frames."""
    starts = np.arange(len(f) - lag) if starts is None else starts
    a, b = starts[:, None], starts[:, None] + lag
    c, d = starts[None, :], starts[None, :] + lag
    shot = 1.0 / photons

    def two(i, j):
        return 1.0 + beta * f[i, j]**2

    def three(i, j, k):
        x, y, z = f[i, j], f[j, k], f[i, k]
        return 1.0 + beta * (x * x + y * y + z * z) + 2.0 * beta**2 * x * y * z

    # <x_i x_j x_k> for i, j of one pair and k of another: where times coincide, counts squared have shot noise.
    def counted(i, j, k):
        return three(i, j, k) + shot * ((k == i) + (k == j)) * two(i, j)

    ab, ac, ad, bc, bd, cd = f[a, b], f[a, c], f[a, d], f[b, c], f[b, d], f[c, d]
    four = (1.0 + beta * (ab**2 + ac**2 + ad**2 + bc**2 + bd**2 + cd**2) + beta**2 * (ab**2 * cd**2 + ac**2 * bd**2 + ad**2 * bc**2)
            + 2.0 * beta**2 * (ab * bc * ac + ab * bd * ad + ac * cd * ad + bc * cd * bd)
            + 2.0 * beta**3 * (ab * bc * cd * ad + ab * bd * cd * ac + ac * bc * bd * ad))
    same = a == c
    four = four + shot * (same * (three(a, b, d) + three(a, b, c)) + (a == d) * three(a, b, c) + (b == c) * three(a, b, d)) + shot**2 * same * two(a, b)
    c_ab, c_cd = two(a, b), two(c, d)
    mixed_ab = counted(c, d, a) + counted(c, d, b) - c_cd
    mixed_cd = counted(a, b, c) + counted(a, b, d) - c_ab
    means = two(a, c) + two(a, d) + two(b, c) + two(b, d) + shot * (2.0 * same + (a == d) + (b == c)) - 3.0
    return float((four - c_ab * mixed_ab - c_cd * mixed_cd + c_ab * c_cd * means).mean())
