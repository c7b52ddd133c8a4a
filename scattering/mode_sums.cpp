// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mode_sums.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace patina {

namespace {

// Nanoseconds for a point of the exact sums: powers of its phases, a row of equal (n_y, n_z), a vector. One core of Zen 4,
// 2026; other processors change both methods alike.
constexpr double power_ns = 1.0, row_ns = 0.3, vector_ns = 0.3;

double exact_nanoseconds(const PhasePlan& plan, double points) {
  const double powers = plan.powers[0] + plan.powers[1] + plan.powers[2];
  return points * (power_ns * powers + row_ns * plan.rows + vector_ns * plan.vectors);
}

}  // namespace

ModeMethod mode_method_of(const std::string& name) {
  for (const auto method : {ModeMethod::automatic, ModeMethod::exact, ModeMethod::mesh})
    if (name == name_of(method)) return method;
  throw Error(ExitCode::bad_input,
              fmt::format("method of density modes: must be one of \"automatic\", \"exact\", \"mesh\", found \"{}\"", name));
}

std::string name_of(ModeMethod method) {
  switch (method) {
    case ModeMethod::exact: return "exact";
    case ModeMethod::mesh: return "mesh";
    default: return "automatic";
  }
}

ModeSums::ModeSums(const QSet& set, std::int64_t points, int groups, const ModeOptions& options, const Comm& comm)
    : comm_(&comm), plan_(make_phase_plan(set)) {
  const auto count = static_cast<double>(points);
  const double exact_ns = exact_nanoseconds(plan_, count);
  const MeshChoice choice = choose_mesh(largest_miller(set), options.tolerance, count / groups);
  const double mesh_ns = groups * choice.nanoseconds;
  // A mesh must be worth what it costs in digits.
  const bool mesh = options.method == ModeMethod::mesh || (options.method == ModeMethod::automatic && 2.0 * mesh_ns < exact_ns);
  if (mesh && set.size() > 0) {
    mesh_ = make_mesh_sum(set, choice, comm);
    description_ = fmt::format("mesh of {}x{}x{} points in {} precision, window of {} points, tolerance {:g}: {:.2g} ms a frame on one core",
                               choice.points[0], choice.points[1], choice.points[2], choice.single_precision ? "single" : "double",
                               choice.window.width, options.tolerance, 1e-6 * mesh_ns);
  } else {
    description_ = fmt::format("exact sums: {:.2g} ms a frame on one core", 1e-6 * exact_ns);
  }
}

std::vector<std::complex<double>> ModeSums::operator()(const PhasePoints& points) const {
  return mesh_ ? (*mesh_)(points) : phase_sums(points, plan_, *comm_);
}

}  // namespace patina
