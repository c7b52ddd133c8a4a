# SPDX-License-Identifier: BSD-3-Clause
"""The truth as each estimator should find it, with its error.

The truth is C(t1, t2) = 1 + contrast |f|^2 of every pair of frames, without shot noise. Averages over blocks of frames, starts and bins
are taken of it as the reader takes them of the frames. Bias and errors are to first order in 1 / pixels, of independent pixels
(physics.md 3.6, 3.8; speckle_noise.py has the moments).
"""
import numpy as np

from correlators import coarse, diagonals, level_of
from speckle_noise import bias, mean_variance, pair_variance


class Truth:
    """Of one movie: signal[ring][t1][t2] = contrast |f|^2; bins of pixels, and the true mean photons of each pixel, whose slope within a bin
    raises all correlations alike. Multi-tau correlators take the plain mean over the bins of a ring, C(t1,t2) is one over its pixels."""

    def __init__(self, signal, bins, pixel_means):
        self.signal, self.bins = signal, bins
        self.pixels = np.bincount(bins.labels)[1:].astype(float)
        self.photons = np.bincount(bins.labels, pixel_means)[1:] / self.pixels
        scaled = pixel_means / self.photons[bins.labels - 1]
        self.moments = np.array([np.bincount(bins.labels, scaled**n)[1:] / self.pixels for n in range(5)])  # <(mean of a pixel / of its bin)^n>

    def shares(self, ring, by_pixels):
        """(bin, its share in the mean over the ring)."""
        mine = np.flatnonzero(self.bins.owner == ring)
        shares = self.pixels[mine] / self.pixels[mine].sum() if by_pixels else np.full(len(mine), 1.0 / len(mine))
        return list(zip(mine, shares))

    def contrast(self, ring):
        return float(np.diagonal(self.signal[ring - 1]).mean())

    def rings(self):
        return range(1, self.bins.rings + 1)

    # Expected values, [lag][ring], and C, [ring][t1][t2], which has the bias of means over few pixels.
    def multi_tau(self, lags, channels):
        slope = [sum(share * self.moments[2, k] for k, share in self.shares(ring, False)) for ring in self.rings()]
        return np.array([[1.0 + diagonal_mean(c, lag, level_of(lag, channels)) for c in self.signal] for lag in lags]) * slope

    def two_time(self):
        return np.array([sum(share * self.moments[2, k] * (1.0 + signal + bias(signal, self.contrast(ring)) / self.pixels[k])
                             for k, share in self.shares(ring, True)) for ring, signal in enumerate(self.signal, 1)])

    def diagonals(self):
        return diagonals(self.two_time())

    def in_windows(self, lags, starts):
        """Means of C(t, t + lag) over each of some sets of starts, [lag][set][ring]."""
        return np.array([[[c[s, s + lag].mean() for c in self.two_time()] for s in starts] for lag in lags])

    # Their errors.
    def two_time_errors(self):
        found = []
        for ring, signal in enumerate(self.signal, 1):
            beta = self.contrast(ring)
            found.append(np.sqrt(self.variance(ring, pair_variance(np.sqrt(signal / beta), beta), True, 1.0)))
        return np.array(found)

    def multi_tau_errors(self, lags, channels):
        return np.array([[self.g2_error(ring, lag, level_of(lag, channels), False) for ring in self.rings()] for lag in lags])

    def diagonals_errors(self, lags):
        return np.array([[self.g2_error(ring, lag, 0, True) for ring in self.rings()] for lag in lags])

    def in_windows_errors(self, lags, starts):
        return np.array([[[self.g2_error(ring, lag, 0, True, s) for ring in self.rings()] for s in starts] for lag in lags])

    def g2_error(self, ring, lag, level, by_pixels, starts=None):
        beta = self.contrast(ring)
        field = np.sqrt(np.maximum(block_mean(self.signal[ring - 1], level), 0.0) / beta)
        return np.sqrt(self.variance(ring, mean_variance(field, beta, lag >> level, starts), by_pixels, 2.0**level))

    def variance(self, ring, terms, by_pixels, frames):
        """Of a ring; terms of speckle_noise.py are of a pixel whose counts are means over so many frames."""
        total = 0.0
        for k, share in self.shares(ring, by_pixels):
            total = total + share**2 / self.pixels[k] * sum(
                value * self.moments[power, k] * self.moments[2, k]**slopes / (self.photons[k] * frames)**shots
                for (power, slopes, shots), value in terms.items())
        return total


def block_mean(matrix, level):
    return coarse(coarse(matrix, level).T, level).T


def diagonal_mean(matrix, lag, level):
    return np.diagonal(block_mean(matrix, level), lag >> level).mean()
