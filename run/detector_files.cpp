// SPDX-License-Identifier: BSD-3-Clause
#include "run/detector_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "beamline/correlation_error.hpp"
#include "beamline/recorded_truth.hpp"
#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/nexus.hpp"
#include "core/version.hpp"
#include "frames/file_parts.hpp"
#include "frames/frame_set.hpp"
#include "run/ring_correlations.hpp"

namespace patina {

namespace {

constexpr const char* noise_free_name = "/s0001_noise_free.h5";

constexpr const char* convention =
    "What atoms do is not known beforehand: g2(t1,t2) = <I1 I2> / (<I1> <I2>) over the pixels of one ring is that of these frames' own intensities before "
    "photons were counted, baseline 1, with all the scatter of so few speckles; the diagonal is without shot noise, which adds 1 / photons_per_pixel; g2 of "
    "delays is the mean over starts. Errors are those of counting photons, one standard deviation, in closed form. Field correlations f(q,t) of the same atoms "
    "stand in xpcs.h5 (observers xpcs, dynamics, multi_tau); a beam of finite size mixes them over q as |w(q - q')|^2 S(q'). q of pixels on the Ewald sphere, "
    "k_out - k_in. Times of frames are the middle of their instants. contrast_of_beam is the sum of squared mode weights, of independent atoms.";

// What is found out of the intensities, for all that is written.
struct Findings {
  std::vector<std::int64_t> record;
  RingMap map;
  std::vector<int> delays;
  int stride = 1;
  std::vector<RingCorrelations> rings;
  std::vector<SpeckleSample> samples;
};

// Sums over pixels of |mu|^4 and of |mu|^2, of some evenly spaced ones of the ring.
SpeckleExtent speckle_extent(const DetectorMeasurement& m, const RingMap& map, int ring) {
  constexpr std::size_t most = 100;
  std::vector<Vec3> q;
  for (std::size_t p = 0; p < map.dynamic_map.size(); ++p)
    if (map.dynamic_map[p] == ring)
      q.push_back(pixel_q(m.spec.geometry, static_cast<double>(p / static_cast<std::size_t>(map.columns)), static_cast<double>(p % static_cast<std::size_t>(map.columns))));
  const std::size_t looked_at = std::min(most, q.size());
  SpeckleExtent extent{0.0, 0.0};
  for (std::size_t k = 0; k < looked_at; ++k)
    for (const Vec3& other : q) {
      const double alike = m.beam.correlation(other - q[k * q.size() / looked_at]);
      extent.pixels_per_speckle += alike * alike / static_cast<double>(looked_at);
      extent.pixels_per_coherence_area += alike / static_cast<double>(looked_at);
    }
  return extent;
}

Findings find(const DetectorMeasurement& m, const IntensityFile& waiting) {
  Findings f;
  f.record = recorded_frames(m.spec.faults, m.record.frames);
  if (f.record.size() < 2)
    throw Error(ExitCode::bad_input, fmt::format("{}/faults/drop_probability: leaves {} frames of {}", m.spec.label, f.record.size(), m.record.frames));
  f.map = make_ring_map(m.spec.geometry, mask_of(m.spec), m.spec.rings, m.spec.label + "/ring_width_inv_A");
  f.delays = multi_tau_delays(static_cast<std::int64_t>(f.record.size()));
  f.stride = static_cast<int>((f.record.size() + static_cast<std::size_t>(m.spec.truth_frames) - 1) / static_cast<std::size_t>(m.spec.truth_frames));
  std::vector<std::int32_t> ring;
  for (const std::uint32_t pixel : m.pixels) ring.push_back(f.map.dynamic_map[pixel]);
  f.rings = correlate_rings(waiting, f.record, ring, static_cast<int>(f.map.rings.size()), f.delays, f.stride);
  for (std::size_t k = 0; k < f.rings.size(); ++k) {
    const SpeckleExtent extent = speckle_extent(m, f.map, static_cast<int>(k + 1));
    f.samples.push_back({static_cast<double>(f.map.ring_pixels[k]), f.rings[k].contrast, f.rings[k].mean, extent.pixels_per_speckle, extent.pixels_per_coherence_area});
  }
  return f;
}

FrameSetPlan plan_of(const DetectorMeasurement& m, const Findings& f) {
  FrameSetPlan plan;
  plan.folder = m.folder;
  plan.title = m.spec.label;
  plan.identifier = uuid_of(m.target.provenance.resolved_config);
  plan.geometry = m.spec.geometry;
  plan.faults = m.spec.faults;
  plan.faults.subframes = m.spec.instants;
  plan.map = f.map;
  plan.storage = m.spec.storage;
  plan.frames = static_cast<std::int64_t>(f.record.size());
  plan.interval_s = m.record.interval_ps * m.spec.instants * m.spec.seconds_per_ps;
  plan.exposure_s = plan.interval_s;
  return plan;
}

// Of one pair of frames, or of the mean over so many: the part of the variance that counting photons makes.
double photon_error(const SpeckleSample& sample, double c, double pairs) {
  const double beta = std::max(sample.contrast, 1e-12), rho = std::clamp((c - 1.0) / beta, 0.0, 1.0), k = sample.photons;
  const double variance = (2.0 * beta + 4.0 * beta * beta * rho - 2.0 * beta * beta * rho * rho) / k + (1.0 + beta * rho) / (k * k);
  return std::sqrt(variance / (sample.pixels * pairs));
}

FrameCorrelations expected_of(const Findings& f) {
  FrameCorrelations expected;
  expected.source = "of these frames' own intensities before photons were counted: <I I>/(<I><I>) of each ring, baseline 1; errors of counting photons alone";
  expected.delays = f.delays;
  for (std::size_t d = 0; d < f.delays.size(); ++d)
    for (std::size_t k = 0; k < f.rings.size(); ++k) {
      expected.g2.push_back(f.rings[k].g2[d]);
      expected.g2_errors.push_back(photon_error(f.samples[k], f.rings[k].g2[d], static_cast<double>(f.record.size()) - f.delays[d]));
    }
  expected.stride = f.stride;
  const auto frames = static_cast<std::uint64_t>(f.record.size()), stride = static_cast<std::uint64_t>(f.stride);
  expected.two_time_frames = (frames + stride - 1) / stride;
  expected.two_time = [&f](std::size_t ring) { return f.rings[ring].two_time; };
  return expected;
}

double time_ps(const DetectorRecord& r, int instants, std::int64_t frame) {
  return r.first_ps - r.origin_ps + r.interval_ps * (static_cast<double>(frame * instants) + 0.5 * (instants - 1));
}

void write_beam(h5::File& file, const std::string& group, const DetectorMeasurement& m) {
  const BeamSpec& spec = m.beam.spec();
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  write_scalar(file, group + "/intensity_fwhm_A", spec.intensity_fwhm_A, "angstrom");
  write_scalar(file, group + "/depth_fwhm_A", spec.depth_A(), "angstrom");
  if (spec.coherence_length_A) write_scalar(file, group + "/coherence_length_A", *spec.coherence_length_A, "angstrom");
  std::vector<double> axes, weights;
  std::vector<std::int64_t> orders;
  for (int axis = 0; axis < 3; ++axis)
    for (int d = 0; d < 3; ++d) axes.push_back(m.beam.axes()[axis][d]);
  for (const BeamMode& mode : m.beam.modes()) {
    orders.push_back(mode.n);
    orders.push_back(mode.m);
    weights.push_back(mode.weight);
  }
  file.write(group + "/axes", axes, {3, 3});
  file.set_attribute(group + "/axes", "meaning", "rows: x (columns of the detector), y, z (the beam) of the laboratory, in the sample");
  file.write(group + "/mode_orders", orders, {weights.size(), 2});
  file.write(group + "/mode_weights", weights);
  write_scalar(file, group + "/atoms_under_beam", m.record.atoms_under_beam);
  write_scalar(file, group + "/density", m.record.density_inv_A3, "1/angstrom^3");
  write_scalar(file, group + "/photons_per_intensity", m.record.photons_per_intensity);
  file.set_attribute(group + "/photons_per_intensity", "meaning", "photons = this x sum over modes of weight |sum over atoms of w f exp(i q r)|^2 x flux");
}

void write_record(h5::File& file, const std::string& group, const DetectorMeasurement& m, const Findings& f) {
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  std::vector<double> t_s, t_ps, flux, rows, columns;
  for (const std::int64_t frame : f.record) {
    t_ps.push_back(time_ps(m.record, m.spec.instants, frame));
    t_s.push_back(t_ps.back() * m.spec.seconds_per_ps);
    flux.push_back(flux_factor(m.spec.faults, frame, m.record.frames));
    const PatternShift shift = pattern_shift(m.spec.faults, frame);
    rows.push_back(shift.rows);
    columns.push_back(shift.columns);
  }
  file.write(group + "/frame", f.record);
  file.write(group + "/t_s", t_s);
  file.set_attribute(group + "/t_s", "units", "s");
  file.write(group + "/t_ps", t_ps);
  file.set_attribute(group + "/t_ps", "units", "ps");
  file.write(group + "/flux", flux);
  file.write(group + "/shift_rows", rows);
  file.write(group + "/shift_columns", columns);
}

void write_shell(h5::File& file, const std::string& shell, const DetectorMeasurement& m, const Findings& f, std::size_t k) {
  const SpeckleSample& sample = f.samples[k];
  file.create_group(shell);
  file.set_attribute(shell, "NX_class", "NXcollection");
  write_scalar(file, shell + "/q_inv_A", m.spec.rings[k].q_inv_A, "1/angstrom");
  if (!m.spec.rings[k].is_whole()) write_scalar(file, shell + "/phi_deg", m.spec.rings[k].phi_deg, "deg");
  write_scalar(file, shell + "/contrast", sample.contrast);
  write_scalar(file, shell + "/contrast_of_beam", m.beam.contrast());
  write_scalar(file, shell + "/pixels", sample.pixels);
  write_scalar(file, shell + "/pixels_per_speckle", sample.pixels_per_speckle);
  write_scalar(file, shell + "/pixels_per_coherence_area", sample.pixels_per_coherence_area);
  write_scalar(file, shell + "/photons_per_pixel", sample.photons);
  std::vector<double> frame_mean;
  for (std::size_t i = 0; i < f.record.size(); ++i)
    frame_mean.push_back(flux_factor(m.spec.faults, f.record[i], m.record.frames) * f.rings[k].frame_mean[i]);
  file.write(shell + "/frame_mean", frame_mean);
  file.set_attribute(shell + "/frame_mean", "meaning", "photons of a pixel in each frame of the record, before they are counted: g2 normalised by means over the record follows from it and C");
  std::vector<double> t_s, errors;
  std::vector<std::int64_t> place;
  for (std::size_t i = 0; i < f.record.size(); i += static_cast<std::size_t>(f.stride)) {
    place.push_back(static_cast<std::int64_t>(i));
    t_s.push_back(time_ps(m.record, m.spec.instants, f.record[i]) * m.spec.seconds_per_ps);
  }
  const std::uint64_t n = place.size();
  for (std::size_t c = 0; c < n * n; ++c) errors.push_back(c / n == c % n ? 0.0 : photon_error(sample, f.rings[k].two_time[c], 1.0));
  h5::write_nxdata(file, shell + "/truth",
                   {"two-time correlation of the intensities, before photons were counted",
                    {"g2", "", "g2(t1, t2)", f.rings[k].two_time, {n, n}, errors},
                    {{"t1_s", "s", "t1", t_s}, {"t2_s", "s", "t2", t_s}}},
                   {.compress = true});
  file.write(shell + "/truth/frame", place);
}

void write_truth(h5::File& file, const std::string& group, const DetectorMeasurement& m, const Findings& f) {
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  file.set_attribute(group, "git_hash", build_info().git_hash);
  file.set_attribute(group, "resolved_config", m.target.provenance.resolved_config);
  file.set_attribute(group, "seed", m.target.seed);
  file.set_attribute(group, "convention", convention);
  file.set_attribute(group, "field_correlations", "../../xpcs.h5");
  file.set_attribute(group, "seconds_per_ps", m.spec.seconds_per_ps);
  file.set_attribute(group, "time_origin_ps", m.record.origin_ps);
  write_beam(file, group + "/beam", m);
  write_record(file, group + "/record", m, f);
  for (std::size_t k = 0; k < f.rings.size(); ++k) write_shell(file, fmt::format("{}/shell{:02d}", group, k), m, f, k);
}

// The intensities themselves, in photons at the mean flux.
void write_noise_free(const DetectorMeasurement& m, const Findings& f, const IntensityFile& waiting) {
  const std::string path = m.folder + noise_free_name;
  const auto rows = static_cast<std::uint64_t>(m.spec.geometry.rows), columns = static_cast<std::uint64_t>(m.spec.geometry.columns);
  h5::File file = begin_file(path);
  {
    h5::Dataset data = file.create_dataset("/intensity", h5::Type::float32, {f.record.size(), rows, columns}, {.compress = true, .chunk = {1, rows, columns}});
    for (std::size_t k = 0; k < f.record.size(); ++k) {
      const std::vector<float> seen = waiting.read(f.record[k]);
      std::vector<float> image(rows * columns);
      for (std::size_t p = 0; p < seen.size(); ++p) image[m.pixels[p]] = seen[p];
      data.write_block({k, 0, 0}, {1, rows, columns}, image);
    }
  }
  file.set_attribute("/intensity", "meaning", "photons per pixel and frame at the mean flux, before they are counted");
  end_file(file, path);
}

}  // namespace

void write_detector_files(const DetectorMeasurement& m, const IntensityFile& waiting) {
  const Findings f = find(m, waiting);
  FrameSet set(plan_of(m, f));
  if (m.spec.noise_free) write_noise_free(m, f, waiting);
  const std::vector<std::uint32_t> states = pixel_states(m.spec.geometry, m.spec.faults);
  std::vector<float> intensity(states.size());
  std::vector<PhotonEvent> events;
  std::int64_t saturated = 0;
  const std::uint32_t most = most_counts(m.spec.storage);
  for (const std::int64_t frame : f.record) {
    const std::vector<float> seen = waiting.read(frame);
    const auto flux = static_cast<float>(flux_factor(m.spec.faults, frame, m.record.frames));
    std::fill(intensity.begin(), intensity.end(), 0.0f);
    for (std::size_t p = 0; p < seen.size(); ++p) intensity[m.pixels[p]] = std::min(flux * seen[p], static_cast<float>(most_photons));
    spoil_pixels(states, m.spec.faults, intensity);
    events.clear();
    add_poisson_events({m.target.seed, Stream::photons, static_cast<std::uint64_t>(frame)}, 0, intensity, events);
    saturated += std::count_if(events.begin(), events.end(), [&](const PhotonEvent& event) { return event.count > most; });
    set.push(events);
  }
  set.finish(expected_of(f), [&](h5::File& file, const std::string& group) { write_truth(file, group, m, f); });
  if (!m.target.tell) return;
  for (std::size_t k = 0; k < f.rings.size(); ++k)
    m.target.tell(fmt::format("{}: q = {:g} 1/A: {:.3g} photons a pixel, contrast {:.3g} of {:.3g} pixels, {:.3g} of which are one speckle", m.spec.label,
                              m.spec.rings[k].q_inv_A, f.samples[k].photons, f.samples[k].contrast, f.samples[k].pixels, f.samples[k].pixels_per_speckle));
  if (saturated > 0) m.target.tell(fmt::format("warning: {}: {} counts were more than {} and stand as that: fewer photons_per_pixel", m.spec.label, saturated, most));
}

void remove_detector_files(const std::string& folder) {
  std::filesystem::remove(folder + "/s0001_results.hdf");  // the one by which a set is whole
  remove_unfinished_frame_set(folder);
  for (const char* end : {"", ".tmp"}) std::filesystem::remove(folder + noise_free_name + end);
}

double bytes_of_correlations(const DetectorSpec& spec, std::int64_t frames) {
  const double shown = static_cast<double>(std::min<std::int64_t>(frames, spec.truth_frames));
  return bytes_of_ring_correlations(static_cast<double>(frames), static_cast<double>(spec.rings.size()),
                                    static_cast<double>(multi_tau_delays(frames).size()), shown, static_cast<double>(spec.geometry.pixels()));
}

}  // namespace patina
