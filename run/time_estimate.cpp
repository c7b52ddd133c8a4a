// SPDX-License-Identifier: BSD-3-Clause
#include "run/time_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/amounts.hpp"
#include "core/stopwatch.hpp"
#include "md/eam.hpp"

namespace patina {

namespace {

constexpr int most_computations = 20;
constexpr double enough_s = 2.0;
constexpr double steps_of_a_list = 25.0;  // of a liquid at 1 to 2 fs, with a skin that was tuned

}  // namespace

ForcePace force_pace(const Comm& comm, const Structure& sample, const EamTables& tables, Precision precision, const EngineOptions& options) {
  System system = make_system(comm, sample, 1);
  Engine engine(system, std::make_unique<EamPotential>(tables, precision), options);
  engine.compute(system, Tally::forces);  // memory that is touched for the first time
  Stopwatch watch;
  const auto slowest = [&] {
    Kokkos::fence();
    return comm.max(watch.lap());
  };
  slowest();
  engine.force_rebuild();
  engine.compute(system, Tally::forces);
  const double with_list = slowest();
  ForcePace pace;
  double seconds = 0.0;
  while (pace.computed < most_computations && seconds < enough_s) {
    engine.compute(system, Tally::forces);
    seconds += slowest();
    ++pace.computed;
  }
  const double force = seconds / pace.computed, list = std::max(0.0, with_list - force);
  pace.atom_steps_per_s = static_cast<double>(system.atom_count) / (force + list / steps_of_a_list);
  return pace;
}

void tell_time(double atom_steps, int samples, int groups, const ForcePace& pace, Log& log) {
  if (atom_steps <= 0.0) return;
  const double turns = std::ceil(static_cast<double>(samples) / groups);
  log.line("time: about {} for {:.3g} atom-steps{} at {:.3g} atom-steps/s, as {} force computations took here; minimisations, observers and files come on top",
           clock_time(turns * atom_steps / pace.atom_steps_per_s), atom_steps, samples > 1 ? fmt::format(" of each of {} replicas, {} at a time,", samples, groups) : "",
           pace.atom_steps_per_s, pace.computed);
}

}  // namespace patina
