// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mode_sum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <set>
#include <type_traits>

#include "core/error.hpp"
#include "scattering/host_loops.hpp"
#include "scattering/mesh_sum.hpp"
#include "scattering/phase_runs.hpp"
#include "scattering/whole_mesh.hpp"

namespace patina {

namespace {

// Of a row: so many of them a run (phase_runs.hpp) sums.
double powers_in_groups(const std::set<int>& powers) {
  return powers.empty() ? 0.0 : phase_group * (*powers.rbegin() / phase_group - *powers.begin() / phase_group + 1.0);
}

// Nanoseconds of exact sums on one core, about those of a Zen 5 at 4 GHz, which the costs of meshes are measured on; the ratios
// of its parts were measured on shells and balls (benchmarks/kernels.cpp). By entries of the plan, rows and powers.
double exact_cost(const QSet& set, double points) {
  double rows = 0.0, entries = 0.0, in_groups = 0.0;
  std::array<int, 3> largest = {0, 0, 0};
  std::set<int> powers;  // of this row
  for (int k = 0; k < set.size(); ++k) {
    const auto& n = set.miller[k];
    if (k == 0 || n[1] != set.miller[k - 1][1] || n[2] != set.miller[k - 1][2]) {
      rows += 1.0;
      in_groups += powers_in_groups(powers);
      powers.clear();
    }
    if (powers.insert(std::abs(n[0])).second) entries += 1.0;
    for (int d = 0; d < 3; ++d) largest[d] = std::max(largest[d], std::abs(n[d]));
  }
  in_groups += powers_in_groups(powers);
  const double of_sums = in_groups > most_unwanted * entries ? 0.12 * entries : 0.07 * in_groups;
  return points * (of_sums + 0.13 * rows + 0.3 * (largest[0] + largest[1] + largest[2] + 3));
}

template <class Real>
std::function<std::vector<std::complex<double>>(const PhasePoints&)> mesh_function(const QSet& set, const Comm& comm,
                                                                                   const MeshLayout& layout) {
  using Mesh = std::conditional_t<takes_host_loops(), MeshSum<Real>, WholeMesh<Real>>;
  return [mesh = std::make_shared<Mesh>(set, comm, layout)](const PhasePoints& points) { return (*mesh)(points); };
}

}  // namespace

SumMethod sum_method_of(const std::string& name) {
  for (const auto method : {SumMethod::automatic, SumMethod::exact, SumMethod::mesh})
    if (name_of(method) == name) return method;
  throw Error(ExitCode::bad_input, fmt::format("method '{}' is none of automatic, exact, mesh", name));
}

std::string name_of(SumMethod method) {
  switch (method) {
    case SumMethod::automatic: return "automatic";
    case SumMethod::exact: return "exact";
    case SumMethod::mesh: return "mesh";
  }
  return "";
}

void save_method(SumMethod method, StateMap& state) { state["mesh_sums"] = {method == SumMethod::mesh ? 1.0 : 0.0}; }

SumMethod saved_method(const StateMap& state) {
  return state.count("mesh_sums") > 0 && state.at("mesh_sums").at(0) != 0.0 ? SumMethod::mesh : SumMethod::exact;
}

SumChoice choose_sum(const QSet& set, std::int64_t points, int groups, const SumOptions& options) {
  SumChoice choice{options.method, {}, exact_cost(set, static_cast<double>(points)), std::numeric_limits<double>::quiet_NaN()};
  if (set.size() == 0) choice.method = SumMethod::exact;
  if (choice.method != SumMethod::exact) {
    choice.layout = choose_mesh(set, points, groups, options.tolerance);
    choice.mesh_cost_ns = choice.layout.cost_ns;
  }
  if (choice.method == SumMethod::automatic)
    choice.method = worthwhile_gain * choice.mesh_cost_ns < choice.exact_cost_ns ? SumMethod::mesh : SumMethod::exact;
  return choice;
}

MemoryNeed mode_need(const QSet& set, const SampleNumbers& sample, const SumOptions& options) {
  const SumChoice choice = choose_sum(set, static_cast<std::int64_t>(sample.atoms()), sample.species(), options);
  if (choice.method == SumMethod::exact) return phase_need(make_phase_plan(set), sample);
  return takes_host_loops() ? mesh_need(set, choice.layout, sample) : whole_mesh_need(set, choice.layout, sample);
}

ModeSum::ModeSum(const QSet& set, const Comm& comm, std::int64_t points, int groups, const SumOptions& options)
    : vectors_(set.size()), tolerance_(options.tolerance), choice_(choose_sum(set, points, groups, options)) {
  if (choice_.method == SumMethod::exact)
    sum_ = [plan = make_phase_plan(set), &comm](const PhasePoints& all) { return phase_sums(all, plan, comm); };
  else
    sum_ = choice_.layout.single_precision ? mesh_function<float>(set, comm, choice_.layout)
                                           : mesh_function<double>(set, comm, choice_.layout);
}

std::vector<std::complex<double>> ModeSum::operator()(const PhasePoints& points) const { return sum_(points); }

std::string ModeSum::description() const {
  if (choice_.method == SumMethod::exact)
    return fmt::format("exact sums over {} vectors, expected {:.3g} ms per frame and core", vectors_, choice_.exact_cost_ns * 1e-6);
  return fmt::format(
      "sums over {} vectors on a mesh of {} x {} x {} cells (window of {} cells, {} precision, tolerance {:g}), expected "
      "{:.3g} ms per frame and core; exact sums {:.3g} ms",
      vectors_, choice_.layout.cells[0], choice_.layout.cells[1], choice_.layout.cells[2], choice_.layout.window.width(),
      choice_.layout.single_precision ? "single" : "double", tolerance_, choice_.mesh_cost_ns * 1e-6, choice_.exact_cost_ns * 1e-6);
}

}  // namespace patina
