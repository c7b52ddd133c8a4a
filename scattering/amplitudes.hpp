// SPDX-License-Identifier: BSD-3-Clause
// The amplitudes that an observer follows: density modes rho_a(q, t) of its wave vectors (q_choice.hpp), of the whole sample or
// of a part of it (site_window.hpp), by one of the methods of mode_sum.hpp, relative to the centre of mass (drift.hpp).
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/state_map.hpp"
#include "md/frame.hpp"
#include "md/memory.hpp"
#include "scattering/amplitude_record.hpp"
#include "scattering/mode_sum.hpp"
#include "scattering/q_choice.hpp"
#include "scattering/site_window.hpp"

namespace patina {

struct AmplitudeSpec {
  QChoice vectors;
  Weighting weights = Weighting::xray;
  std::optional<double> energy_keV;  // without it f = f0
  SumOptions sums;                   // how density modes are summed
  std::optional<SiteWindow> window;
};

// Bytes of a rank for the sums over these vectors (mode_need), and 8 of each of its atoms under a window.
MemoryNeed amplitude_need(const AmplitudeSpec& spec, const QSet& set, const SampleNumbers& sample);

class Amplitudes {
 public:
  // `comm` must outlive them; `label` begins messages, `tell` (may be empty) takes a line for the log. Throws Error(bad_input)
  // if a species has no form factor.
  Amplitudes(const Comm& comm, const Species& species, AmplitudeSpec spec, std::uint64_t seed, std::string label,
             std::function<void(const std::string&)> tell);

  // Chooses the vectors in the cell of this frame. Throws Error(bad_input) if that cannot be done. Collective.
  void start(const Frame& frame, const Vec3& mass_centre);
  bool started() const { return modes_.has_value(); }

  // Of all ranks, on all ranks: entry [a * vectors + k], k an index into set(). Collective.
  std::vector<std::complex<double>> density(const Frame& frame, const Vec3& mass_centre);
  // The same, weighted by component d of the velocities relative to a mean.
  std::vector<std::complex<double>> current(const Frame& frame, const Vec3& mass_centre, int d, const Vec3& mean_velocity) const;

  const std::vector<QSet>& groups() const { return groups_; }
  const QSet& set() const { return set_; }                   // all groups
  const std::vector<int>& group_of() const { return group_; }  // of each vector of set()
  // f_a of each vector of set(): [k * species + a].
  const std::vector<std::complex<double>>& form_factor() const { return form_factor_; }
  const std::vector<double>& atoms() const { return atoms_; }
  const Box& first_box() const { return first_box_; }
  const std::optional<SiteWindow>& window() const { return spec_.window; }
  // Whether an atom at s, relative to the centre of mass, is within the window's half width; always without a window.
  bool in_site(const Vec3& s, const Box& box) const;
  AmplitudeRecord record() const;

  void save(StateMap& state) const;
  void load(const StateMap& state);

 private:
  void make_plans(SumMethod method);
  void tell_errors() const;
  std::vector<double> count_atoms(const Frame& frame) const;
  std::vector<std::complex<double>> form_factor_by_group() const;
  std::vector<double> q_end_inv_A() const;  // |q| in the cell of the last frame, group after group
  Vec3 drift(const Vec3& mass_centre) const { return mass_centre - first_mass_centre_; }
  std::vector<std::complex<double>> sum(PhasePoints points, const Frame& frame, const Vec3& mass_centre) const;

  const Comm& comm_;
  Species species_;
  AmplitudeSpec spec_;
  std::uint64_t seed_;
  std::string label_;
  std::function<void(const std::string&)> tell_;
  std::vector<QSet> groups_;
  QSet set_;
  std::vector<int> group_;
  std::optional<ModeSum> modes_;
  std::vector<std::complex<double>> form_factor_;
  std::vector<double> atoms_;
  std::vector<double> loaded_q_end_inv_A_;  // until the first frame after
  Box first_box_;
  std::optional<Box> last_box_;
  Vec3 first_mass_centre_;
};

}  // namespace patina
