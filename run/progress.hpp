// SPDX-License-Identifier: BSD-3-Clause
// What a person sees while a run goes on: step, temperature, energy, rate and time left, every few seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/log.hpp"

namespace patina {

class Progress {
 public:
  // `total_steps` of the whole protocol, of which `done_steps` were done before (a resumed run).
  Progress(Log& log, std::int64_t total_steps, std::int64_t done_steps, std::int64_t atoms);

  // Prints a line if the last one is `interval_s` or more ago. Energies are those of the newest thermo line.
  // `done_steps` counts the time steps of the protocol, not the iterations of minimisations.
  void report(std::int64_t done_steps, const std::string& label, double time_ps, double temperature_K,
              double energy_eV, double pressure_GPa);
  // Rate since the start (or resumption), 10^6 atom-steps per second.
  double rate(std::int64_t done_steps) const;
  double elapsed_s() const;

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double interval_s = 5.0;

  Log& log_;
  std::int64_t total_steps_, first_step_, atoms_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_line_ = Clock::now();
};

}  // namespace patina
