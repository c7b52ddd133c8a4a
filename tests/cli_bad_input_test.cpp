// SPDX-License-Identifier: BSD-3-Clause
// Hostile inputs and potential files through the program (reliability.md F2, F4): each ends with exit code 65 and a
// message that names file, place, value and what is allowed, before anything is written; none in a crash. Truth: places
// and messages, each read against its input by hand; texts that are no JSON and bad potential files are those of the
// readers' own tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include "bad_json.hpp"
#include "bad_potentials.hpp"
#include "program.hpp"
#include "scratch_folder.hpp"
#include "small_potentials.hpp"

namespace patina::test {
namespace {

const Lines good_input = {
    R"({)",
    R"(  "seed": 7,)",
    R"(  "potential": {"files": ["x.eam.fs"], "species": ["Cu", "Zr"]},)",
    R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17},)",
    R"(  "dynamics": {"time_step_fs": 2, "thermostat": {"type": "langevin"}, "barostat": {"type": "none"}},)",
    R"(  "protocol": [)",
    R"(    {"type": "minimise", "max_steps": 5},)",
    R"(    {"type": "anneal", "temperature_K": 300, "duration_ps": 0.02,)",
    R"(     "observers": [{"type": "structure_factor", "interval_steps": 5}]})",
    R"(  ],)",
    R"(  "output": {"thermo_interval_steps": 5})",
    R"(})"};

struct BadLine {
  int number;                      // of the good input's lines
  std::string line;                // what stands there instead
  std::vector<std::string> parts;  // all must stand in the message
};

