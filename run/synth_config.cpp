// SPDX-License-Identifier: BSD-3-Clause
#include "run/synth_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "beamline/kernel.hpp"
#include "beamline/pupil.hpp"
#include "core/elementary.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

constexpr double angstroms_per_um = 1e4;
constexpr double most_avalanches = 1e5;

// A phase of so many turns has 4 digits left.
void check_flow(const SynthConfig& c, const ConfigChecker& at) {
  if (!c.flow) return;
  const double turns = std::abs(c.flow->velocity_A_per_s) * c.duration_s() * *std::max_element(c.q_inv_A.begin(), c.q_inv_A.end()) / 6.3;
  if (turns > 1e12) at.error("flow/velocity_A_per_s", fmt::format("makes {:g} turns of the phase, more than 1e12, where rounding loses it", turns));
}

void check_zones(const SynthConfig& c, const ConfigChecker& at) {
  double sum = 0.0;
  for (const SynthZoneConfig& zone : c.zones) sum += zone.fraction;
  if (std::abs(sum - 1.0) > 1e-9) at.error("zones", fmt::format("fractions of all zones must add up to 1, not {:.9g}", sum));
  for (std::size_t k = 0; k < c.zones.size(); ++k)
    if (const auto* clock = std::get_if<AvalanchesClock>(&c.zones[k].clock); clock && c.duration_s() > most_avalanches * clock->mean_interval_s)
      at.error(fmt::format("zones/{}/clock/mean_interval_s", k), fmt::format("makes more than {:g} avalanches in {:g} s", most_avalanches, c.duration_s()));
}

void check_rates(const SynthConfig& c, const ConfigChecker& at) {
  if (std::holds_alternative<OneRate>(c.rates)) return;
  if (c.flow && c.flow->velocity_A_per_s != 0.0 && c.static_fraction > 0.0)
    at.error("rates", "must be \"one\" where a flow is seen beside a static part");
  if (c.detector && c.detector->pupil) at.error("rates", "must be \"one\" with detector/pupil: a speckle with a rate of its own is as large as a pixel");
  if (c.detector && !c.detector->fields) at.error("rates", "must be \"one\" where detector/fields is false");
}

LocalTauForm form_of(const std::string& name) {
  if (name == "at_earlier") return LocalTauForm::at_earlier;
  return name == "at_middle" ? LocalTauForm::at_middle : LocalTauForm::paciorek_schervish;
}

}  // namespace

void describe(ConfigTable<OneRate>& table) { table.about("All speckles have the rate of the clocks."); }

void describe(ConfigTable<LogNormalRates>& table) {
  table.about("ln of the rate is normal about that of the clocks.");
  table.number("sigma", &LogNormalRates::sigma, {.above = 0.0, .at_most = 5.0}, "standard deviation of ln rate");
  table.integer("classes", &LogNormalRates::classes, {.at_least = 2, .at_most = most_rate_classes}, "of equal shares of the speckles, each with its median rate");
}

void describe(ConfigTable<StretchedRates>& table) {
  table.about("The distribution over which the mean of exp(-rate s) is exp(-s^exponent): with zones of exponent 1 the same f as a stretched exponential, of "
              "speckles that are exponential each, and another g2.");
  table.number("exponent", &StretchedRates::exponent, {.at_least = 0.2, .at_most = 0.95}, "of the mean f");
  table.integer("classes", &StretchedRates::classes, {.at_least = 2, .at_most = most_rate_classes}, "of equal shares of the speckles, each with its median rate");
}

void describe(ConfigTable<ListedRates>& table) {
  using C = ListedRates;
  table.about("A few kinds of speckles.");
  table.numbers("factors", &C::factors, {.at_least = 1e-9, .at_most = 1e9}, {.at_least = 1, .at_most = most_rate_classes}, "rates against that of the clocks").required();
  table.numbers("fractions", &C::fractions, {.above = 0.0, .at_most = 1.0}, {.at_least = 1, .at_most = most_rate_classes}, "of the speckles; their sum 1").required();
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.factors.size() != c.fractions.size()) at.error("fractions", fmt::format("must be as many as factors, {}, not {}", c.factors.size(), c.fractions.size()));
    const double sum = std::accumulate(c.fractions.begin(), c.fractions.end(), 0.0);
    if (std::abs(sum - 1.0) > 1e-9) at.error("fractions", fmt::format("must add up to 1, not {:.9g}", sum));
  });
}

void describe(ConfigTable<SynthFramesConfig>& table) {
  table.integer("count", &SynthFramesConfig::count, {.at_least = 2, .at_most = 1000000}, "frames of the movie");
  table.number("interval_s", &SynthFramesConfig::interval_s, {.above = 0.0, .at_most = 1e9}, "from one frame to the next");
}

