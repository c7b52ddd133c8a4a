# SPDX-License-Identifier: BSD-3-Clause
"""Measured numbers against expected.json.

A check names its independent truth. It fails if the number lies outside the stated tolerance by more than four of its standard errors.
"reported" numbers are results: printed beside what the paper says, and never a gate.
"""
import math

SIGMAS = 4.0


def excess(check, value):
    """By how much a value lies outside what is allowed; 0: it does not."""
    if "value" in check:
        return max(0.0, abs(value - check["value"]) - check.get("tolerance", 0.0))
    if "at_least" in check:
        return max(0.0, check["at_least"] - value)
    return max(0.0, value - check["at_most"])


def wanted(check):
    if "value" in check:
        return f"{check['value']:.5g} ± {check['tolerance']:.3g}" if check.get("tolerance") else f"{check['value']:.5g}"
    return f"≥ {check['at_least']:.4g}" if "at_least" in check else f"≤ {check['at_most']:.4g}"


def grade(expected, measured, size):
    """(rows, whether one failed)"""
    rows, failed = [], False
    for name, check in expected["checks"].items():
        if size not in check.get("sizes", (size,)):
            continue
        if name not in measured:
            rows.append({"name": name, "verdict": "NOT MEASURED", "expected": wanted(check), "truth": check["truth"]})
            failed = True
            continue
        value, error = measured[name]
        good = not math.isnan(value) and not math.isnan(error) and excess(check, value) <= SIGMAS * error
        failed = failed or not good
        rows.append({"name": name, "measured": value, "error": error, "expected": wanted(check), "verdict": "holds" if good else "FAILS",
                     "truth": check["truth"]})
    for name, said in expected.get("reported", {}).items():
        if name in measured:
            value, error = measured[name]
            rows.append({"name": name, "measured": value, "error": error, "expected": said["paper"], "verdict": "result", "truth": said["row"]})
    return rows, failed


def table(rows):
    lines = []
    for row in rows:
        number = f"{row['measured']:.4g} ± {row['error']:.2g}" if "measured" in row else "-"
        lines.append(f"  {row['verdict']:12} {row['name']:38} {number:22} expected {row['expected']}  [{row['truth']}]")
    return lines


def markdown(rows):
    """The same as a table for a page."""
    lines = ["| number | measured | expected | | truth, or row |", "|---|---|---|---|---|"]
    for row in rows:
        error = f" ± {row['error']:.2g}" if row.get("error") else ""
        number = f"{row['measured']:.4g}{error}" if "measured" in row else "-"
        lines.append(f"| `{row['name']}` | {number} | {row['expected']} | {row['verdict']} | {row['truth']} |")
    return lines
