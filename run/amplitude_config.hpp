// SPDX-License-Identifier: BSD-3-Clause
// The keys that observers of amplitudes share: which wave vectors, how strongly each species scatters, how sums are made.
#pragma once

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "scattering/amplitudes.hpp"

namespace patina {

struct DirectionConfig {
  std::array<double, 3> axis = {0.0, 0.0, 1.0};
  double from_deg = 0.0;
  double to_deg = 90.0;
};

// scattering/site_window.hpp
struct WindowConfig {
  std::array<double, 3> centre = {0.5, 0.5, 0.5};
  double fwhm_A = 20.0;
  std::string shape = "ball";
  bool lab = false;
  SiteWindow window() const;
};

// All of them but the centres of shells.
struct AmplitudeConfig {
  double width_inv_A = 0.1;
  int max_vectors = 300;
  std::optional<DirectionConfig> direction;
  std::optional<std::vector<std::array<int, 3>>> along, miller;
  bool each_vector = false;
  std::vector<WindowConfig> windows;
  std::string weights = "xray";
  std::optional<double> energy_keV;
  std::string method = "automatic";
  double tolerance = 1e-5;
  // With these centres; `window`: an index into windows, or none.
  AmplitudeSpec spec(const std::vector<double>& q_inv_A, std::optional<std::size_t> window) const;
};

void describe(ConfigTable<DirectionConfig>& table);
void describe(ConfigTable<WindowConfig>& table);

// Of the lattice's lines and planes.
void check_along(const std::vector<Miller>& along, const ConfigChecker& at);

// How density modes are summed (scattering/mode_sum.hpp): keys of any struct that has them.
template <class Config>
void describe_sums(ConfigTable<Config>& table) {
  table.choice("method", &Config::method, {"automatic", "exact", "mesh"},
               "sums over atoms: each term exactly, with the same bits on any ranks and threads; or by a particle mesh to the "
               "tolerance, which is faster where many vectors are wanted; automatic: the mesh where it is four times as fast, on any "
               "ranks alike");
  table.number("tolerance", &Config::tolerance, {.at_least = tightest_tolerance, .at_most = loosest_tolerance},
               "error of density modes by mesh: root mean square over vectors, relative to the root of the number of atoms");
}

// After the centres of shells: which vectors about them, or which others.
template <class Config>
void describe_vectors(ConfigTable<Config>& table) {
  using C = AmplitudeConfig;
  const std::string list = "miller";
  table.number("width_inv_A", &C::width_inv_A, {.above = 0.0, .at_most = 100.0}, "full width of a shell; all vectors up to q: centre q / 2, width q")
      .unless(list);
  table.integer("max_vectors", &C::max_vectors, {.at_least = 1, .at_most = 1000000},
                "at most this many lattice vectors of a shell (a random choice of them)").unless(list);
  table.optional_section("direction", &C::direction, "only vectors of these directions; not set: all").unless(list);
  table.optional_rows("along", &C::along, {.at_least = -100000, .at_most = 100000}, {.at_least = 1, .at_most = 2},
                      "only vectors on one line of the reciprocal lattice, [[1, 0, 0]], or in the plane of two, [[1, 0, 0], [0, 1, 0]]")
      .unless(list);
  table.optional_rows(list, &C::miller, {.at_least = -100000, .at_most = 100000}, {.at_least = 1, .at_most = 1000000},
                      "these vectors of the reciprocal lattice instead of shells: [[3, 0, 0], [0, 2, 1]]; results hold one of q and -q each, and without "
                      "each_vector in line order (the first number fastest)");
  table.check_what_was_read([](const Config& c, const ConfigChecker& at) {
    if (at.was_read({"along"}) && c.along) check_along(*c.along, at);
    if (at.was_read({"miller"}) && c.miller)
      for (const auto& [k, fault] : faults_of_list(*c.miller)) at.error(fmt::format("miller/{}", k), fault);
  });
}

// Of observers that keep a curve for each group of vectors.
template <class Config>
void describe_groups(ConfigTable<Config>& table) {
  table.boolean("each_vector", &AmplitudeConfig::each_vector, "a curve for each vector, not for each shell or the list");
}

// How strongly each species scatters, where in the sample, and how the sums are made.
template <class Config>
void describe_amplitudes(ConfigTable<Config>& table) {
  using C = AmplitudeConfig;
  table.list("windows", &C::windows, "parts of the sample, each looked at by itself, with an entry of its own; none: the whole sample",
             {.at_most = 1000});
  table.choice("weights", &C::weights, {"xray", "neutron", "number", "unit"},
               "scattering length of an atom: f0(q) + f' + i f'', the bound coherent length b (Sears 1992, natural composition), its "
               "atomic number, or 1");
  table.optional_number("energy_keV", &C::energy_keV, {.at_least = 1.0, .at_most = 200.0},
                        "photon energy; adds the dispersion corrections f' + i f''");
  table.check_what_was_read([](const Config& c, const ConfigChecker& at) {
    if (!at.was_read({"weights", "energy_keV"}) || c.weights != "neutron" || !c.energy_keV) return;
    at.error("energy_keV", fmt::format("{} keV is a photon energy; neutron scattering lengths have none: leave it out, or set weights to "
                                       "\"xray\"", *c.energy_keV));
  });
  describe_sums(table);
}

}  // namespace patina
