# SPDX-License-Identifier: BSD-3-Clause
"""Draws figures/*.png and report.html of a run folder that `patina analyse` has been through.

Usage: python3 scripts/report DIR. Needs matplotlib and h5py; nothing is fetched from a network.
"""
import sys

import drawing


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python3 scripts/report DIR")
    drawing.without_window("h5py", "numpy")
    import page

    page.write_report(sys.argv[1])


if __name__ == "__main__":
    main()
