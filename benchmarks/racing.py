# SPDX-License-Identifier: BSD-3-Clause
"""What the races share: arguments that are checked before any work, and programs that fail with a message of their own.

Each bad argument ends the race with one line on standard error and exit code 2, each program that fails with 1.
"""
import argparse
import math
import os
import pathlib
import shutil
import subprocess
import sys


def stop(message, code=1):
    print(f"{pathlib.Path(sys.argv[0]).name}: {message}", file=sys.stderr)
    sys.exit(code)


class Arguments(argparse.ArgumentParser):
    """argparse's, without the usage in front of an error."""

    def __init__(self, description):
        super().__init__(description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)

    def error(self, message):
        stop(message.removeprefix("argument "), 2)

    def need_file(self, option, path):
        try:
            readable_file(path)
        except argparse.ArgumentTypeError as error:
            self.error(f"{option}: {error}")


# Types of arguments: argparse puts the name of the option in front of their messages.

def whole(least, most=10**9):
    def read(text):
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number from {least} to {most}")
        return value
    return read


def above_zero(most):
    def read(text):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0.0 < value <= most:  # nan neither
            raise argparse.ArgumentTypeError(f"'{text}' is no number above 0 and up to {most:g}")
        return value
    return read


def some_of(known):
    def read(text):
        words = text.split(",")
        for k, word in enumerate(words):
            if word not in known:
                raise argparse.ArgumentTypeError(f"'{word}' is unknown; there are: {', '.join(known)}")
            if word in words[:k]:
                raise argparse.ArgumentTypeError(f"'{word}' stands there twice")
        return words
    return read


def cores(text):
    """Cores of this process, as 2,3 or 0-7."""
    here = sorted(os.sched_getaffinity(0))
    found = []
    for part in text.split(","):
        try:
            ends = [whole(0)(end) for end in part.split("-")]
        except argparse.ArgumentTypeError:
            ends = []
        if not 1 <= len(ends) <= 2:
            raise argparse.ArgumentTypeError(f"'{part}' is no core; wanted are numbers and spans of them, as 2,3 or 0-7")
        if ends[-1] < ends[0]:
            raise argparse.ArgumentTypeError(f"'{part}' ends before it begins")
        for core in range(ends[0], ends[-1] + 1):
            if core not in here:
                raise argparse.ArgumentTypeError(f"there is no core {core} here, only {', '.join(map(str, here))}")
            if core in found:
                raise argparse.ArgumentTypeError(f"core {core} stands there twice")
            found.append(core)
    return found


def program(text):
    path = shutil.which(text)
    if not path:
        raise argparse.ArgumentTypeError(f"there is no program '{text}'")
    return os.path.abspath(path)


def readable_file(text):
    try:
        with open(text, "rb"):
            return os.path.abspath(text)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"'{text}': {error.strerror}") from None


def new_file(*endings):
    """A file that can be written, tried by opening it; what it holds stays as it is until then."""
    def read(text):
        if endings and pathlib.Path(text).suffix not in endings:
            raise argparse.ArgumentTypeError(f"'{text}' must end in {' or '.join(endings)}")
        there = os.path.lexists(text)
        try:
            with open(text, "a", encoding="utf-8"):
                pass
        except OSError as error:
            raise argparse.ArgumentTypeError(f"'{text}' cannot be written: {error.strerror}") from None
        if not there:
            os.remove(text)
        return text
    return read


def needs(*programs):
    for name in programs:
        if not shutil.which(name):
            stop(f"there is no program '{name}', which the race needs", 2)


def output_of(command, environment, cwd=None):
    """What a program prints; its own message and the end of the race where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, cwd=cwd)
    if done.returncode != 0:
        told = [part.strip()[-2000:] for part in (done.stdout, done.stderr) if part.strip()]
        stop("\n".join([f"a program ended with {done.returncode}: {' '.join(command)}"] + told))
    return done.stdout


def begin(main):
    """Runs a race; what the machine refuses on the way ends in one line too."""
    try:
        main()
    except OSError as error:
        stop(error)
    except KeyboardInterrupt:
        stop("stopped", 130)