void describe(ConfigTable<SynthZoneConfig>& table) {
  using C = SynthZoneConfig;
  table.number("fraction", &C::fraction, {.above = 0.0, .at_most = 1.0}, "of the intensity that is not static; those of all zones add up to 1");
  table.number("kww_exponent", &C::kww_exponent, {.above = 0.0, .at_most = 100.0},
               "f = exp(-(s2 - s1)^kww_exponent), of the field: g2 - 1 falls as f^2; above 2 there is no such field");
  table.variant("clock", &C::clock, "material time s(t); its tau is that of f at q0_inv_A");
  table.choice("form", &C::form, {"clock", "at_earlier", "at_middle", "paciorek_schervish"},
               "clock: a function of s(t2) - s(t1), always possible; else of (t2 - t1) / tau with a local tau: that of the earlier time, of the "
               "mid-time (both refused where tau changes so fast that there is no such field), or the covariance of Paciorek and Schervish; "
               "jumps do not count");
  table.check([](const C& c, const ConfigChecker& at) {
    const std::string fault = fault_of_exponent(c.kww_exponent);
    if (!fault.empty()) at.error("kww_exponent", fault);
  });
}

void describe(ConfigTable<SynthFlowConfig>& table) {
  using C = SynthFlowConfig;
  table.about("What moves flows: f gets the phase q v t, seen beside a static fraction, and the factor sinc(q gradient_per_s beam_um (t2 - t1) / 2).");
  table.number("velocity_A_per_s", &C::velocity_A_per_s, {.at_least = -1e9, .at_most = 1e9}, "v, along q");
  table.number("gradient_per_s", &C::gradient_per_s, {.at_least = -1e9, .at_most = 1e9}, "of that velocity across the beam");
  table.number("beam_um", &C::beam_um, {.above = 0.0, .at_most = 1e6}, "size of the beam along the gradient");
}

void describe(ConfigTable<SynthStrainConfig>& table) {
  using C = SynthStrainConfig;
  table.about("The illuminated volume strains uniformly, the pattern dilates: f gets the factor exp(-(q rate_per_s (t2 - t1) beam_fwhm_um)^2 / (16 ln 2)).");
  table.number("rate_per_s", &C::rate_per_s, {.at_least = -1.0, .at_most = 1.0}, "strain in a second");
  table.number("beam_fwhm_um", &C::beam_fwhm_um, {.above = 0.0, .at_most = 1e6}, "full width at half maximum of the beam's intensity, along q");
}

void describe(ConfigTable<SynthConfig>& table) {
  using C = SynthConfig;
  table.text("title", &C::title, "a line for the log and the file");
  table.integer("seed", &C::seed, {}, "of all random numbers");
  table.section("frames", &C::frames, "when frames are taken");
  table.numbers("q_inv_A", &C::q_inv_A, {.above = 0.0, .at_most = 50.0}, {.at_least = 1, .at_most = 1000}, "shells of q, each a movie of its own");
  table.number("q0_inv_A", &C::q0_inv_A, {.above = 0.0, .at_most = 50.0}, "where tau is that of the clocks");
  table.number("q_exponent", &C::q_exponent, {.at_least = -10.0, .at_most = 10.0},
               "n of tau(q) = tau (q / q0)^-n: 2 for diffusion, 1 for ballistic motion and Levy flights; jumps do not depend on q");
  table.integer("speckles", &C::speckles, {.at_least = 1, .at_most = 1000000000}, "independent pixels of each shell");
  table.number("contrast", &C::contrast, {.at_least = 0.001, .at_most = 1.0},
               "g2 - 1 at no lag: 1 / contrast independent intensities are added up (a last one with less weight)");
  table.numbers("mode_weights", &C::mode_weights, {.above = 0.0, .at_most = 1e6}, {.at_most = most_coherence_modes},
                "weights of the independent intensities that are added up, in place of contrast (which then is to be left out): their squares over "
                "the square of their sum add up to it");
  table.list("zones", &C::zones, "parts of the sample that move independently", {.at_least = 1, .at_most = 7});
  table.number("static_fraction", &C::static_fraction, {.at_least = 0.0, .at_most = 0.999999}, "of the intensity: a part that does not move, the reference of heterodyne scattering");
  table.optional_section("flow", &C::flow, "uniform flow and shear of what moves");
  table.optional_section("strain", &C::strain, "uniform strain of the sample in the beam");
  table.variant("rates", &C::rates, "whether each speckle has a rate of its own: its clocks go so many times as fast, jumps do not; strain and flow are the same for all");
  table.choice("generator", &C::generator, {"automatic", "ar1", "cholesky", "modes", "circulant"},
               "how fields are made: ar1: exponent 1 only, from frame to frame; cholesky: any, to 4096 frames; modes: sums of waves with random "
               "frequencies; circulant: clocks that go evenly, by Fourier transform; automatic: the first that suits of ar1, cholesky (to 1024 "
               "frames), circulant, modes");
  table.integer("modes", &C::modes, {.at_least = 2, .at_most = 1000000}, "waves of the generator modes; <|E|^4> = 2 - 1/modes");
  table.integer("truth_frames", &C::truth_frames, {.at_least = 2, .at_most = 4096}, "of at most so many frames, evenly spaced, the true f(t1, t2) is written");
  table.optional_section("detector", &C::detector, "frames as a detector counts them, in files that programs of beamlines read");
  table.check([](const C& c, const ConfigChecker& at) {
    if (!c.mode_weights.empty() && c.contrast != 1.0) at.error("contrast", "has no meaning beside mode_weights: leave out this one or those");
    if (c.detector && c.detector->exposure && c.detector->exposure->duration_s > c.frames.interval_s)
      at.error("detector/exposure/duration_s", fmt::format("must be <= frames/interval_s = {:g}", c.frames.interval_s));
    if (c.detector && !c.detector->fields && !c.mode_weights.empty()) at.error("mode_weights", "have no meaning where detector/fields is false: give the contrast");
    check_zones(c, at);
    check_flow(c, at);
    check_rates(c, at);
  });
}

