// SPDX-License-Identifier: BSD-3-Clause
#include "run/progress.hpp"

#include <fmt/format.h>

namespace patina {

Progress::Progress(Log& log, std::int64_t total_steps, std::int64_t done_steps, std::int64_t atoms,
                   const ReplicaTurn& turn)
    : log_(log), total_steps_(total_steps), first_step_(done_steps), atoms_(atoms), turn_(turn) {}

double Progress::elapsed_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

double Progress::rate(std::int64_t done_steps) const {
  return (atom_steps_ + static_cast<double>(done_steps - counted_step_) * static_cast<double>(atoms_)) * 1e-6 / stepping_s();
}

void Progress::count_atoms(std::int64_t atoms, std::int64_t done_steps) {
  atom_steps_ += static_cast<double>(done_steps - counted_step_) * static_cast<double>(atoms_);
  counted_step_ = done_steps;
  atoms_ = atoms;
}

void Progress::report(std::int64_t done_steps, const std::string& label, double time_ps, double temperature_K,
                      double energy_eV, double pressure_GPa) {
  const auto now = Clock::now();
  if (done_steps == first_step_ || std::chrono::duration<double>(now - last_line_).count() < interval_s) return;
  last_line_ = now;
  const double all_steps = static_cast<double>(total_steps_) * turn_.of_group;
  const double done = static_cast<double>(total_steps_) * turn_.finished + static_cast<double>(done_steps);
  const double left_s = stepping_s() / static_cast<double>(done_steps - first_step_) * (all_steps - done);
  log_.line("{:>3.0f} %  {:<16} step {:>9}  {:>9.2f} ps  T {:>7.1f} K  E {:>9.4f} eV/atom  P {:>7.3f} GPa  "
            "{:>6.3f} Matom-steps/s  {} left",
            100.0 * done / all_steps, label, done_steps, time_ps, temperature_K,
            energy_eV / static_cast<double>(atoms_), pressure_GPa, rate(done_steps) * turn_.groups, clock_time(left_s));
}

}  // namespace patina
