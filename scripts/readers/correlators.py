# SPDX-License-Identifier: BSD-3-Clause
"""What each reader should compute from the frames, done again in numpy straight from the definitions of formats.md 3.1-3.5.

Frames are an array (time, pixel) of the pixels that are looked at, labels the bins of those pixels from 1 on. Results go [lag][ring].
"""
import bisect

import numpy as np


def multi_tau_lags(frames):
    """(lag, level) of a correlator with four lags a level: 1-8, then 5-8 times 2^level of means over 2^level frames."""
    found = [(lag, 0) for lag in range(1, min(5, frames))]
    level = 0
    while True:
        for k in range(5, 9):
            if k << level >= frames >> level << level:
                return found
            found.append((k << level, level))
        level += 1


def level_of(lag, channels):
    """The level of a lag of a correlator whose first level has the lags up to `channels`."""
    level = 0
    while lag >> level > channels:
        level += 1
    return level


def bin_means(values, labels):
    """Means over the pixels of each bin, along the last axis."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(1, labels.max() + 1))
    return np.add.reduceat(values[..., order], starts, axis=-1) / np.bincount(labels)[1:]


def over_rings(values, owner, rings):
    """Plain mean over the bins of each ring: boost_corr and xpcs-eigen weigh static bins alike."""
    return np.stack([values[..., owner == ring].mean(axis=-1) for ring in range(1, rings + 1)], axis=-1)


def coarse(frames, level):
    step = 1 << level
    whole = len(frames) // step
    return frames[:whole * step].reshape(whole, step, -1).mean(axis=1)


def pixel_means(frames, lags, channels, kind):
    """<I I'>, <I> or <I'> of each pixel, [lag][pixel]."""
    rows = []
    for lag in lags:
        level = level_of(lag, channels)
        movie, k = coarse(frames, level), lag >> level
        early, late = movie[:len(movie) - k], movie[k:]
        rows.append({"product": early * late, "past": early, "future": late}[kind].mean(axis=0))
    return np.array(rows)


def normalised(products, past, future, bins):
    """<<I I'>> / (<<I>> <<I'>>) in each bin, then over the bins of each ring."""
    product, past, future = (bin_means(x, bins.labels) for x in (products, past, future))
    return over_rings(product / (past * future), bins.owner, bins.rings)


def multi_tau(frames, bins, lags, channels):
    """Symmetric g2, [lag][ring]."""
    return normalised(*(pixel_means(frames, lags, channels, kind) for kind in ("product", "past", "future")), bins)


def products_of_stale_lists(counts, lags, channels):
    """<I I'> of one pixel as xpcs-eigen finds it. It keeps times and counts of a pixel's events in lists, which it compacts from level to
    level but does not shorten, and looks times up by bisection of the whole list. Where counts become rarer with time, what is left
    behind the end is not in order with what is before it, and some times are not found."""
    times, values = [int(t) for t in np.flatnonzero(counts)], [float(c) for c in counts[counts > 0]]
    end, frames, level, found = len(times), len(counts), 0, []
    for lag in lags:
        while level < level_of(lag, channels):
            level, frames, kept = level + 1, frames // 2, 0
            for k in range(end):
                time, value = times[k] // 2, values[k]
                if time >= frames:
                    break
                if kept > 0 and times[kept - 1] == time:
                    values[kept - 1] += value
                else:
                    times[kept], values[kept], kept = time, value, kept + 1
            end = kept
            values[:end] = [0.5 * v for v in values[:end]]
        step, total = lag >> level, 0.0
        for time, value in zip(times[:end], values[:end]):
            if time < frames - step:
                place = bisect.bisect_left(times, time + step)
                if place < end and times[place] == time + step:
                    total += value * values[place]
        found.append(total / (frames - step))
    return np.array(found)


def two_time(frames, bins):
    """C(t1, t2) of each ring [ring][time][time], frames divided by the mean of their bin: of the ring, or of static bins within it."""
    means = bin_means(frames, bins.labels)
    scaled = frames / means[:, bins.labels - 1]
    ring = bins.owner[bins.labels - 1]
    return np.stack([scaled[:, ring == k] @ scaled[:, ring == k].T / np.count_nonzero(ring == k) for k in range(1, bins.rings + 1)])


def diagonals(matrices):
    """Mean along each diagonal, [lag][ring]."""
    return np.array([[np.diagonal(c, lag).mean() for c in matrices] for lag in range(matrices.shape[1])])


def ratio_of_sums(frames, bins):
    """Sum of <I I'> over that of <I> <I'>, along each diagonal, [lag][ring]."""
    means = bin_means(frames, bins.labels)
    products = two_time(frames, bins) * np.einsum("ik,jk->kij", means, means)
    outer = np.einsum("ik,jk->kij", means, means)
    return diagonals(products) / diagonals(outer)


class Bins:
    """Bins that means are taken over, and the ring that each belongs to."""

    def __init__(self, labels, rings_of_pixels):
        self.labels = labels
        first = np.array([np.flatnonzero(labels == k)[0] for k in range(1, labels.max() + 1)])
        self.owner = rings_of_pixels[first]
        self.rings = int(rings_of_pixels.max())
        if np.any(self.owner[labels - 1] != rings_of_pixels):
            raise ValueError("a static bin lies in two rings")
