// SPDX-License-Identifier: BSD-3-Clause
#include "run/plan_config.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace patina {
namespace {

constexpr std::size_t most_rows = 2000;

void check_monte_carlo(const PlanConfig& c, const ConfigChecker& at) {
  if (!c.monte_carlo) return;
  constexpr int most_frames = 20'000;
  if (c.beamline.frames > most_frames) at.error("monte_carlo", fmt::format("movies of more than {} frames take too long", most_frames));
  if (c.beamline.pixels_per_speckle != 1.0) at.error("monte_carlo", "its pixels are independent: beamline/pixels_per_speckle must be 1");
  const double dimmest = *std::min_element(c.beamline.photons_per_pixel_per_s.begin(), c.beamline.photons_per_pixel_per_s.end());
  if (const double photons = dimmest * c.beamline.exposure() * c.monte_carlo->pixels; photons < 20.0)
    at.error("monte_carlo", fmt::format("{:.3g} photons in a simulated frame: at least 20, for which more pixels are needed", photons));
}

}  // namespace

void describe(ConfigTable<PlanBeamlineConfig>& table) {
  using C = PlanBeamlineConfig;
  table.number("contrast", &C::contrast, {.above = 0.0, .at_most = 1.0},
               "speckle contrast g2(0) - 1 of an exposure much shorter than tau");
  table.number("pixels", &C::pixels, {.at_least = 10, .at_most = 1e12}, "pixels over which correlations are averaged");
  table.number("pixels_per_speckle", &C::pixels_per_speckle, {.at_least = 1.0, .at_most = 1e6},
               "pixels that fluctuate as one: the sum over neighbours of the fourth power of their degree of coherence");
  table.integer("frames", &C::frames, {.at_least = 16, .at_most = 1'000'000}, "frames of the record");
  table.number("frame_interval_s", &C::frame_interval_s, {.above = 0.0, .at_most = 1e9}, "from one frame to the next");
  table.optional_number("exposure_s", &C::exposure_s, {.above = 0.0, .at_most = 1e9}, "of a frame")
      .unset_means("frame_interval_s");
  table.numbers("photons_per_pixel_per_s", &C::photons_per_pixel_per_s, {.above = 0.0, .at_most = 1e12}, {.at_least = 1, .at_most = 100},
                "mean count rates, each of which makes a row")
      .required();
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.exposure() > c.frame_interval_s)
      at.error("exposure_s", fmt::format("{:g} s are longer than frame_interval_s = {:g}", c.exposure(), c.frame_interval_s));
    if (c.pixels < 10.0 * c.pixels_per_speckle) at.error("pixels_per_speckle", "leaves fewer than 10 speckles");
  });
}

void describe(ConfigTable<PlanDynamicsConfig>& table) {
  using C = PlanDynamicsConfig;
  table.numbers("tau_s", &C::tau_s, {.above = 0.0, .at_most = 1e12}, {.at_least = 1, .at_most = 100},
                "relaxation times of the field, f = exp(-(t / tau)^kww_exponent)")
      .required();
  table.numbers("kww_exponent", &C::kww_exponent, {.at_least = 0.1, .at_most = 2.0}, {.at_least = 1, .at_most = 20}, "exponents");
}

void describe(ConfigTable<PlanFitConfig>& table) {
  using C = PlanFitConfig;
  table.integer("lags_per_decade", &C::lags_per_decade, {.at_least = 1, .at_most = 40}, "ranges of lags over each of which g2 is averaged, and then fitted");
  table.number("largest_lag", &C::largest_lag, {.above = 0.0, .at_most = 0.95}, "the last one, as a part of the record");
  table.boolean("contrast", &C::contrast, "whether the contrast is fitted; false: known from elsewhere");
  table.boolean("kww_exponent", &C::kww_exponent, "whether the exponent is fitted");
  table.boolean("baseline", &C::baseline, "whether a baseline is fitted; false: it is 1");
}

void describe(ConfigTable<PlanStepConfig>& table) {
  table.number("power", &PlanStepConfig::power, {.at_least = 0.5, .at_most = 0.999},
               "probability with which the smallest step is found");
}

void describe(ConfigTable<PlanMonteCarloConfig>& table) {
  using C = PlanMonteCarloConfig;
  table.integer("movies", &C::movies, {.at_least = 25, .at_most = 100'000}, "simulated movies of each row");
  table.integer("pixels", &C::pixels, {.at_least = 16, .at_most = 1 << 14}, "of each movie, a multiple of 16; errors are scaled to beamline/pixels");
  table.integer("seed", &C::seed, {}, "of their random numbers");
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.pixels % 16 != 0) at.error("pixels", fmt::format("{} is no multiple of 16", c.pixels));
  });
}

void describe(ConfigTable<PlanConfig>& table) {
  using C = PlanConfig;
  table.text("title", &C::title, "a line for the figure");
  table.section("beamline", &C::beamline, "what is measured with").required();
  table.section("dynamics", &C::dynamics, "what is to be seen").required();
  table.section("fit", &C::fit, "how g2 is fitted");
  table.section("step", &C::step, "the search for a sudden change of tau amid the record");
  table.optional_section("monte_carlo", &C::monte_carlo, "covariances of g2 from simulated movies instead of closed forms")
      .unset_means("closed forms");
  table.check([](const C& c, const ConfigChecker& at) {
    check_monte_carlo(c, at);
    const std::size_t rows = c.beamline.photons_per_pixel_per_s.size() * c.dynamics.tau_s.size() * c.dynamics.kww_exponent.size();
    if (rows > most_rows) at.error("dynamics", fmt::format("rates, times and exponents make {} rows, more than {}", rows, most_rows));
  });
}

}  // namespace patina