std::vector<BadLine> bad_lines() {
  return {
      {2, R"(  "seed": -1,)", {"in.json:2:11: /seed: must be an integer >= 0, <= 18446744073709551615, found -1"}},
      {2, R"(  "seed": 1e40,)", {"in.json:2:11: /seed: must be an integer >= 0, <= 18446744073709551615, found 1e40"}},
      {2, R"(  "seed": 3.7,)", {"in.json:2:11: /seed: must be an integer, found 3.7"}},
      {2, R"(  "seeed": 7,)", {R"(in.json:2:3: /: unknown key "seeed")", R"(did you mean "seed"?)"}},
      {2, R"(  "seed": 7, "seed": 8,)", {R"(in.json:2:14: /: duplicate key "seed")", "it stands on line 2 already"}},
      {2, R"(  "replicas": 0,)", {"in.json:2:15: /replicas: must be an integer >= 1, <= 10000, found 0"}},
      {2, R"(  "title": 5,)", {"in.json:2:12: /title: must be a string, found 5"}},
      {3, R"(  "potential": {"files": [], "species": ["Cu", "Zr"]},)", {"in.json:3:26: /potential/files: must have 1 to 32 elements, found an array of 0 values"}},
      {3, R"(  "potential": {"files": ["x.eam.fs"]},)", {R"(in.json:3:16: /potential: missing key "species": list of strings; 1 to 32 of them)"}},
      {3, R"(  "potential": {"files": "x.eam.fs", "species": ["Cu", "Zr"]},)", {R"(in.json:3:26: /potential/files: must be an array [...], found the string "x.eam.fs")"}},
      {3, "", {R"(in.json:1:1: /: missing key "potential": object)"}},
      {3, R"(  "potential": {"files": ["x.eam.fs"], "species": ["Cu", "Zn"]},)", {"in.json:4:76: /structure/composition/Zr: Zr is not among /potential/species: Cu, Zn"}},
      {3, R"(  "potential": {"files": ["x.eam.fs"], "species": ["Cu", "Cu"]},)", {R"(in.json:3:58: /potential/species/1: "Cu" is species 0 already)"}},
      {3, R"(  "potential": {"files": ["x.eam.fs"], "species": ["Zr"]},)", {"in.json:4:65: /structure/composition/Cu: Cu is not among /potential/species: Zr"}},
      {4, R"(  "structure": {"type": "random", "atoms": 3.7, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17},)", {"in.json:4:44: /structure/atoms: must be an integer, found 3.7"}},
      {4, R"(  "structure": {"type": "random", "atoms": 0, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17},)", {"in.json:4:44: /structure/atoms: must be an integer >= 1, <= 100000000, found 0"}},
      {4, R"(  "structure": {"type": "random", "atoms": "100", "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17},)", {R"(in.json:4:44: /structure/atoms: must be an integer, found the string "100")", "write it without the quotes"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.6, "Zr": 0.5}, "volume_per_atom_A3": 17},)", {"in.json:4:49: /structure/composition: atomic fractions add up to 1.1; they must add up to 1"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Al": 0.5}, "volume_per_atom_A3": 17},)", {"in.json:4:76: /structure/composition/Al: Al is not among /potential/species: Cu, Zr"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": NaN, "Zr": 0.5}, "volume_per_atom_A3": 17},)", {"in.json:4:71: /structure/composition/Cu: must be a finite number, found NaN"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 0},)", {"in.json:4:110: /structure/volume_per_atom_A3: must be > 1, <= 10000, found 0"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 1e999},)", {"in.json:4:110: /structure/volume_per_atom_A3: must be a finite number, found 1e999"}},
      {4, R"(  "structure": {"type": "randum", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17},)", {R"(in.json:4:25: /structure/type: must be one of "random", "lattice", "file", "sample", found the string "randum")", R"(did you mean "random"?)"}},
      {4, R"(  "structure": {"atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17},)", {R"(in.json:4:16: /structure: missing key "type": one of "random", "lattice", "file")"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}},)", {R"(in.json:4:16: /structure: missing key "volume_per_atom_A3": number; > 1, <= 10000)"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17, "min_distance_A": 9},)", {"in.json:4:132: /structure/min_distance_A: must be > 0, <= 5, found 9"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17, "min_distance_A": 4.9},)", {"in.json:4:114: /structure/min_distance_A: 4.9 A cannot be kept at 17 A^3 per atom: at most 2.749 A"}},
      {4, R"(  "structure": {"type": "file", "file": "x.eam.fs"},)", {"x.eam.fs: is none of LAMMPS data, LAMMPS text dump, extended XYZ (with Lattice), H5MD"}},
      {4, R"(  "structure": {"type": "file", "file": "a.data", "boundary": ["periodic", "p", "free"]},)", {R"(in.json:4:76: /structure/boundary/1: must be one of "periodic", "free", found "p")"}},
      {4, R"(  "structure": {"type": "lattice", "lattice": "B2", "lattice_constant_A": 3.3, "repeat": [3, 3, 3]},)", {"in.json:4:16: /structure/sublattice_species: B2 needs two elements, one for each sublattice"}},
      {4, R"(  "structure": {"type": "lattice", "lattice": "fcc", "lattice_constant_A": 3.6, "repeat": [3, 3], "composition": {"Cu": 1}},)", {"in.json:4:91: /structure/repeat: must have 3 elements, found an array of 2 values"}},
      {4, R"(  "structure": {"type": "lattice", "lattice": "fcc", "lattice_constant_A": 0.6, "composition": {"Cu": 1}},)", {"in.json:4:54: /structure/lattice_constant_A: 0.6 makes 0.054 A^3 per atom; metals have 4 to 200 A^3"}},
      {4, R"(  "structure": {"type": "lattice", "lattice": "hcp", "lattice_constant_A": 32.3, "composition": {"Zr": 1}},)", {"in.json:4:54: /structure/lattice_constant_A: 32.3 makes 2.38e+04 A^3 per atom"}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 1700},)", {"in.json:4:88: /structure/volume_per_atom_A3: 1700 makes 1.7e+03 A^3 per atom"}},
      {4, R"(  "structure": {"type": "file", "file": "a.data", "frame": -2},)", {"in.json:4:60: /structure/frame: must be an integer >= -1"}},
      {4, R"(  "structure": {"type": "lattice", "lattice": "diamond", "lattice_constant_A": 3.6},)", {R"(in.json:4:47: /structure/lattice: must be one of "fcc", "bcc", "hcp", "B2", "C15", found the string "diamond")"}},
      {5, R"(  "dynamics": {"time_step_fs": 0},)", {"in.json:5:32: /dynamics/time_step_fs: must be >= 0.01, <= 20, found 0"}},
      {5, R"(  "dynamics": {"time_step_fs": -2},)", {"in.json:5:32: /dynamics/time_step_fs: must be >= 0.01, <= 20, found -2"}},
      {5, R"(  "dynamics": {"time_step_fs": 20.5},)", {"in.json:5:32: /dynamics/time_step_fs: must be >= 0.01, <= 20, found 20.5"}},
      {5, R"(  "dynamics": {"time_step_ps": 0.002},)", {R"(in.json:5:16: /dynamics: unknown key "time_step_ps")", R"(this is given in fs: 0.002 ps would be "time_step_fs": 2)"}},
      {5, R"(  "dynamics": {"time_step_fs": Infinity},)", {"in.json:5:32: /dynamics/time_step_fs: must be a finite number, found Infinity"}},
      {5, R"(  "dynamics": {"skin_A": 0},)", {"in.json:5:26: /dynamics/skin_A: must be > 0, <= 5, found 0"}},
      {5, R"(  "dynamics": {"thermostat": {"type": "berendsen"}},)", {R"(in.json:5:39: /dynamics/thermostat/type: must be one of "none", "nose_hoover", "velocity_rescaling", "langevin", found the string "berendsen")"}},
      {5, R"(  "dynamics": {"thermostat": "langevin"},)", {R"(in.json:5:30: /dynamics/thermostat: must be an object {...}, found the string "langevin")"}},
      {5, R"(  "dynamics": {"thermostat": {"type": "none"}},)", {R"(in.json:8:5: /protocol/1: a barostat needs a thermostat: set the barostat to "none" as well)"}},
      {5, R"(  "dynamics": {"time_step_fs": 20},)", {"in.json:8:5: /protocol/1: relaxation_ps of the Nose-Hoover thermostat is 0.1; it must be at least ten time steps, 0.2 ps"}},
      {5, R"(  "dynamics": {"time_step_fs": 10, "barostat": {"type": "mtk", "relaxation_ps": 0.05}},)", {"in.json:8:5: /protocol/1: relaxation_ps of the mtk barostat is 0.05; it must be at least ten time steps, 0.1 ps"}},
      {5, R"(  "dynamics": {"thermostat": {"type": "nose_hoover", "chain_length": 0}},)", {"in.json:5:70: /dynamics/thermostat/chain_length: must be an integer >= 1, <= 20, found 0"}},
      {6, R"(  "protocol": [], "x-old": [)", {"in.json:6:15: /protocol: must have 1 to 10000 elements, found an array of 0 values"}},
      {6, R"(  "protocol": {}, "x-old": [)", {"in.json:6:15: /protocol: must be an array [...], found an object of 0 keys"}},
      {6, R"(  "x-old": [)", {R"(in.json:1:1: /: missing key "protocol": list of objects; 1 to 10000 of them)"}},
      {7, R"(    {"type": "melting"},)", {R"(in.json:7:14: /protocol/0/type: must be one of "melt", "quench", "anneal", "heat", "ramp", "deform", "minimise", "swap", "hold_steps", "cycle", "compress", "strain", "shear", "quasistatic_strain", "measure", "unload", "deposit", "cut_film", "restore", "branch", found the string "melting")"}},
      {7, R"(    {"typ": "minimise"},)", {R"(in.json:7:5: /protocol/0: missing key "type": one of "melt", "quench", "anneal", "heat", "ramp", "deform", "minimise", "swap", "hold_steps", "cycle", "compress", "strain", "shear", "quasistatic_strain", "measure", "unload", "deposit", "cut_film", "restore", "branch")"}},
      {7, R"(    {"type": "minimise", "max_force_eV_per_A": 0},)", {"in.json:7:48: /protocol/0/max_force_eV_per_A: must be > 0, <= 100, found 0"}},
      {7, R"(    {"type": "minimise", "observers": [{"type": "xpcs"}]},)", {"in.json:7:40: /protocol/0/observers/0: a minimised state does not move: no xpcs in a minimise step"}},
      {7, "    null,", {"in.json:7:5: /protocol/0: must be an object {...}, found null"}},
      {7, R"(    {"type": "quench", "from_K": 300, "to_K": 2000, "cooling_rate_K_per_s": 1e13},)", {"in.json:7:39: /protocol/0/to_K: a quench must end below its start: 2000 K is not below from_K = 300 K"}},
      {7, R"(    {"type": "quench", "from_K": 2000, "to_K": 300},)", {R"(in.json:7:5: /protocol/0: missing key "cooling_rate_K_per_s": number; > 0, <= 1e+17)"}},
      {7, R"(    {"type": "quench", "from_K": 2000, "to_K": 300, "cooling_rate_K_per_ps": 10},)", {R"(in.json:7:5: /protocol/0: missing key "cooling_rate_K_per_s": number; > 0, <= 1e+17)", R"(in.json:7:53: /protocol/0: unknown key "cooling_rate_K_per_ps")", R"(this is given in K_per_s: 10 K_per_ps would be "cooling_rate_K_per_s": 1e+13)"}},
      {7, R"(    {"type": "heat", "from_K": 300, "to_K": 300, "heating_rate_K_per_s": 1e13},)", {"in.json:7:37: /protocol/0/to_K: heating must end above its start: 300 K is not above from_K = 300 K"}},
      {8, R"(    {"type": "anneal", "temperature_K": 0, "duration_ps": 0.02,)", {"in.json:8:41: /protocol/1/temperature_K: must be > 0, <= 100000, found 0"}},
      {8, R"(    {"type": "anneal", "temperature_C": 300, "duration_ps": 0.02,)", {R"(in.json:8:5: /protocol/1: missing key "temperature_K": number; > 0, <= 100000)", R"(in.json:8:24: /protocol/1: unknown key "temperature_C")", R"(did you mean "temperature_K"?)"}},
      {8, R"(    {"type": "anneal", "temperature_K": true, "duration_ps": 0.02,)", {"in.json:8:41: /protocol/1/temperature_K: must be a number, found true"}},
      {8, R"(    {"type": "anneal", "temperature_K": 300,)", {R"(in.json:8:5: /protocol/1: missing key "duration_ps": number; > 0, <= 1000000000)"}},
      {8, R"(    {"type": "anneal", "temperature_K": 300, "duration_ps": 0.0002,)", {"in.json:8:46: /protocol/1/duration_ps: makes 0.1 of a time step; at least one is taken"}},
      {8, R"(    {"type": "anneal", "temperature_K": 300, "duration_ps": -1,)", {"in.json:8:61: /protocol/1/duration_ps: must be > 0, <= 1000000000, found -1"}},
      {8, R"(    {"type": "anneal", "temperature_K": 300, "duration_ps": 0.02, "pressure_GPa": 1e9,)", {"in.json:8:83: /protocol/1/pressure_GPa: must be >= -50, <= 1000, found 1e9"}},
      {9, R"(     "observers": [{"type": "xpcs", "waiting_times_ps": [0, 5]}]})", {"in.json:9:37: /protocol/1/observers/0/waiting_times_ps: 5 ps is not within the step, which lasts 0.02 ps"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "waiting_window_ps": 0.02}]})", {"/protocol/1/observers/0/waiting_window_ps: 0.02 ps from the waiting time 0 ps on go beyond the step, which lasts 0.02 ps"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 1000}]})", {"in.json:9:37: /protocol/1/observers/0/interval_steps: the step has 10 time steps: two frames"}},
      {9, R"(     "observers": [{"type": "xpcs", "q_inv_A": "2.7"}]})", {R"(in.json:9:48: /protocol/1/observers/0/q_inv_A: must be a number, found the string "2.7")", "write it without the quotes"}},
      {9, R"(     "observers": [{"type": "xpcs", "weights": "neutrons"}]})", {R"(in.json:9:48: /protocol/1/observers/0/weights: must be one of "xray", "neutron", "number", "unit", found the string "neutrons")", R"(did you mean "neutron"?)"}},
      {9, R"(     "observers": [{"type": "xpcs", "weights": "neutron", "energy_keV": 21.5}]})", {R"(in.json:9:59: /protocol/1/observers/0/energy_keV: 21.5 keV is a photon energy; neutron scattering lengths have none: leave it out, or set weights to "xray")"}},
      {9, R"(     "observers": [{"type": "dynamics", "weights": "neutron", "energy_keV": 8}]})", {"/protocol/1/observers/0/energy_keV: 8 keV is a photon energy"}},
      {9, R"(     "observers": [{"type": "multi_tau", "weights": "neutron", "energy_keV": 8}]})", {"/protocol/1/observers/0/energy_keV: 8 keV is a photon energy"}},
      {7, R"(    {"type": "minimise", "observers": [{"type": "dynamics"}]},)", {"/protocol/0/observers/0: a minimised state does not move: no dynamics in a minimise step"}},
      {9, R"(     "observers": [{"type": "dynamics", "waiting_times_ps": [0, 5]}]})", {"in.json:9:41: /protocol/1/observers/0/waiting_times_ps: 5 ps is not within the step, which lasts 0.02 ps"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "max_lag_ps": 0.03}]})", {"/protocol/1/observers/0/max_lag_ps: 0.03 ps is longer than the step, which lasts 0.02 ps"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "overlap_A": 100}]})", {"/protocol/1/observers/0/overlap_A: must be > 0, <= 10, found 100"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "sub_boxes": 6, "q_inv_A": [4], "width_inv_A": 1}]})", {"in.json:9:62: /protocol/1/observers/0/sub_boxes: 6 along each axis are 216 for", "two atoms in each"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "max_lag_ps": 0.009}]})", {"/protocol/1/observers/0/max_lag_ps: 0.009 ps is less than the 0.01 ps between two frames (interval_steps)"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "q_inv_A": [2.8, 0.3]}]})", {"in.json:9:79: /protocol/1/observers/0/q_inv_A/1: no wave vector of the cell has |q| within 0.3 +- 0.05 1/A"}},
      {9, R"(     "observers": [{"type": "dynamics", "van_hove_max_A": 90, "van_hove_bin_A": 0.001}]})", {"van_hove_bin_A: 0.001 makes 9e+04 bins up to van_hove_max_A = 90; at most 10000"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "direction": {"axis": [0, 0, 0]}}]})", {"/protocol/1/observers/0/direction/axis: has no length"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "direction": {"axis": [0, 0, 1], "from_deg": 50, "to_deg": 40}}]})", {"/protocol/1/observers/0/direction/from_deg: 50 lies above to_deg = 40"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "miller": [[9, 0, 0]], "q_inv_A": 2.7}]})", {R"(/protocol/1/observers/0/q_inv_A: has no meaning beside "miller")"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "miller": [[9, 0, 0], [0, 0, 0]]}]})", {"in.json:9:84: /protocol/1/observers/0/miller/1: (0, 0, 0) is no direction"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "miller": [[9, 0, 0], [-9, 0, 0]]}]})", {"in.json:9:84: /protocol/1/observers/0/miller/1: (-9, 0, 0) is the same as (9, 0, 0)"}},
      {9, R"(     "observers": [{"type": "multi_tau", "interval_steps": 5, "along": [[0, 0, 0]]}]})", {"in.json:9:73: /protocol/1/observers/0/along/0: is no direction"}},
      {9, R"(     "observers": [{"type": "multi_tau", "interval_steps": 5, "along": [[1, 0, 0], [-3, 0, 0]]}]})", {"in.json:9:84: /protocol/1/observers/0/along/1: lies on the line of the first"}},
      {9, R"(     "observers": [{"type": "multi_tau", "interval_steps": 5, "along": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}]})", {"/protocol/1/observers/0/along: must have 1 to 2 elements"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "along": [[7, 1, 0]]}]})", {"in.json:9:20: /protocol/1/observers/0/q_inv_A: none of the ", "lies on the line (7, 1, 0): widen the shell"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "windows": [{}]}]})", {R"(in.json:9:70: /protocol/1/observers/0/windows/0: missing key "fwhm_A")"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "windows": [{"fwhm_A": 11}]}]})", {"in.json:9:71: /protocol/1/observers/0/windows/0/fwhm_A: no window fits: at q = 2.8", "3.98 A at most"}},
      {9, R"(     "observers": [{"type": "xpcs", "q_inv_A": 9, "interval_steps": 5, "windows": [{"fwhm_A": 3}]}]})", {"in.json:9:85: /protocol/1/observers/0/windows/0/fwhm_A: 3 A is too narrow for q = 8.9", "at least 3.3"}},
      {9, R"(     "observers": [{"type": "xpcs", "q_inv_A": 9, "interval_steps": 5, "windows": [{"fwhm_A": 900}]}]})", {"in.json:9:85: /protocol/1/observers/0/windows/0/fwhm_A: 900 A is too wide for the cell", "at most a third"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "windows": [{"fwhm_A": 11, "shape": "layer_z", "lab": true}]}]})", {R"(/protocol/1/observers/0/windows/0/lab: needs the shape "ball")"}},
      {9, R"(     "observers": [{"type": "speckle"}]})", {R"(in.json:9:29: /protocol/1/observers/0/type: must be one of "xpcs", "dynamics", "multi_tau", "structure_factor", "pair_distribution", "detector", "trajectory", found the string "speckle")"}},
      {9, R"(     "observers": {"type": "xpcs"}})", {"in.json:9:19: /protocol/1/observers: must be an array [...], found an object of 1 key"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "q_inv_A": 0.3}]})", {"in.json:9:58: /protocol/1/observers/0/q_inv_A: no wave vector of the cell has |q| within 0.3 +- 0.05 1/A"}},
      {9, R"(     "observers": [{"type": "dynamics", "interval_steps": 5, "q_inv_A": [2.8, 0.3, 0.2]}]})", {"/protocol/1/observers/0/q_inv_A/1: no wave vector of the cell has |q| within 0.3", "/protocol/1/observers/0/q_inv_A/2: no wave vector of the cell has |q| within 0.2", "(2 errors in the input"}},
      {9, R"(     "observers": [{"type": "xpcs", "interval_steps": 5, "miller": [[0, 0, 0], [9, 0, 0], [-9, 0, 0], [0, 0, 0]]}]})", {"/miller/0: (0, 0, 0) is no direction", "/miller/2: (-9, 0, 0) is the same as (9, 0, 0) at miller/1", "/miller/3: (0, 0, 0) is no direction", "(3 errors in the input"}},
      {9, R"(     "observers": [{"type": "structure_factor", "interval_steps": 5, "q_max_inv_A": 0.2}]})", {"in.json:9:70: /protocol/1/observers/0/q_max_inv_A: no wave vector of the cell has |q| below 0.2 1/A; the shortest has |q| = 0."}},
      {4, R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 6},)", {"atoms"}},
      {9, R"(     "observers": [{"type": "trajectory", "interval_steps": 0}]})", {"in.json:9:61: /protocol/1/observers/0/interval_steps: must be an integer >= 1, <= 1000000000, found 0"}},
      {9, R"(     "observers": [{"type": "trajectory", "precision": "float16"}]})", {R"(in.json:9:56: /protocol/1/observers/0/precision: must be one of "float32", "float64", found the string "float16")", R"(did you mean "float32"?)"}},
      {9, R"(     "observers": [{"type": "structure_factor", "q_max_inv_A": 100}]})", {"in.json:9:64: /protocol/1/observers/0/q_max_inv_A: must be > 0, <= 50, found 100"}},
      {9, R"(     "observers": [{"type": "pair_distribution", "r_max_A": 60, "bin_A": 0.002}]})", {"/protocol/1/observers/0/bin_A: 0.002 makes 3e+04 bins up to r_max_A = 60; at most 10000"}},
      {9, R"(     "observers": [{"type": "structure_factor", "bin_inv_A": 1e-9}]})", {"in.json:9:49: /protocol/1/observers/0/bin_inv_A: 1e-09 makes 8e+09 bins up to q_max_inv_A = 8; at most 1e+06"}},
      {11, R"(  "output": {"thermo_interval_steps": 0})", {"in.json:11:39: /output/thermo_interval_steps: must be an integer >= 1, <= 1000000000, found 0"}},
      {11, R"(  "output": {"checkpoint_interval_steps": 2.5})", {"in.json:11:43: /output/checkpoint_interval_steps: must be an integer, found 2.5"}},
      {11, R"(  "output": 5)", {"in.json:11:13: /output: must be an object {...}, found 5"}},
      {11, R"(  "output": {"thermo_interval": 5})", {R"(in.json:11:14: /output: unknown key "thermo_interval")"}},
  };
}

