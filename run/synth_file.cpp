// SPDX-License-Identifier: BSD-3-Clause
#include "run/synth_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "beamline/truth.hpp"
#include "core/durable_file.hpp"
#include "core/nexus.hpp"
#include "core/version.hpp"

namespace patina {

namespace {

constexpr std::uint64_t chunk_edge = 256;  // frames and pixels: 256 KiB

h5::File create(const std::string& temporary) {
  std::filesystem::remove(temporary);  // left by a process that was killed here
  return h5::File::create(temporary);
}

void write_events(h5::File& file, const SyntheticSample& sample) {
  std::vector<std::string> kind;
  std::vector<int> zone;
  std::vector<double> time_s, advance;
  for (std::size_t z = 0; z < sample.zones.size(); ++z)
    for (const ClockEvent& event : sample.zones[z].clock.events()) {
      kind.push_back(event.kind);
      zone.push_back(static_cast<int>(z));
      time_s.push_back(event.time_s);
      advance.push_back(event.advance);
    }
  file.create_group("/events");
  file.set_attribute("/events", "NX_class", "NXcollection");
  file.set_attribute("/events", "convention",
                     "avalanche: s jumps by advance = -ln(1 - replaced fraction) / 2, at any q; slip: s goes by advance until it sticks again, at q0; "
                     "change: another law of tau from here on (or its middle)");
  file.write_texts("/events/kind", kind);
  file.write("/events/zone", zone);
  file.write("/events/time_s", time_s);
  file.write("/events/advance", advance);
  file.set_attribute("/events/time_s", "units", "s");
}

std::string entry_of(int shell) { return fmt::format("/shell{:02d}", shell); }

}  // namespace

SynthFile::SynthFile(const std::string& folder, const SynthConfig& config, const std::string& resolved, const SyntheticSample& sample)
    : path_(folder + "/synth.h5"), config_(config), sample_(sample), times_s_(times_of(config)), file_(create(path_ + ".tmp")) {
  const BuildInfo& build = build_info();
  file_.set_attribute("/", "NX_class", "NXroot");
  file_.set_attribute("/", "creator", "Patina");
  file_.set_attribute("/", "version", build.version);
  file_.set_attribute("/", "git_hash", build.git_hash);
  file_.set_attribute("/", "resolved_config", resolved);
  file_.set_attribute("/", "seed", config.seed);
  file_.set_attribute("/", "convention",
                      "f(t1,t2) = <E(t2) E*(t1)> / <I> of the FIELD, g2(t1,t2) = <I(t1) I(t2)> / <I>^2 = 1 + contrast |f|^2; f = exp(-(s(t2) - "
                      "s(t1))^kww_exponent), tau = 1 / s'(t); <I> = 1; pixels are independent, without photon noise");
  write_events(file_, sample);
}

void SynthFile::begin_shell(int shell, const MovieModel& model, const std::vector<std::string>& generators) {
  const std::string entry = entry_of(shell), group = entry + "/speckle";
  const double q = config_.q_inv_A[static_cast<std::size_t>(shell)];
  h5::write_nxentry(file_, fmt::format("{}{}q = {:g} 1/A", config_.title, config_.title.empty() ? "" : ", ", q), entry);
  file_.write_text(entry + "/kind", "synthetic_speckles");
  file_.write(entry + "/q_inv_A", std::vector<double>{q}, {});
  file_.set_attribute(entry + "/q_inv_A", "units", "1/angstrom");
  file_.write(entry + "/contrast", std::vector<double>{model.contrast}, {});
  file_.create_group(group);
  file_.set_attribute(group, "NX_class", "NXdata");
  file_.set_attribute(group, "signal", "intensity");
  file_.set_attribute(group, "axes", std::vector<std::string>{"t_s", "."});
  file_.set_attribute(group, "generators", generators);
  file_.write(group + "/t_s", times_s_);
  file_.set_attribute(group + "/t_s", "units", "s");
  const auto frames = static_cast<std::uint64_t>(config_.frames.count), pixels = static_cast<std::uint64_t>(config_.speckles);
  intensity_.reset();
  intensity_ = file_.create_dataset(group + "/intensity", h5::Type::float32, {frames, pixels},
                                    {.chunk = {std::min(frames, chunk_edge), std::min(pixels, chunk_edge)}});
  write_clocks(entry, shell);
  write_truth(entry, model);
  h5::set_default_of_entry(file_, entry + "/truth");
  if (shell == 0) h5::set_default_entry(file_, entry);
}

void SynthFile::write_clocks(const std::string& entry, int shell) {
  const std::string group = entry + "/clock";
  file_.create_group(group);
  file_.set_attribute(group, "NX_class", "NXcollection");
  const double faster = rate_factor(sample_, config_.q_inv_A[static_cast<std::size_t>(shell)]);
  std::vector<double> s, tau, fraction, exponent;
  for (const SyntheticZone& zone : sample_.zones) {
    for (const double t : times_s_) s.push_back(zone.clock.s(t, faster));
    for (const double t : times_s_) tau.push_back(zone.clock.tau_s(t) / faster);
    fraction.push_back((1.0 - sample_.static_fraction) * zone.fraction);
    exponent.push_back(zone.kww_exponent);
  }
  const h5::Dims dims = {sample_.zones.size(), times_s_.size()};
  file_.write(group + "/s", s, dims);
  file_.write(group + "/tau_s", tau, dims);
  file_.set_attribute(group + "/tau_s", "units", "s");
  file_.write(group + "/weight", fraction);
  file_.write(group + "/kww_exponent", exponent);
  file_.write(group + "/static_fraction", std::vector<double>{sample_.static_fraction}, {});
}

void SynthFile::write_truth(const std::string& entry, const MovieModel& model) {
  const int frames = config_.frames.count, shown = std::min(frames, config_.truth_frames);
  std::vector<int> frame;
  std::vector<double> time_s, g2, real, imaginary;
  for (int k = 0; k < shown; ++k) {
    frame.push_back(static_cast<int>(static_cast<std::int64_t>(k) * frames / shown));
    time_s.push_back(times_s_[static_cast<std::size_t>(frame.back())]);
  }
  for (const int i : frame)
    for (const int j : frame) {
      const std::complex<double> f = field_correlation(model, i, j);
      g2.push_back(1.0 + model.contrast * std::norm(f));
      real.push_back(f.real());
      imaginary.push_back(f.imag());
    }
  const auto n = static_cast<std::uint64_t>(shown);
  const std::string group = entry + "/truth";
  h5::write_nxdata(file_, group,
                   {"true two-time correlation of intensities",
                    {"g2", "", "g2(t1, t2)", g2, {n, n}},
                    {{"t1_s", "s", "t1", time_s}, {"t2_s", "s", "t2", time_s}},
                    {{"f_real", "", "Re f(t1, t2)", real, {n, n}}, {"f_imag", "", "Im f(t1, t2)", imaginary, {n, n}}}});
  file_.write(group + "/frame", frame);
}

void SynthFile::write(std::uint64_t first, std::uint64_t count, const std::vector<float>& intensity) {
  intensity_->write_block({0, first}, {static_cast<std::uint64_t>(config_.frames.count), count}, intensity);
}

void SynthFile::finish() {
  intensity_.reset();
  file_.close();
  commit_file(path_ + ".tmp", path_, IfExists::refuse);
}

}  // namespace patina
