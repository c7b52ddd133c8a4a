// SPDX-License-Identifier: BSD-3-Clause
#include "run/observer_config.hpp"

#include <fmt/format.h>

namespace patina {

namespace {

// What an observer counts in: time steps of a protocol step, or frames of a stored trajectory.
struct Words {
  const char* steps;
  const char* between_frames;
  const char* start;
  const char* span;
};
template <class Config>
constexpr Words words = {"time steps", "time steps between frames", "the start of the step", "step"};
template <class Config>
constexpr Words words<Stored<Config>> = {"frames", "one in so many frames of the trajectory is looked at", "the first frame", "trajectory"};

template <class Config>
void describe_xpcs(ConfigTable<Config>& table) {
  table.number("q_inv_A", &XpcsConfig::q_inv_A, {.above = 0.0, .at_most = largest_q_inv_A}, "centre of the shell of q vectors").unless("miller");
  describe_vectors(table);
  table.integer("interval_steps", &XpcsConfig::interval_steps, {.at_least = 1, .at_most = 1000000000},
                words<Config>.between_frames);
  table.numbers("waiting_times_ps", &XpcsConfig::waiting_times_ps, {.at_least = 0.0, .at_most = 1e9},
                {.at_least = 1, .at_most = 1000}, fmt::format("f(q, t_w, t) is kept for each; from {}", words<Config>.start));
  table.number("waiting_window_ps", &XpcsConfig::waiting_window_ps, {.at_least = 0.0, .at_most = 1e9},
               "coherent f(q, t_w, t) is the mean over all starts of so long from t_w on; 0: of one start");
  table.optional_number("max_lag_ps", &XpcsConfig::max_lag_ps, {.above = 0.0, .at_most = 1e9},
                        fmt::format("longest lag of f(q, t_w, t); default: to the end of the {}", words<Config>.span));
  table.integer("self_vectors", &XpcsConfig::self_vectors, {.at_least = 0, .at_most = 100000},
                "vectors of the shell used for the self part; 0: none");
  describe_amplitudes(table);
}

template <class Config>
void describe_dynamics(ConfigTable<Config>& table) {
  using C = DynamicsObserverConfig;
  table.numbers("q_inv_A", &C::q_inv_A, {.above = 0.0, .at_most = largest_q_inv_A}, {.at_least = 1, .at_most = 50},
                "centres of shells of q vectors").unless("miller");
  describe_vectors(table);
  describe_groups(table);
  table.integer("self_vectors", &C::self_vectors, {.at_least = 0, .at_most = 100000},
                "vectors of each shell used for the self part; 0: none");
  table.integer("interval_steps", &C::interval_steps, {.at_least = 1, .at_most = 1000000000},
                fmt::format("{} of the shortest lag, of which all others are multiples; 10 to 20 fs resolve the ballistic motion", words<Config>.steps));
  table.integer("lags_per_decade", &C::lags_per_decade, {.at_least = 1, .at_most = 100},
                "lags, evenly spaced in their logarithm");
  table.optional_number("max_lag_ps", &C::max_lag_ps, {.above = 0.0, .at_most = 1e9},
                        fmt::format("longest lag; default: to the end of the {}", words<Config>.span));
  table.numbers("waiting_times_ps", &C::waiting_times_ps, {.at_least = 0.0, .at_most = 1e9},
                {.at_least = 1, .at_most = 1000},
                fmt::format("each is compared with all that follows; from {}. Each keeps the places of all atoms until max_lag_ps",
                            words<Config>.start));
  table.number("overlap_A", &C::overlap_A, {.above = 0.0, .at_most = 10.0},
               "an atom that went no farther counts as where it was (Q, chi_4); about 0.3 atomic diameters");
  table.integer("sub_boxes", &C::sub_boxes, {.at_least = 1, .at_most = 100},
                "sub-boxes along each axis, for chi_4 from their scatter; some 20 atoms or more in each; 1: none");
  table.number("van_hove_max_A", &C::van_hove_max_A, {.at_least = 0.0, .at_most = 100.0},
               "the distribution of displacements up to this length, rounded up to whole bins; 0: none");
  table.number("van_hove_bin_A", &C::van_hove_bin_A, {.at_least = 1e-3, .at_most = 10.0}, "width of its bins, and those of the distinct part");
  table.number("van_hove_distinct_max_A", &C::van_hove_distinct_max_A, {.at_least = 0.0, .at_most = 100.0},
               "the distinct van Hove functions G_d,ab(r; t_w, t) up to this distance, rounded up to whole bins; 0: none. All periodic images count");
  describe_amplitudes(table);
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    constexpr double most_bins = 1e4;
    for (const auto& [key, max_A] : {std::pair{"van_hove_max_A", c.van_hove_max_A}, std::pair{"van_hove_distinct_max_A", c.van_hove_distinct_max_A}}) {
      if (!at.was_read({key, "van_hove_bin_A"})) continue;
      if (const double bins = max_A / c.van_hove_bin_A; bins > most_bins)
        at.error("van_hove_bin_A", fmt::format("{} makes {:.3g} bins up to {} = {}; at most {:g}", c.van_hove_bin_A, bins, key, max_A, most_bins));
    }
  });
}