class BadInputs : public ::testing::Test {
 protected:
  void SetUp() override { write("x.eam.fs", text_of(small_fs())); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  // As the user in that folder would, so that messages name the files as given.
  std::string command(const std::string& program) const {
    return "cd " + folder_.path() + " && " + program + " run in.json --output out";
  }
  void expect_refused(const ProgramResult& result, const std::vector<std::string>& parts) const {
    EXPECT_EQ(result.status, 65) << result.output;
    for (const auto& part : parts)
      EXPECT_NE(result.output.find(part), std::string::npos) << "lacks: " << part << "\nin: " << result.output;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out")) << result.output;
  }

  ScratchFolder folder_;
};

TEST_F(BadInputs, TheInputThatIsDamagedHereRuns) {
  write("in.json", text_of(good_input));
  const auto result = run_shell(command(PATINA_PROGRAM));
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST_F(BadInputs, ValuesAndKeys) {
  const auto table = bad_lines();
  ASSERT_GE(table.size(), 60u);
  for (const auto& row : table) {
    SCOPED_TRACE(row.line);
    write("in.json", with_line(good_input, row.number, row.line));
    expect_refused(run_shell(command(PATINA_PROGRAM)), row.parts);
  }
}

// One error hides none of the others, wherever it stands.
TEST_F(BadInputs, AllErrorsAtOnce) {
  Lines lines = good_input;
  lines[1] = R"(  "seed": -1, "seeed": 2,)";
  lines[3] = R"(  "structure": {"type": "random", "atoms": 0, "composition": {"Cu": 0.7, "Al": 0.5}, "volume_per_atom_A3": 17},)";
  lines[4] = R"(  "dynamics": {"skin_A": 0, "thermostat": {"type": "none"}},)";
  lines[6] = R"(    {"type": "minimise", "max_steps": 0, "observers": [{"type": "xpcs"}]},)";
  lines[8] = R"(     "observers": [{"type": "xpcs", "waiting_times_ps": [5], "interval_steps": 5}, {"type": "speckle"}]}, {"type": "melting"})";
  write("in.json", text_of(lines));
  expect_refused(run_shell(command(PATINA_PROGRAM)),
                 {"in.json:2:11: /seed: must be an integer", R"(in.json:2:15: /: unknown key "seeed")",
                  "in.json:4:44: /structure/atoms: must be", "in.json:4:47: /structure/composition: atomic fractions add up to 1.2",
                  "in.json:4:74: /structure/composition/Al: Al is not among",
                  "in.json:5:26: /dynamics/skin_A: must be > 0", "in.json:7:39: /protocol/0/max_steps: must be",
                  "in.json:7:56: /protocol/0/observers/0: a minimised state does not move",
                  "in.json:8:5: /protocol/1: a barostat needs a thermostat",
                  "in.json:9:37: /protocol/1/observers/0/waiting_times_ps: 5 ps is not within the step",
                  "/protocol/1/observers/1/type: must be one of", "/protocol/2/type: must be one of",
                  "(12 errors in the input"});
}

// An input of another verb: which one, in one line. What is wrong with it as an input of this one helps nobody.
TEST_F(BadInputs, InputsOfOtherVerbs) {
  for (const auto& [input, verb, other] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"synth.json", "run", "synth"}, {"detector.json", "run", "synth"}, {"scatter.json", "run", "scatter"}, {"plan.json", "run", "plan"}, {"quickstart.json", "synth", "run"},
           {"quickstart.json", "plan", "run"}}) {
    const std::string path = std::string(PATINA_SOURCE_DIR) + "/inputs/" + input;
    const auto result = run_shell("cd " + folder_.path() + " && " PATINA_PROGRAM " " + verb + " " + path + " --output out");
    EXPECT_EQ(result.status, 65) << result.output;
    EXPECT_EQ(result.output.rfind("error: " + path + ": is an input of patina " + other + ", not of patina " + verb + ": patina " + other + " ", 0), 0u) << result.output;
    EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
}

// An element that the potential has not got stands at its place in the input.
TEST_F(BadInputs, ElementsThatThePotentialHasNot) {
  Lines lines = good_input;
  lines[2] = R"(  "potential": {"files": ["x.eam.fs"], "species": ["Cu", "Ag"]},)";
  lines[3] = R"(  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Ag": 0.5}, "volume_per_atom_A3": 17},)";
  write("in.json", text_of(lines));
  expect_refused(run_shell(command(PATINA_PROGRAM)), {"in.json:3:58: /potential/species/1: ", "x.eam.fs: has no element 'Ag'; it has: Cu, Zr"});
}

