# SPDX-License-Identifier: BSD-3-Clause
"""One quantity of one reader against numpy's on the same frames, and against the truth."""
import numpy as np

# Of the scatter about the truth. Elements of C are many and skew; their mean square has 1 % to 4 % of its own.
MOST_SIGMAS = {"g2": 4.5, "C": 7.0}
MEAN_SQUARE_OF_C = (0.85, 1.15)


class Row:
    """values: g2 [lag][ring], or [lag][window][ring], of `lags`; or C [ring][t1][t2], without lags, of which the upper half is looked at.
    `own`: numpy's, to which the reader must agree to `allowed`."""

    def __init__(self, reader, movie, quantity, values, own, allowed, expected, errors, lags=None):
        self.reader, self.movie, self.quantity, self.allowed, self.kind = reader, movie, quantity, allowed, "C" if lags is None else "g2"
        values = np.asarray(values, dtype=float)
        if lags is None:
            off = np.triu_indices(values.shape[1], 1)
            values, own, expected, errors = (x[:, off[0], off[1]] for x in (values, own, expected, errors))
        self.lags, self.values, self.expected, self.errors = lags, values, expected, errors
        self.own = float(np.max(np.abs(values - own)))
        self.deviation = float(np.max(np.abs(values - expected)))
        sigmas = (values - expected) / errors
        self.largest, self.mean_square = float(np.max(np.abs(sigmas))), float(np.mean(sigmas**2))
        self.agrees = bool(self.largest <= MOST_SIGMAS[self.kind] and self.own <= allowed
                           and (self.kind == "g2" or MEAN_SQUARE_OF_C[0] <= self.mean_square <= MEAN_SQUARE_OF_C[1]))

    def text(self):
        return [self.reader, self.movie, self.quantity, f"{self.own:.1e} (allowed {self.allowed:.0e})", f"{self.deviation:.4f}", f"{self.largest:.1f}", f"{self.mean_square:.2f}",
                "agrees" if self.agrees else "DIFFERS"]

    def numbers(self):
        return {key: value for key, value in vars(self).items() if not isinstance(value, np.ndarray)}

    HEADS = ["reader", "movie", "quantity", "largest deviation from numpy", "from the truth", "in sigma", "mean square", ""]


class Note:
    """A known defect, or a property of a file: shown is whether it was seen; only a property that fails counts against us."""

    def __init__(self, reader, movie, what, shown, must=False):
        self.reader, self.movie, self.what, self.shown, self.must = reader, movie, what, bool(shown), must
        self.agrees = self.shown or not must

    def text(self):
        word = ("holds" if self.shown else "FAILS") if self.must else ("seen" if self.shown else "not seen")
        return [self.reader, self.movie, self.what, word]


def table(heads, rows):
    widths = [max(len(row[k]) for row in [heads] + rows) for k in range(len(heads))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in [heads] + rows)
