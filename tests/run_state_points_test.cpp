// SPDX-License-Identifier: BSD-3-Clause
// Truth: liquid Cu64.5Zr35.5 at zero pressure as LAMMPS has it, same potential, 4000 atoms. The program makes
// the liquid from random places. tests/data/state_points.json: volume and energies, mean over 20 ps of NPT;
// dynamics from 30 ps of NVE at that volume and, where `nvt_run` is, the mean with a run in NVT: the energy
// of a single NVE run scatters by some 10 K, and the two LAMMPS runs at 1200 K differ by 12 % in their times.
// Tolerances for an independent run [physics.md 2.4]: density 0.5 %, enthalpy 0.01 eV/atom, dynamics 10 %.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/hdf5.hpp"
#include "liquid_run.hpp"
#include "md/h5md.hpp"
#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using nlohmann::json;

double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

// Where a curve that begins at 1 falls to 1/e, between its points along a straight line of ln f.
double time_to_1e(const std::vector<double>& lag_ps, const std::vector<double>& f) {
  for (std::size_t k = 1; k < f.size(); ++k) {
    if (f[k] > std::exp(-1.0)) continue;
    const double here = std::log(f[k]), before = std::log(f[k - 1]);
    return lag_ps[k - 1] + (lag_ps[k] - lag_ps[k - 1]) * (-1.0 - before) / (here - before);
  }
  return HUGE_VAL;
}

// Positions without periodic jumps in units of the cell's edges, times the mean edge: the breathing of the
// cell moves no atom.
struct Paths {
  std::vector<double> time_ps;
  std::vector<std::vector<Vec3>> position;  // (frame, atom)
  std::vector<int> type;
};

Paths read_paths(const std::string& run_folder) {
  Paths paths;
  std::vector<double> edge;
  const auto reader = open_h5md(run_folder);
  while (const auto frame = reader->next()) {
    const Structure& sample = frame->structure;
    paths.time_ps.push_back(frame->time_ps.value());
    paths.type = sample.type;
    edge.push_back(std::cbrt(sample.box.volume()));
    std::vector<Vec3> s;
    for (std::size_t i = 0; i < sample.size(); ++i) {
      s.push_back(sample.box.to_fractional(sample.position[i]));
      for (int d = 0; d < 3; ++d) s.back()[d] += sample.image[i][static_cast<std::size_t>(d)];
    }
    paths.position.push_back(std::move(s));
  }
  for (auto& frame : paths.position)
    for (Vec3& s : frame) s = mean_of(edge) * s;
  return paths;
}

double mean_square_displacement(const Paths& paths, int type, std::size_t lag) {
  double sum = 0.0, count = 0.0;
  for (std::size_t t = 0; t + lag < paths.position.size(); t += 5)
    for (std::size_t i = 0; i < paths.type.size(); ++i) {
      if (paths.type[i] != type) continue;
      const Vec3 d = paths.position[t + lag][i] - paths.position[t][i];
      sum += dot(d, d);
      count += 1.0;
    }
  return sum / count;
}

// Slope of the mean square displacement from 2 to 15 ps over 6, in 1e-9 m^2/s = 0.1 A^2/ps.
double diffusion_coefficient(const Paths& paths, int type) {
  const double interval = paths.time_ps[1] - paths.time_ps[0];
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (auto lag = static_cast<std::size_t>(2.0 / interval); interval * static_cast<double>(lag) < 15.01;
       lag += 5) {
    const double t = interval * static_cast<double>(lag), msd = mean_square_displacement(paths, type, lag);
    n += 1.0, x += t, y += msd, xx += t * t, xy += t * msd;
  }
  return 10.0 * (n * xy - x * y) / (n * xx - x * x) / 6.0;
}

struct Curves {
  std::vector<double> lag_ps, f;
  std::vector<double> self[2];  // Cu, Zr; averaged over the waiting times
};