TEST_F(BadInputs, TextsThatAreNoJson) {
  for (const auto& row : bad_json()) {
    SCOPED_TRACE(row.text);
    write("in.json", row.text);
    expect_refused(run_shell(command(PATINA_PROGRAM)), row.parts);
  }
}

TEST_F(BadInputs, PotentialFiles) {
  const auto table = bad_potentials();
  ASSERT_GE(table.size(), 30u);
  for (const auto& row : table) {
    SCOPED_TRACE(row.what);
    write(row.name, row.text);
    write("in.json",
          with_line(good_input, 3, R"(  "potential": {"files": [")" + row.name + R"("], "species": ["Cu", "Zr"]},)"));
    expect_refused(run_shell(command(PATINA_PROGRAM)), row.message);
  }
}

TEST_F(BadInputs, InputsThatAreNoFiles) {
  for (const char* path : {"/dev/zero", "/dev/null", "."}) {
    const auto result = run_shell("cd " + folder_.path() + " && timeout 20 " PATINA_PROGRAM " run " + path + " --output out");
    EXPECT_EQ(result.status, 66) << result.output;
    EXPECT_NE(result.output.find("not a"), std::string::npos) << result.output;
  }
}

TEST_F(BadInputs, MissingFiles) {
  for (const auto& [number, line, part] : std::vector<std::tuple<int, std::string, std::string>>{
           {3, R"(  "potential": {"files": ["y.eam.fs"], "species": ["Cu", "Zr"]},)", "'y.eam.fs' was not found"},
           {4, R"(  "structure": {"type": "file", "file": "y.data"},)", "y.data: cannot be read"}}) {
    write("in.json", with_line(good_input, number, line));
    const auto result = run_shell(command(PATINA_PROGRAM));
    EXPECT_EQ(result.status, 66) << result.output;
    EXPECT_NE(result.output.find(part), std::string::npos) << result.output;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
}

TEST(CommandLine, NamesTheVerbsThereAre) {
  const auto result = run_patina("rum in.json");
  EXPECT_EQ(result.status, 64) << result.output;
  EXPECT_NE(result.output.find("error: no verb is called 'rum'; there are: analyse, bench, check, compare, convert, correlate, evaluate, info, init, plan, potential, report, run, scatter, schema, score, structure, synth, validate"),
            std::string::npos)
      << result.output;
}

TEST(CommandLine, NamesVectorLoopsThatThereAreNot) {
  for (const char* wanted : {"avx2", "nonsense", ""}) {
    const auto result = run_shell(std::string("PATINA_LANES=") + wanted + " " PATINA_PROGRAM " bench --steps 1");
    EXPECT_EQ(result.status, 64) << result.output;
    EXPECT_NE(result.output.find(std::string("error: PATINA_LANES is \"") + wanted + "\": must be AVX-512, AVX2 or generic"), std::string::npos) << result.output;
  }
}

// As if mpirun of MPICH had started four of them: without this each would make the same run.
TEST(CommandLine, ProcessesThatDoNotSeeEachOtherAreRefused) {
  const auto result = run_shell("PMI_SIZE=4 " PATINA_PROGRAM " evaluate x.data --potential x.eam");
  EXPECT_EQ(result.status, 78) << result.output;
  EXPECT_NE(result.output.find("the launcher started 4 processes (PMI_SIZE), but MPI sees this one alone"), std::string::npos) << result.output;
}

TEST(CommandLine, NamesAnOptionThatIsMistyped) {
  const auto result = run_patina("run in.json --outptu=here --resume");
  EXPECT_EQ(result.status, 64) << result.output;
  EXPECT_NE(result.output.find("error: run has no option --outptu (did you mean --output?); it has: "), std::string::npos)
      << result.output;
}

// Two ranks say it once and neither waits for the other; timeout ends with 124.
TEST_F(BadInputs, TwoRanksSpeakOnce) {
  const std::string two_ranks =
      std::string(clean_environment) + "timeout 10 mpirun --allow-run-as-root --oversubscribe "
      "--bind-to none --mca mpi_yield_when_idle 1 -n 2 " PATINA_PROGRAM;
  const auto refused = [&](const std::vector<std::string>& parts) {
    const auto result = run_shell(command(two_ranks));
    expect_refused(result, parts);
    EXPECT_EQ(result.output.find("error: "), result.output.rfind("error: ")) << result.output;
  };
  write("in.json", with_line(good_input, 2, R"(  "seed": -1,)"));
  refused({"in.json:2:11: /seed", "found -1"});
  write("in.json", "{\"seed\": 1,}");
  refused({"in.json:1:11: /", "a comma before the closing bracket"});
  write("in.json", text_of(good_input));
  write("x.eam.fs", with_line(small_fs(), 5, "6 0.25 8 0 4.0"));
  refused({"x.eam.fs:5:", "dr is '0'"});
  write("x.eam.fs", "");
  refused({"x.eam.fs: the file is empty"});
}

}  // namespace
}  // namespace patina::test
