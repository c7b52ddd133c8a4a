// SPDX-License-Identifier: BSD-3-Clause
// The group /truth of the results of a detector (docs/file_formats.md).
#include <fmt/format.h>

#include "beamline/truth.hpp"
#include "core/nexus.hpp"
#include "core/version.hpp"
#include "run/synth_frames.hpp"
#include "run/synth_truth.hpp"

namespace patina {
namespace {

constexpr const char* convention =
    "f(t1,t2) = <E(t2) E*(t1)> / <I> of the FIELD at the middle of frames; f = exp(-(s(t2) - s(t1))^kww_exponent), tau = 1 / s'(t). g2(t1,t2) = "
    "<n1 n2> / (<n1> <n2>) of photons of one ring in recorded frames, each divided by its own mean, baseline 1: 1 + contrast |f|^2 of snapshots, and its "
    "mean over the instants of exposures, times what a shift of the pattern costs. On the diagonal without shot noise, which adds 1 / "
    "photons_per_pixel; a frame that comes twice is the same photons: there it is in. Every pixel has the dynamics of the ring whose q is "
    "nearest to its own. g2 of delays is that of a multi-tau correlator: means over 2^l frames are correlated on level l. Errors are one standard deviation, in closed form, of modes of equal weight.";

// Numbers that stand by themselves.
void write_number(h5::File& file, const std::string& name, double value, const char* units = "") {
  file.write(name, std::vector<double>{value}, {});
  if (*units) file.set_attribute(name, "units", units);
}

void write_record(h5::File& file, const std::string& group, const RecordedFrames& record, const std::vector<double>& times_s, const FrameOptics& optics) {
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  std::vector<double> t, flux, rows, columns;
  for (std::size_t k = 0; k < record.frame.size(); ++k) {
    t.push_back(times_s[static_cast<std::size_t>(record.frame[k])]);
    flux.push_back(flux_factor(optics.faults, record.frame[k], optics.frames));
    rows.push_back(record.shift[k].rows);
    columns.push_back(record.shift[k].columns);
  }
  file.write(group + "/frame", record.frame);
  file.write(group + "/t_s", t);
  file.set_attribute(group + "/t_s", "units", "s");
  file.write(group + "/flux", flux);
  file.write(group + "/shift_rows", rows);
  file.write(group + "/shift_columns", columns);
}

}  // namespace

void SynthFrames::write_truth(h5::File& file, const std::string& group, const std::string& resolved, const std::vector<RecordedTruth>& truths,
                              const FrameCorrelations& expected) const {
  const BuildInfo& build = build_info();
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  file.set_attribute(group, "git_hash", build.git_hash);
  file.set_attribute(group, "resolved_config", resolved);
  file.set_attribute(group, "seed", config_.seed);
  file.set_attribute(group, "convention", convention);
  write_events(file, group + "/events", sample_);
  write_record(file, group + "/record", record_, times_s_, optics_);
  if (rings_[0].model.size() > 1)
    file.write(group + "/rate_class", rate_class_, {static_cast<std::uint64_t>(optics_.geometry.rows), static_cast<std::uint64_t>(optics_.geometry.columns)}, {.compress = true});
  for (std::size_t k = 0; k < truths.size(); ++k) {
    const RecordedTruth& truth = truths[k];
    const Ring& bin = map_.rings[k];
    const MixedModel model = model_of(config_, sample_, bin.q_inv_A, times_s_, fractions_of_bins(k, k + 1));
    const std::string shell = fmt::format("{}/shell{:02d}", group, k);
    file.create_group(shell);
    file.set_attribute(shell, "NX_class", "NXcollection");
    file.set_attribute(shell, "generators", rings_[k / sectors()].movies[0]->generators());
    write_number(file, shell + "/q_inv_A", bin.q_inv_A, "1/angstrom");
    if (!bin.is_whole()) write_number(file, shell + "/phi_deg", bin.phi_deg, "deg");
    write_number(file, shell + "/contrast", model.front().model.contrast);
    if (model.size() > 1) write_rates(file, shell + "/rates", config_, model);
    write_number(file, shell + "/contrast_of_frames", truth.contrast());
    file.write(shell + "/mode_weights", optics_.mode_weights);
    write_number(file, shell + "/pixels", truth.sample().pixels);
    write_number(file, shell + "/pixels_per_speckle", truth.sample().pixels_per_speckle);
    write_number(file, shell + "/pixels_per_coherence_area", truth.sample().coherence_area());
    write_number(file, shell + "/photons_per_pixel", truth.sample().photons);
    write_clocks(file, shell + "/clock", sample_, bin.q_inv_A, times_s_);
    const std::vector<double> g2 = expected.two_time(k);
    std::vector<double> time_s, errors, real, imaginary;
    std::vector<std::int64_t> place;
    for (std::size_t i = 0; i < record_.frame.size(); i += static_cast<std::size_t>(expected.stride)) {
      place.push_back(static_cast<std::int64_t>(i));
      time_s.push_back(times_s_[static_cast<std::size_t>(record_.frame[i])]);
    }
    for (const std::int64_t i : place)
      for (const std::int64_t j : place) {
        const auto a = static_cast<int>(record_.frame[static_cast<std::size_t>(i)]), b = static_cast<int>(record_.frame[static_cast<std::size_t>(j)]);
        const std::complex<double> f = field_correlation(model, a, b);
        errors.push_back(i == j ? 0.0 : truth.error(static_cast<std::size_t>(i), static_cast<std::size_t>(j)));
        real.push_back(f.real());
        imaginary.push_back(f.imag());
      }
    const std::uint64_t n = place.size();
    h5::write_nxdata(file, shell + "/truth",
                     {"true two-time correlation of photons",
                      {"g2", "", "g2(t1, t2)", g2, {n, n}, errors},
                      {{"t1_s", "s", "t1", time_s}, {"t2_s", "s", "t2", time_s}},
                      {{"f_real", "", "Re f(t1, t2)", real, {n, n}}, {"f_imag", "", "Im f(t1, t2)", imaginary, {n, n}}}},
                     {.compress = true});
    file.write(shell + "/truth/frame", place);
  }
}

}  // namespace patina
