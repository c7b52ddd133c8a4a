// SPDX-License-Identifier: BSD-3-Clause
#include "run/synth_frames.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/stopwatch.hpp"
#include "core/types.hpp"
#include "core/version.hpp"
#include "run/memory_estimate.hpp"
#include "run/synth_truth.hpp"

namespace patina {
namespace {

constexpr double plane_bytes_at_once = 6.4e7;  // of a batch of frames

const DetectorConfig& detector_of(const SynthConfig& config) { return *config.detector; }

std::vector<double> middles_of(const SynthConfig& config) {
  std::vector<double> times = times_of(config);
  if (const auto& exposure = detector_of(config).exposure)
    for (double& time : times) time += 0.5 * exposure->duration_s;
  return times;
}

// Whose dynamics pixels have.
std::vector<Ring> rings_of(const SynthConfig& config) {
  std::vector<Ring> rings;
  for (const double q : config.q_inv_A) rings.push_back({q, detector_of(config).ring_width_inv_A});
  return rings;
}

// Drawn from the seed, so that classes are spread over the detector.
std::vector<std::uint8_t> classes_of_pixels(const std::vector<RateClass>& classes, std::uint64_t seed, std::int64_t pixels) {
  std::vector<std::uint8_t> found(static_cast<std::size_t>(pixels), 0);
  if (classes.size() == 1) return found;
  for (std::size_t p = 0; p < found.size(); ++p) {
    double left = random_block(seed, Stream::speckle_rate, 0, p).uniform(0);
    while (found[p] + 1u < classes.size() && left >= classes[found[p]].fraction) left -= classes[found[p]++].fraction;
  }
  return found;
}

// What a sum of exponential numbers of these weights, or a Poisson count, does not exceed but with a probability of e^-40 [B. Laurent and
// P. Massart, Ann. Stat. 28 (2000) 1302, lemma 1; Bernstein's inequality].
constexpr double nearly_never = 40.0;
double largest_intensity(const std::vector<double>& weights) {
  double squares = 0.0, most = 0.0;
  for (const double weight : weights) {
    squares += weight * weight;
    most = std::max(most, weight);
  }
  return 1.0 + std::sqrt(2.0 * nearly_never * squares) + nearly_never * most;
}
double largest_count(double mean) { return mean + std::sqrt(2.0 * nearly_never * mean) + nearly_never; }

}  // namespace

SynthFrames::SynthFrames(const SynthConfig& config, const SyntheticSample& sample, const std::string& input)
    : config_(config), sample_(sample), times_s_(middles_of(config)) {
  const DetectorConfig& detector = detector_of(config);
  const std::string place = input + ": /detector";
  optics_.geometry = geometry_of(detector);
  optics_.faults = faults_of(detector, config.seed);
  optics_.frames = config.frames.count;
  optics_.seed = config.seed;
  optics_.pupil = pupil_of(detector);
  check(optics_.geometry, place + "/geometry");
  record_ = record_of(optics_);
  const FrameShape shape{static_cast<std::int64_t>(record_.frame.size()), optics_.geometry.rows, optics_.geometry.columns};
  if (shape.frames < 2) throw Error(ExitCode::bad_input, fmt::format("{}/faults/drop_probability: leaves {} frames of {}", place, shape.frames, optics_.frames));
  check(detector.storage, shape, place + "/write");
  map_ = make_ring_map(optics_.geometry, looked_at(pixel_states(optics_.geometry, optics_.faults), detector.mask_faults), bins_of(detector, config.q_inv_A), place + "/ring_width_inv_A");
  const std::vector<RateClass> classes = rate_classes(config.rates);
  rate_class_ = classes_of_pixels(classes, config.seed, optics_.geometry.pixels());
  optics_.ring = nearest_rings(optics_.geometry, rings_of(config));
  for (std::size_t p = 0; p < optics_.ring.size(); ++p) optics_.ring[p] = optics_.ring[p] * static_cast<std::int32_t>(classes.size()) + rate_class_[p];
  optics_.photons = mean_photons_of(config, optics_.geometry);
  for (std::size_t k = 0; k < config.q_inv_A.size(); ++k)
    rings_.push_back({model_of(config, sample, config.q_inv_A[k], instants_of(config), fractions_of_bins(k * sectors(), (k + 1) * sectors())), {}});
  if (classes.size() > 1)
    for (std::size_t b = 0; b < map_.rings.size(); ++b) bin_models_.push_back(model_of(config, sample, map_.rings[b].q_inv_A, instants_of(config), fractions_of_bins(b, b + 1)));
  const MovieModel& first = rings_[0].model.front().model;
  optics_.mode_weights = first.mode_weights.empty() ? coherence_weights(first.contrast) : first.mode_weights;
  if (!detector.fields) optics_.independent_modes = 1.0 / config.contrast;
  check_counts(place);
  std::vector<const SpeckleMovie*> movies;
  for (std::size_t k = 0; k < rings_.size(); ++k)
    for (const SpeckleClass& one : rings_[k].model) {
      rings_[k].movies.push_back(std::make_unique<SpeckleMovie>(one.model, generator_of(config), config.seed, static_cast<std::uint32_t>(movies.size()),
                                                                fmt::format("{}: q = {:g} 1/A", input, config.q_inv_A[k])));
      movies.push_back(rings_[k].movies.back().get());
    }
  try {
    units_ = plane_units(optics_, movies);
  } catch (const Error& error) {
    if (error.code() != ExitCode::bad_input) throw;
    throw Error(ExitCode::bad_input, fmt::format("{}/pupil: {}", place, error.what()));
  }
}

void SynthFrames::check_counts(const std::string& place) const {
  double flux = 0.0;
  for (std::int64_t frame = 0; frame < optics_.frames; ++frame) flux = std::max(flux, flux_factor(optics_.faults, frame, optics_.frames));
  // Where something is counted.
  const std::vector<std::uint32_t> states = pixel_states(optics_.geometry, optics_.faults);
  double brightest = 0.0;
  for (std::size_t p = 0; p < states.size(); ++p)
    if ((states[p] & (pixel_gap | pixel_dead | pixel_shadowed)) == 0) brightest = std::max(brightest, static_cast<double>(optics_.photons[p]));
  const double mean = flux * brightest * largest_intensity(optics_.mode_weights) + (optics_.faults.hot_fraction > 0.0 ? optics_.faults.hot_photons : 0.0);
  const double most = std::min(most_photons, static_cast<double>(most_counts(detector_of(config_).storage)));
  if (!detector_of(config_).fields && flux * brightest > most_negative_binomial_mean)
    throw Error(ExitCode::bad_input, fmt::format("{}/photons_per_pixel: {:g} photons a pixel at the highest flux: must be <= {:g} where fields is false", place,
                                                 flux * brightest, most_negative_binomial_mean));
  if (largest_count(mean) <= most) return;
  throw Error(ExitCode::bad_input,
              fmt::format("{}/photons_per_pixel: {:g} photons a pixel ({:g} where it is brightest, {:g} at the highest flux) make counts up to {:.3g} in the brightest "
                          "speckles, more than the {:g} that {} can hold: take fewer{}",
                          place, detector_of(config_).photons_per_pixel, brightest, flux * brightest, largest_count(mean), most,
                          detector_of(config_).storage.rigaku ? "a Rigaku file" : "a pixel",
                          detector_of(config_).storage.rigaku ? ", or no such file" : detector_of(config_).storage.wide ? "" : ", or \"wide\": true in \"write\""));
}

std::vector<double> SynthFrames::fractions_of_bins(std::size_t first, std::size_t end) const {
  std::vector<double> fractions(rate_classes(config_.rates).size());
  double pixels = 0.0;
  for (std::size_t b = first; b < end; ++b) pixels += static_cast<double>(map_.ring_pixels[b]);
  for (std::size_t p = 0; p < map_.dynamic_map.size(); ++p)
    if (const auto bin = static_cast<std::size_t>(map_.dynamic_map[p]); bin > first && bin <= end) fractions[rate_class_[p]] += 1.0 / pixels;
  return fractions;
}

double SynthFrames::mean_photons(std::size_t ring) const {
  double sum = 0.0;
  for (std::size_t p = 0; p < map_.dynamic_map.size(); ++p)
    if (map_.dynamic_map[p] == static_cast<std::int32_t>(ring + 1)) sum += static_cast<double>(optics_.photons[p]);
  return sum / static_cast<double>(map_.ring_pixels[ring]);
}

// Pixels of another class of rates see another pattern.
std::vector<SpeckleExtent> SynthFrames::extents_of_bins() const {
  std::vector<SpeckleExtent> extents(map_.rings.size());
  const std::unique_ptr<SpecklePupil> pupil = make_pupil(optics_);
  if (!pupil) return extents;
  const std::size_t classes = rate_classes(config_.rates).size();
  for (std::size_t k = 0; k < extents.size(); ++k) {
    extents[k] = {0.0, 0.0};
    for (std::size_t c = 0; c < classes; ++c) {
      std::vector<bool> marked(map_.dynamic_map.size());
      double share = 0.0;
      for (std::size_t p = 0; p < marked.size(); ++p) {
        marked[p] = map_.dynamic_map[p] == static_cast<std::int32_t>(k + 1) && rate_class_[p] == c;
        share += marked[p] ? 1.0 / static_cast<double>(map_.ring_pixels[k]) : 0.0;
      }
      if (share == 0.0) continue;
      const SpeckleExtent of_class = pupil->extent(marked);
      extents[k].pixels_per_speckle += share * of_class.pixels_per_speckle;
      extents[k].pixels_per_coherence_area += share * of_class.pixels_per_coherence_area;
    }
  }
  return extents;
}

FrameSetPlan SynthFrames::plan_set(const std::string& folder, const std::string& resolved) const {
  FrameSetPlan plan;
  plan.folder = folder + "/frames";
  plan.title = config_.title;
  plan.identifier = uuid_of(resolved);
  plan.geometry = optics_.geometry;
  plan.faults = optics_.faults;
  plan.map = map_;
  plan.storage = detector_of(config_).storage;
  plan.frames = static_cast<std::int64_t>(record_.frame.size());
  plan.interval_s = config_.frames.interval_s;
  const auto& exposure = detector_of(config_).exposure;
  plan.exposure_s = exposure ? exposure->duration_s : plan.interval_s;
  return plan;
}

void SynthFrames::push_frames(const Comm& comm, PlaneSource& planes, FrameSet* set, Log& log) const {
  const int instants = optics_.faults.subframes;
  const std::size_t plane = plane_length(units_) * static_cast<std::size_t>(instants);
  const double numbers = static_cast<double>(std::max(plane, optics_.ring.size()));  // of a frame; events are as many at most
  const auto batch = static_cast<std::int64_t>(std::clamp(plane_bytes_at_once / (4.0 * numbers), 1.0, 256.0));
  std::vector<std::unique_ptr<FrameMaker>> makers;
  std::vector<std::vector<PhotonEvent>> events(static_cast<std::size_t>(batch));
  on_root(comm, [&] {
    const std::int64_t workers = std::min<std::int64_t>(std::max(1, HostExec().concurrency()), batch);
    for (std::int64_t k = 0; k < workers; ++k) makers.push_back(std::make_unique<FrameMaker>(optics_, units_));
  });
  std::vector<float> made;
  std::size_t next = 0;  // place in the record
  Stopwatch watch;
  for (std::int64_t first = 0; first < optics_.frames; first += batch) {
    const std::int64_t count = std::min(batch, optics_.frames - first);
    planes.next(static_cast<int>(count) * instants, made);
    on_root(comm, [&] {
      const int workers = static_cast<int>(makers.size());
      Kokkos::parallel_for("make_frames", HostRange(0, workers), [&](int worker) {
        for (std::int64_t k = worker; k < count; k += workers)
          makers[static_cast<std::size_t>(worker)]->make(first + k, {made.data() + static_cast<std::size_t>(k) * plane, plane},
                                                         events[static_cast<std::size_t>(k)]);
      });
      for (; next < record_.frame.size() && record_.frame[next] < first + count; ++next) set->push(events[static_cast<std::size_t>(record_.frame[next] - first)]);
    });
  }
  const double seconds = watch.lap();
  log.line("{} frames in {:.3g} s, {:.3g} pixels/s", record_.frame.size(), seconds,
           static_cast<double>(record_.frame.size()) * static_cast<double>(optics_.geometry.pixels()) / seconds);
}

void SynthFrames::make(const Comm& comm, const std::string& folder, const std::string& resolved, Log& log) {
  log.line("{} frames of {} x {} pixels, of {} exposures; {:g} photons a pixel, contrast {:g}", record_.frame.size(), optics_.geometry.rows,
           optics_.geometry.columns, optics_.frames, detector_of(config_).photons_per_pixel, config_.snapshot_contrast());
  for (std::size_t k = 0; k < rings_.size(); ++k) {
    std::vector<std::int64_t> pixels(map_.ring_pixels.begin() + static_cast<std::ptrdiff_t>(k * sectors()), map_.ring_pixels.begin() + static_cast<std::ptrdiff_t>((k + 1) * sectors()));
    log.line("q = {:g} 1/A: {} pixels, {}", config_.q_inv_A[k], fmt::join(pixels, " + "),
             detector_of(config_).fields ? fmt::format("{}", fmt::join(rings_[k].movies[0]->generators(), ", ")) : "frames independent: zones have no meaning");
  }
  std::unique_ptr<FrameSet> set;
  on_root(comm, [&] { set = std::make_unique<FrameSet>(plan_set(folder, resolved)); });
  const std::unique_ptr<PlaneSource> planes =
      PlaneSource::create(comm, units_, optics_.frames * optics_.faults.subframes, folder + "/frames/fields.tmp");
  push_frames(comm, *planes, set.get(), log);
  on_root(comm, [&] {
    const std::vector<SpeckleExtent> extents = extents_of_bins();
    std::vector<RecordedTruth> truths;
    for (std::size_t k = 0; k < map_.rings.size(); ++k)
      truths.emplace_back(bin_models_.empty() ? rings_[k / sectors()].model : bin_models_[k], record_,
                          SpeckleSample{static_cast<double>(map_.ring_pixels[k]), 1.0, mean_photons(k), extents[k].pixels_per_speckle, extents[k].pixels_per_coherence_area});
    const FrameCorrelations found = expected(truths);
    set->finish(found, [&](h5::File& file, const std::string& group) { write_truth(file, group, resolved, truths, found); });
  });
  log.line("done");
}

void SynthFrames::tell_needs(const Comm& comm, Log& log) const {
  const double pixels = static_cast<double>(optics_.geometry.pixels()), instants = optics_.faults.subframes;
  const double plane = 4.0 * static_cast<double>(plane_length(units_)) * instants, threads = HostExec().concurrency();
  const bool waiting = waits_in_file(units_);
  double generators = 0.0, streams = 0.0, counting = 0.0;
  for (const RingMovie& ring : rings_)
    for (const auto& movie : ring.movies) generators += movie->bytes();
  for (const PlaneUnit& unit : units_) streams += unit.bytes();
  for (const float photons : optics_.photons) counting += std::min(1.0, double{photons});
  const double planes = std::max(plane, std::min(plane_bytes_at_once, plane * static_cast<double>(optics_.frames)));
  const double packing = detector_of(config_).storage.dense ? 3.0 * (detector_of(config_).storage.wide ? 4.0 : 2.0) : 0.0;  // counts, shuffled, packed
  const double makers = threads * pixels * ((optics_.pupil ? 24.0 : 12.0) + packing), maps = pixels * 60.0;
  log.line("memory of rank 0: {} (generators {}, fields {}, planes on their way {}, frames {}, maps and sums {})",
           bytes_text(generators + (waiting ? 0.0 : streams / comm.size()) + planes + makers + maps), bytes_text(generators),
           waiting ? "in a file" : bytes_text(streams / comm.size()), bytes_text(planes), bytes_text(makers), bytes_text(maps));
  if (waiting) log.line("scratch file beside the frames, gone at the end: {}", bytes_text(plane * static_cast<double>(optics_.frames)));
  const FrameShape shape{static_cast<std::int64_t>(record_.frame.size()), optics_.geometry.rows, optics_.geometry.columns};
  log.line("{} frames of {} x {} pixels: {} before compression, which saves the more the fewer pixels count", shape.frames, shape.rows, shape.columns,
           bytes_text(bytes_of_frames(detector_of(config_).storage, shape, counting)));
}

FrameCorrelations SynthFrames::expected(const std::vector<RecordedTruth>& truths) const {
  const std::size_t frames = record_.frame.size();
  FrameCorrelations found;
  found.source = "the truth of these frames, not measured in them: <I I>/(<I><I>) of each ring, baseline 1; errors in closed form";
  found.delays = multi_tau_delays(static_cast<std::int64_t>(frames));
  for (const int delay : found.delays)
    for (const RecordedTruth& truth : truths) {
      found.g2.push_back(truth.g2(delay));
      found.g2_errors.push_back(truth.g2_error(delay));
    }
  found.stride = static_cast<int>((frames + static_cast<std::size_t>(config_.truth_frames) - 1) / static_cast<std::size_t>(config_.truth_frames));
  found.two_time_frames = (frames + static_cast<std::size_t>(found.stride) - 1) / static_cast<std::size_t>(found.stride);
  found.two_time = [&truths, stride = found.stride](std::size_t ring) { return truths[ring].two_time(stride); };
  return found;
}

}  // namespace patina