Curves read_curves(const std::string& run_folder) {
  const auto file = h5::File::open(run_folder + "/xpcs.h5");
  const std::string entry = "/" + file.text_attribute("/", "default").at(0);
  Curves curves;
  const std::string coherent = entry + "/intermediate_scattering/";
  curves.lag_ps = file.read<double>(coherent + "lag_ps", {h5::any_size});
  curves.f = file.read<double>(coherent + "f_age_averaged", {h5::any_size});
  const auto dims = file.dims(entry + "/self_scattering/f");
  const auto self = file.read<double>(entry + "/self_scattering/f", dims);
  for (std::size_t a = 0; a < 2; ++a)
    for (std::size_t lag = 0; lag < dims.at(1); ++lag) {
      double sum = 0.0;
      for (std::size_t w = 0; w < dims.at(0); ++w) sum += self[(w * dims[1] + lag) * dims[2] + a];
      curves.self[a].push_back(sum / static_cast<double>(dims[0]));
    }
  return curves;
}

const char* const observers = R"([
  {"type": "xpcs", "q_inv_A": 2.75, "width_inv_A": 0.1, "max_vectors": 100000, "interval_steps": 20,
   "max_lag_ps": 5, "self_vectors": 100,
   "waiting_times_ps": [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33]},
  {"type": "trajectory", "interval_steps": 100, "precision": "float64"}])";

// Index into the list of state points: Cu-Zr_2.eam.fs at 1500 K and 1200 K, Cu-Zr_4.eam.fs at 1200 K.
class StatePoint : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Liquid, StatePoint, ::testing::Values(0, 1, 2));

TEST_P(StatePoint, AgreesWithLammps) {
  const json truth = json::parse(test::read_text_file(PATINA_SOURCE_DIR "/tests/data/state_points.json"))
                         .at(static_cast<std::size_t>(GetParam()));
  const test::ScratchFolder folder;
  test::LiquidPlan plan;
  plan.potential = truth.at("potential");
  plan.temperature_K = truth.at("temperature_K");
  plan.watched_ps = 40.0;
  plan.observers = observers;
  const std::string run = test::run_liquid(folder.path(), plan);

  const auto near = [&](const char* what, double value, double expected, double tolerance) {
    EXPECT_NEAR(value, expected, tolerance) << what;
    std::printf("%-28s %10.5f  LAMMPS %10.5f  difference %+.5f of %.5f allowed\n", what, value, expected,
                value - expected, tolerance);
  };
  const double atoms = truth.at("atoms");
  auto thermo = test::watched_thermo(run);
  const double volume = mean_of(thermo["volume_A3"]) / atoms, expected_volume = truth.at("V_per_atom_A3");
  near("volume, A^3/atom", volume, expected_volume, 0.005 * expected_volume);
  const double potential = mean_of(thermo["potential_energy_eV"]) / atoms;
  near("potential energy, eV/atom", potential, truth.at("potential_eV_per_atom"), 0.01);
  near("enthalpy, eV/atom", potential + mean_of(thermo["kinetic_energy_eV"]) / atoms,
       truth.at("enthalpy_eV_per_atom"), 0.01);
  near("temperature, K", mean_of(thermo["temperature_K"]), plan.temperature_K, 2.0);
  near("pressure, GPa", mean_of(thermo["pressure_GPa"]), 0.0, 0.05);

  const auto dynamics = [&](const char* table, const char* name) {
    const double nve = truth.at(table).at(name);
    return truth.contains("nvt_run") ? 0.5 * (nve + truth["nvt_run"].at(table).at(name).get<double>()) : nve;
  };
  const Curves curves = read_curves(run);
  const auto near_relative = [&](const char* what, double value, double expected, double tolerance) {
    near(what, value, expected, tolerance * expected);
  };
  near_relative("1/e time of f, ps", time_to_1e(curves.lag_ps, curves.f),
                dynamics("tau_1e_ps", "coherent_xray"), 0.10);
  near_relative("1/e time of F_s Cu, ps", time_to_1e(curves.lag_ps, curves.self[0]),
                dynamics("tau_1e_ps", "self_Cu"), 0.10);
  near_relative("1/e time of F_s Zr, ps", time_to_1e(curves.lag_ps, curves.self[1]),
                dynamics("tau_1e_ps", "self_Zr"), 0.10);

  const Paths paths = read_paths(run);
  near_relative("diffusion Cu, 1e-9 m^2/s", diffusion_coefficient(paths, 0), dynamics("D_1e_9_m2_s", "Cu"),
                0.10);
  near_relative("diffusion Zr, 1e-9 m^2/s", diffusion_coefficient(paths, 1), dynamics("D_1e_9_m2_s", "Zr"),
                0.10);
}

}  // namespace
}  // namespace patina