SyntheticSample sample_of(const SynthConfig& config) {
  SyntheticSample sample;
  if (config.detector && !config.detector->fields) {
    // What independent counts are those of.
    constexpr double frames_of_tau = 1e-9;
    sample.zones.push_back({1.0, 1.0, Clock(StationaryClock{frames_of_tau * config.frames.interval_s}, {config.duration_s(), config.seed}), std::nullopt});
    return sample;
  }
  for (std::size_t k = 0; k < config.zones.size(); ++k) {
    const SynthZoneConfig& zone = config.zones[k];
    const EventDraw draw{config.duration_s(), config.seed, static_cast<std::uint32_t>(k)};
    sample.zones.push_back({zone.fraction, zone.kww_exponent, Clock(zone.clock, draw),
                            zone.form == "clock" ? std::optional<LocalTauForm>() : form_of(zone.form)});
  }
  sample.static_fraction = config.static_fraction;
  if (config.flow)
    sample.flow = SyntheticFlow{config.flow->velocity_A_per_s, config.flow->gradient_per_s, config.flow->beam_um * angstroms_per_um};
  if (config.strain) sample.strain = SyntheticStrain{config.strain->rate_per_s, config.strain->beam_fwhm_um * angstroms_per_um};
  sample.q0_inv_A = config.q0_inv_A;
  sample.q_exponent = config.q_exponent;
  return sample;
}

double SynthConfig::snapshot_contrast() const { return mode_weights.empty() ? contrast : contrast_of_modes(mode_weights); }

MixedModel model_of(const SynthConfig& config, const SyntheticSample& sample, double q_inv_A, const std::vector<double>& times_s,
                    const std::vector<double>& fractions) {
  const std::vector<RateClass> classes = rate_classes(config.rates);
  require(classes.size() == fractions.size(), "model_of: a fraction for each class of rates");
  const double sum = std::accumulate(config.mode_weights.begin(), config.mode_weights.end(), 0.0);
  MixedModel mixed;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    SyntheticSample of_class = sample;
    of_class.rate = classes[k].factor;
    SpeckleClass& one = mixed.emplace_back(SpeckleClass{fractions[k], movie_model(of_class, q_inv_A, times_s, config.snapshot_contrast())});
    for (const double weight : config.mode_weights) one.model.mode_weights.push_back(weight / sum);
  }
  return mixed;
}

std::vector<double> fractions_of_movie(const SynthConfig& config) {
  const std::vector<std::int64_t> begins = class_begins(rate_classes(config.rates), config.speckles);
  std::vector<double> fractions;
  for (std::size_t k = 0; k + 1 < begins.size(); ++k) fractions.push_back(static_cast<double>(begins[k + 1] - begins[k]) / config.speckles);
  return fractions;
}

GeneratorChoice generator_of(const SynthConfig& config) { return {config.generator, config.modes, "/generator"}; }

std::vector<double> times_of(const SynthConfig& config) {
  std::vector<double> times;
  for (int k = 0; k < config.frames.count; ++k) times.push_back(k * config.frames.interval_s);
  return times;
}

std::vector<double> instants_of(const SynthConfig& config) {
  const auto& exposure = config.detector->exposure;
  if (!exposure) return times_of(config);
  std::vector<double> times;
  for (const double start : times_of(config))
    for (int k = 0; k < exposure->instants; ++k) times.push_back(start + (k + 0.5) / exposure->instants * exposure->duration_s);
  return times;
}

std::vector<float> mean_photons_of(const SynthConfig& config, const DetectorGeometry& geometry) {
  const DetectorConfig& detector = *config.detector;
  std::vector<float> photons;
  for (const double q : pixel_q_magnitudes(geometry))
    photons.push_back(static_cast<float>(
        detector.photons_per_pixel *
        (detector.intensity_power == 0.0 ? 1.0 : elementary::exp(-detector.intensity_power * elementary::log(std::max(q, 1e-300) / config.q0_inv_A)))));
  return photons;
}

}  // namespace patina
