"""A small run with thermostats, observers, trajectories and checkpoints; and what a folder has other than the same run that nobody disturbed."""
import glob
import os
import re
import signal
import subprocess

import h5py
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATINA = os.environ.get('PATINA', ROOT + '/build/patina')
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS='1', OMPI_ALLOW_RUN_AS_ROOT='1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1')
INPUT = {
    'seed': 11,
    'potential': {'files': ['CuZr_mm.eam.fs'], 'species': ['Cu', 'Zr']},
    'structure': {'type': 'random', 'atoms': 300, 'composition': {'Cu': 0.645, 'Zr': 0.355}, 'volume_per_atom_A3': 17.5},
    'protocol': [
        {'type': 'minimise', 'max_steps': 100, 'max_force_eV_per_A': 0.3},
        {'type': 'melt', 'temperature_K': 2000, 'duration_ps': 2, 'observers': [{'type': 'trajectory', 'interval_steps': 20}]},
        {'type': 'quench', 'from_K': 2000, 'to_K': 800, 'cooling_rate_K_per_s': 4e14, 'observers': [
            {'type': 'multi_tau', 'q_inv_A': [2.8], 'width_inv_A': 0.2, 'max_vectors': 50, 'interval_steps': 5, 'method': 'exact'},
            {'type': 'trajectory', 'interval_steps': 20}]},
        {'type': 'anneal', 'temperature_K': 800, 'duration_ps': 3, 'observers': [
            {'type': 'xpcs', 'q_inv_A': 2.8, 'width_inv_A': 0.2, 'max_vectors': 100, 'interval_steps': 50, 'waiting_times_ps': [0, 1],
             'method': 'exact'},
            {'type': 'trajectory', 'interval_steps': 20}]}],
    'output': {'thermo_interval_steps': 10, 'checkpoint_interval_steps': 100}}


def command(*arguments, ranks=1):
    launcher = [] if ranks == 1 else ['mpirun', '--oversubscribe', '--bind-to', 'none', '--mca', 'mpi_yield_when_idle', '1', '-n', str(ranks)]
    return launcher + [PATINA] + list(arguments)


def run(*arguments, ranks=1):
    return subprocess.run(command(*arguments, ranks=ranks), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def kill_session(leader):
    """kill -9 to all processes of a session: the ranks of mpirun have process groups of their own."""
    for stat in glob.glob('/proc/[0-9]*/stat'):
        try:
            fields = open(stat).read().rpartition(')')[2].split()
            if int(fields[3]) == leader: os.kill(int(stat.split('/')[2]), signal.SIGKILL)
        except (OSError, ValueError):
            pass  # it has just ended


def state_of(folder):
    found = re.findall(r'^state (\S+) after step (\d+)$', open(folder + '/log.txt').read(), re.M)
    return found[-1] if found else None


def frames_of(folder):
    """Steps and places of all frames, in order of the segments. A step's last frame is the next one's first: written once."""
    steps, places = [], []
    for path in sorted(glob.glob(folder + '/trajectory/seg_*.h5md')):
        with h5py.File(path, 'r') as f:
            steps += list(f['particles/trajectory/position/step'][:])
            places.append(f['particles/trajectory/position/value'][:])
    return steps, np.concatenate(places)


def datasets_of(path):
    found = {}
    with h5py.File(path, 'r') as f:
        f.visititems(lambda name, item: found.__setitem__(name, item[()].tobytes() if item.dtype.kind != 'O' else str(item[()]))
                     if isinstance(item, h5py.Dataset) else None)
    return found


def differences(folder, whole):
    """What a folder has other than the undisturbed run's."""
    wrong = []
    if state_of(folder) != state_of(whole): wrong.append('the final state')
    if open(folder + '/thermo.csv').read() != open(whole + '/thermo.csv').read(): wrong.append('thermo.csv')
    (steps, places), (true_steps, true_places) = frames_of(folder), frames_of(whole)
    if steps != true_steps: wrong.append('steps of frames: %d, not %d' % (len(steps), len(true_steps)))
    elif not np.array_equal(places, true_places): wrong.append('places in frames')
    if datasets_of(folder + '/xpcs.h5') != datasets_of(whole + '/xpcs.h5'): wrong.append('xpcs.h5')
    checked = run('check', '--quiet', folder)
    if checked.returncode != 0: wrong.append('patina check: ' + checked.stdout)
    return wrong