template <class Config>
void describe_multi_tau(ConfigTable<Config>& table) {
  using C = MultiTauConfig;
  table.numbers("q_inv_A", &C::q_inv_A, {.above = 0.0, .at_most = largest_q_inv_A}, {.at_least = 1, .at_most = 50},
                "centres of shells of q vectors").unless("miller");
  describe_vectors(table);
  describe_groups(table);
  table.integer("interval_steps", &C::interval_steps, {.at_least = 1, .at_most = 1000000000},
                fmt::format("{}, the shortest lag; every frame is correlated with all before it", words<Config>.between_frames));
  table.integer("channels", &C::channels, {.at_least = 4, .at_most = 1024},
                "lags of each level, an even number; from level to level frames are averaged two by two");
  table.number("start_ps", &C::start_ps, {.at_least = 0.0, .at_most = 1e9},
               fmt::format("what comes before, since {}, is left out: time to come to rest", words<Config>.start));
  table.boolean("currents", &C::currents, "longitudinal and transverse current correlations too");
  describe_amplitudes(table);
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    if (at.was_read({"channels"}) && c.channels % 2 != 0) at.error("channels", fmt::format("{} is odd; an even number is wanted", c.channels));
  });
}

template <class Config>
void describe_structure_factor(ConfigTable<Config>& table) {
  table.number("q_max_inv_A", &StructureFactorConfig::q_max_inv_A, {.above = 0.0, .at_most = largest_q_inv_A}, "largest |q|");
  table.number("bin_inv_A", &StructureFactorConfig::bin_inv_A, {.above = 0.0, .at_most = 5.0}, "width of a |q| bin");
  table.integer("vectors_per_bin", &StructureFactorConfig::vectors_per_bin, {.at_least = 1, .at_most = 100000},
                "at most this many lattice vectors in each bin");
  table.integer("interval_steps", &StructureFactorConfig::interval_steps, {.at_least = 1, .at_most = 1000000000},
                words<Config>.between_frames);
  describe_sums(table);
  table.check_what_was_read([](const StructureFactorConfig& s, const ConfigChecker& at) {
    if (!at.was_read({"q_max_inv_A", "bin_inv_A"})) return;
    constexpr double most_bins = 1e6;
    if (const double bins = s.q_max_inv_A / s.bin_inv_A; bins > most_bins)
      at.error("bin_inv_A", fmt::format("{} makes {:.3g} bins up to q_max_inv_A = {}; at most {:g}", s.bin_inv_A, bins,
                                        s.q_max_inv_A, most_bins));
  });
}

template <class Config>
void describe_pair_distribution(ConfigTable<Config>& table) {
  using C = PairDistributionConfig;
  table.number("r_max_A", &C::r_max_A, {.above = 0.0, .at_most = 100.0},
               "longest distance, rounded up to whole bins; all periodic images count, so that it may lie beyond half the cell");
  table.number("bin_A", &C::bin_A, {.at_least = 1e-3, .at_most = 10.0}, "width of a bin");
  table.integer("interval_steps", &C::interval_steps, {.at_least = 1, .at_most = 1000000000},
                words<Config>.between_frames);
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    constexpr double most_bins = 1e4;
    if (!at.was_read({"r_max_A", "bin_A"})) return;
    if (const double bins = c.r_max_A / c.bin_A; bins > most_bins)
      at.error("bin_A", fmt::format("{} makes {:.3g} bins up to r_max_A = {}; at most {:g}", c.bin_A, bins, c.r_max_A, most_bins));
  });
}

}  // namespace

void describe(ConfigTable<XpcsConfig>& table) { describe_xpcs(table); }
void describe(ConfigTable<DynamicsObserverConfig>& table) { describe_dynamics(table); }
void describe(ConfigTable<MultiTauConfig>& table) { describe_multi_tau(table); }
void describe(ConfigTable<StructureFactorConfig>& table) { describe_structure_factor(table); }
void describe(ConfigTable<PairDistributionConfig>& table) { describe_pair_distribution(table); }
void describe(ConfigTable<Stored<XpcsConfig>>& table) { describe_xpcs(table); }
void describe(ConfigTable<Stored<DynamicsObserverConfig>>& table) { describe_dynamics(table); }
void describe(ConfigTable<Stored<MultiTauConfig>>& table) { describe_multi_tau(table); }
void describe(ConfigTable<Stored<StructureFactorConfig>>& table) { describe_structure_factor(table); }
void describe(ConfigTable<Stored<PairDistributionConfig>>& table) { describe_pair_distribution(table); }

void describe(ConfigTable<DetectorObserverConfig>& table) { describe_detector(table, "time steps between instants"); }
void describe(ConfigTable<Stored<DetectorObserverConfig>>& table) { describe_detector(table, "one in so many frames of the trajectory is an instant"); }

void describe(ConfigTable<TrajectoryConfig>& table) {
  table.integer("interval_steps", &TrajectoryConfig::interval_steps, {.at_least = 1, .at_most = 1000000000},
                "time steps between frames");
  table.boolean("velocities", &TrajectoryConfig::velocities, "store velocities too");
  table.choice("precision", &TrajectoryConfig::precision, {"float32", "float64"}, "of positions and velocities");
}

}  // namespace patina
