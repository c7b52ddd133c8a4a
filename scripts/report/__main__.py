# SPDX-License-Identifier: BSD-3-Clause
"""Draws figures/*.png and report.html of a run folder that `patina analyse` has been through, or of one of `patina synth`.

Usage: python3 scripts/report DIR [NOTE]. NOTE: why a synthetic folder has no score.json. Needs matplotlib and h5py; nothing is fetched from a network.
"""
import sys

import drawing


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python3 scripts/report DIR [NOTE]")
    drawing.without_window("h5py", "numpy")
    import synthetic_data

    if synthetic_data.is_synthetic(sys.argv[1]):
        import synthetic_page

        synthetic_page.write_report(*sys.argv[1:])
        return
    import page

    page.write_report(sys.argv[1])


if __name__ == "__main__":
    main()
