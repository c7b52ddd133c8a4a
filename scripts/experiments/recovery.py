# SPDX-License-Identifier: BSD-3-Clause
"""In how many steps does an energy relax? Row P8.

E(t) = E_end + sum_i A_i exp[-(t / tau_i)^beta_i] with none, one or two such steps down (A_i > 0), tau and beta from a grid and amplitudes by weighted least squares. More steps are taken
where BIC = chi^2 + p ln n falls by more than 6, p = 1, 4, 7; a stretched decay is one step. Two count only if a decade or more apart and each beyond three of its errors: otherwise one
shape that is no stretched exponential would be called two.
"""
import math

import numpy as np

EXPONENTS = np.array([0.3, 0.4, 0.5, 0.6, 0.75, 1.0])
TIMES = 24
MARGIN = 6.0
APART = 10.0
SIGMAS = 3.0


def log_bins(times, rows, per_decade=6):
    """(t, mean, its standard error) in bins even in ln t, of the same curve of several samples (rows); the error is how samples scatter, but for what each is higher or lower all the time,
    as a mean square over three neighbouring bins: few samples sometimes agree by chance."""
    times, rows = np.array(times), np.array(rows)
    rows = rows - rows.mean(axis=1, keepdims=True) + rows.mean()
    edges = np.exp(np.arange(math.log(times[0]), math.log(times[-1]) + 1e-9, math.log(10) / per_decade))
    found = []
    for low, high in zip(edges, np.append(edges[1:], np.inf)):
        inside = (times >= low) & (times < high)
        if inside.any():
            each = rows[:, inside].mean(axis=1)
            found.append((times[inside].mean(), each.mean(), each.std(ddof=1) / math.sqrt(len(each))))
    t, mean, error = (np.array(v) for v in zip(*found))
    square = np.pad(error**2, 1, mode="edge")
    return t, mean, np.sqrt((square[:-2] + square[1:-1] + square[2:]) / 3)


def solve(designs, y, weight):
    """(chi^2, coefficients, their errors) of each of many linear problems of the same data."""
    normal = np.einsum("kni,n,knj->kij", designs, weight, designs)
    normal += 1e-12 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(designs.shape[2])
    inverse = np.linalg.inv(normal)
    coefficients = np.einsum("kij,knj,n->ki", inverse, designs, weight * y)
    chi2 = np.einsum("n,kn->k", weight, (y - np.einsum("kni,ki->kn", designs, coefficients)) ** 2)
    return chi2, coefficients, np.sqrt(np.einsum("kii->ki", inverse))


def steps_of(t, y, error):
    """{steps, bic: {0, 1, 2 steps}, parts: [(A, its error, tau, beta)]}"""
    t, y, error = (np.array(v, dtype=float) for v in (t, y, error))
    weight, n = 1 / error**2, len(t)
    shapes = [(tau, beta) for tau in np.geomspace(t[0], t[-1], TIMES) for beta in EXPONENTS]
    decays = np.array([np.exp(-((t / tau) ** beta)) for tau, beta in shapes])
    one = np.ones(n)
    mean = np.average(y, weights=weight)
    best = {0: (float(np.sum(weight * (y - mean) ** 2)), [])}
    for count in (1, 2):
        if count == 1:
            chosen = [(k,) for k in range(len(shapes))]
        else:
            chosen = [(a, b) for a in range(len(shapes)) for b in range(len(shapes)) if shapes[b][0] >= APART * shapes[a][0]]
        designs = np.stack([np.stack([one, *(decays[k] for k in which)], axis=1) for which in chosen])
        chi2, coefficients, errors = solve(designs, y, weight)
        known = np.all(coefficients[:, 1:] > SIGMAS * errors[:, 1:], axis=1) if count > 1 else np.all(coefficients[:, 1:] > 0, axis=1)
        if known.any():
            k = int(np.argmin(np.where(known, chi2, np.inf)))
            best[count] = (float(chi2[k]), [(float(coefficients[k, 1 + i]), float(errors[k, 1 + i]), *map(float, shapes[which])) for i, which in enumerate(chosen[k])])
    bic = {count: chi2 + (1 + 3 * count) * math.log(n) for count, (chi2, _) in best.items()}
    steps = 0
    for count in (1, 2):
        if count in bic and bic[count] < bic[steps] - MARGIN:
            steps = count
    return {"steps": steps, "bic": bic, "parts": best[steps][1], "chi2": best[steps][0], "points": n}
