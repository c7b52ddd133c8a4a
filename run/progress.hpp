// SPDX-License-Identifier: BSD-3-Clause
// What a person sees while a run goes on: step, temperature, energy, rate and time left, every few seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/amounts.hpp"
#include "core/log.hpp"

namespace patina {

// Where a sample stands among the replicas of a run: several groups of ranks work side by side, each takes its own
// replicas one after the other.
struct ReplicaTurn {
  int finished = 0;  // by this group, before this one
  int of_group = 1;  // replicas that this group takes in all
  int groups = 1;
};

class Progress {
 public:
  // `total_steps` of the whole protocol, of which `done_steps` were done before (a resumed run).
  Progress(Log& log, std::int64_t total_steps, std::int64_t done_steps, std::int64_t atoms, const ReplicaTurn& turn);

  // Prints a line if the last one is `interval_s` or more ago. Energies are those of the newest thermo line. Share done,
  // rate and time left are those of all replicas, the other groups taken to be as fast as this one.
  // `done_steps` counts the time steps of the protocol, not the iterations of minimisations.
  void report(std::int64_t done_steps, const std::string& label, double time_ps, double temperature_K,
              double energy_eV, double pressure_GPa);
  // From here on the sample has so many atoms.
  void count_atoms(std::int64_t atoms, std::int64_t done_steps);
  // Rate of this sample's time steps since its start (or resumption), 10^6 atom-steps per second.
  double rate(std::int64_t done_steps) const;
  double elapsed_s() const;
  // Seconds that went by without time steps (a minimisation): rate and time left do not count them.
  void leave_out(double seconds) { left_out_s_ += seconds; }

 private:
  using Clock = std::chrono::steady_clock;
  double stepping_s() const { return elapsed_s() - left_out_s_; }

  static constexpr double interval_s = 5.0;

  Log& log_;
  std::int64_t total_steps_, first_step_, atoms_;
  double atom_steps_ = 0.0;  // up to counted_step_
  std::int64_t counted_step_ = first_step_;
  ReplicaTurn turn_;
  double left_out_s_ = 0.0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_line_ = Clock::now();
};

}  // namespace patina
