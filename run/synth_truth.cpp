// SPDX-License-Identifier: BSD-3-Clause
#include "run/synth_truth.hpp"

#include "beamline/truth.hpp"
#include "core/nexus.hpp"

namespace patina {

void write_events(h5::File& file, const std::string& group, const SyntheticSample& sample) {
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
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  file.set_attribute(group, "convention",
                     "avalanche: s jumps by advance = -ln(1 - replaced fraction) / 2, at any q; slip: s goes by advance until it sticks again, at q0; "
                     "change: another law of tau from here on (or its middle)");
  file.write_texts(group + "/kind", kind);
  file.write(group + "/zone", zone);
  file.write(group + "/time_s", time_s);
  file.write(group + "/advance", advance);
  file.set_attribute(group + "/time_s", "units", "s");
}

void write_clocks(h5::File& file, const std::string& group, const SyntheticSample& sample, double q_inv_A, const std::vector<double>& times_s) {
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  const double faster = rate_factor(sample, q_inv_A);
  std::vector<double> s, tau, fraction, exponent;
  for (const SyntheticZone& zone : sample.zones) {
    for (const double t : times_s) s.push_back(zone.clock.s(t, faster));
    for (const double t : times_s) tau.push_back(zone.clock.tau_s(t) / faster);
    fraction.push_back((1.0 - sample.static_fraction) * zone.fraction);
    exponent.push_back(zone.kww_exponent);
  }
  const h5::Dims dims = {sample.zones.size(), times_s.size()};
  file.write(group + "/s", s, dims);
  file.write(group + "/tau_s", tau, dims);
  file.set_attribute(group + "/tau_s", "units", "s");
  file.write(group + "/weight", fraction);
  file.write(group + "/kww_exponent", exponent);
  file.write(group + "/static_fraction", std::vector<double>{sample.static_fraction}, {});
}

void write_rates(h5::File& file, const std::string& group, const SynthConfig& config, const MixedModel& model) {
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXcollection");
  file.set_attribute(group, "convention",
                     "clocks of a speckle go factor times as fast as those of the input, jumps as often; fraction of the speckles. f is the mean over speckles "
                     "of each one's, g2 = 1 + contrast times the mean of their |f|^2, which is more than 1 + contrast |f|^2");
  std::vector<double> factor, fraction;
  for (const RateClass& one : rate_classes(config.rates)) factor.push_back(one.factor);
  for (const SpeckleClass& one : model) fraction.push_back(one.fraction);
  file.write(group + "/factor", factor);
  file.write(group + "/fraction", fraction);
}

void write_two_time_truth(h5::File& file, const std::string& group, const MixedModel& model, const std::vector<int>& frames,
                          const std::vector<double>& times_s) {
  std::vector<double> time_s, g2, real, imaginary;
  for (const int k : frames) time_s.push_back(times_s[static_cast<std::size_t>(k)]);
  for (const int i : frames)
    for (const int j : frames) {
      const std::complex<double> f = field_correlation(model, i, j);
      g2.push_back(1.0 + model.front().model.contrast * mean_square_field(model, i, j));
      real.push_back(f.real());
      imaginary.push_back(f.imag());
    }
  const std::uint64_t n = frames.size();
  h5::write_nxdata(file, group,
                   {"true two-time correlation of intensities",
                    {"g2", "", "g2(t1, t2)", g2, {n, n}},
                    {{"t1_s", "s", "t1", time_s}, {"t2_s", "s", "t2", time_s}},
                    {{"f_real", "", "Re f(t1, t2)", real, {n, n}}, {"f_imag", "", "Im f(t1, t2)", imaginary, {n, n}}}});
  file.write(group + "/frame", frames);
}

}  // namespace patina
