// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/multi_tau_result.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "scattering/correlation.hpp"

namespace patina {

namespace {

// A ratio of sums over the vectors of a shell, with its standard deviation by linear propagation of their scatter.
struct Ratio {
  double value = 0.0, error = 0.0;
};

Ratio ratio_of_sums(const std::vector<double>& numerator, const std::vector<double>& denominator) {
  const double below = std::accumulate(denominator.begin(), denominator.end(), 0.0);
  Ratio ratio{std::accumulate(numerator.begin(), numerator.end(), 0.0) / below, std::nan("")};
  const auto n = static_cast<double>(numerator.size());
  if (numerator.size() < 2) return ratio;
  double squares = 0.0;
  for (std::size_t k = 0; k < numerator.size(); ++k) squares += std::pow(numerator[k] - ratio.value * denominator[k], 2);
  ratio.error = std::sqrt(squares * n / (n - 1.0)) / std::abs(below);
  return ratio;
}

class Writer {
 public:
  Writer(h5::File& file, const std::string& group, const MultiTauData& data)
      : file_(file), group_(group), data_(data), channels_(data.density.channels()), members_(data.amplitudes.groups.size()) {
    for (std::size_t k = 0; k < data.group.size(); ++k) members_[static_cast<std::size_t>(data.group[k])].push_back(k);
    for (const MultiTauChannel& channel : channels_) lag_ps_.push_back(static_cast<double>(channel.lag()) * data.interval_ps);
    for (const QSet& shell : data.amplitudes.groups) shell_q_.push_back(shell.q0_inv_A);
  }

  void write() {
    write_coherent();
    write_partials();
    write_speckle();
    if (data_.currents) write_currents();
    write_channels();
    write_shells(file_, at("q_set"), data_.amplitudes, data_.species);
  }

 private:
  std::string at(const std::string& name) const { return group_ + "/" + name; }
  std::string titled(const std::string& title) const { return data_.amplitudes.titled(title); }
  h5::NxField lag_axis() const {
    return {.name = "lag_ps", .units = "ps", .long_name = "lag time (ps)", .values = lag_ps_, .logarithmic = true};
  }
  h5::NxField q_axis() const { return {.name = "q_inv_A", .units = "1/angstrom", .long_name = "q (1/A)", .values = shell_q_}; }

  // One product of a correlator for the vectors of each shell: [channel][shell][vector].
  using Table = std::vector<std::vector<std::vector<double>>>;
  Table product(const MultiTau& correlator, std::size_t which, std::size_t products) const {
    Table table;
    for (const MultiTauChannel& channel : channels_) {
      const auto mean = correlator.mean(channel);
      table.emplace_back();
      for (const auto& members : members_) {
        table.back().emplace_back();
        for (const std::size_t k : members) table.back().back().push_back(mean[k * products + which]);
      }
    }
    return table;
  }

  // value(shell, channel) as [shell][lag].
  std::vector<double> by_shell(const std::function<double(std::size_t, std::size_t)>& value) const {
    std::vector<double> values;
    for (std::size_t s = 0; s < members_.size(); ++s)
      for (std::size_t c = 0; c < channels_.size(); ++c) values.push_back(value(s, c));
    return values;
  }
  static double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  }

  void write_coherent() {
    const std::size_t products = density_products(static_cast<int>(data_.species.size())).size();
    const Table c = product(data_.density, products - 1, products);
    const h5::Dims dims = {1, shell_q_.size(), lag_ps_.size()};
    const std::string name = "coherent_scattering";
    h5::write_nxdata(
        file_, at(name),
        {.title = titled("Coherent intermediate scattering f(q, t)"),
         .signal = {.name = "f",
                    .units = "",
                    .long_name = "f(q, t)",
                    .values = by_shell([&](std::size_t s, std::size_t l) { return ratio_of_sums(c[l][s], c[0][s]).value; }),
                    .dims = dims,
                    .errors = by_shell([&](std::size_t s, std::size_t l) { return data_.amplitudes.error_factor(s) * ratio_of_sums(c[l][s], c[0][s]).error; })},
         .axes = {{.name = "waiting_time_ps", .units = "ps", .long_name = "begin of the span (ps)", .values = {data_.first_ps}},
                  q_axis(),
                  lag_axis()}});
    const auto sum = [&](std::size_t s, std::size_t l) { return std::accumulate(c[l][s].begin(), c[l][s].end(), 0.0); };
    file_.write(at(name + "/numerator"), by_shell(sum), dims);
    const auto at_zero = by_shell([&](std::size_t s, std::size_t) { return sum(s, 0); });
    file_.write(at(name + "/square_at_waiting_time"), at_zero, dims);
    file_.write(at(name + "/square_at_lag"), at_zero, dims);
    note(name, {{"weights", name_of(data_.amplitudes.weighting)},
                {"normalisation", "numerator / its value at lag 0: means over all pairs of times of Re rho_x(t) conj(rho_x(t + lag)), summed over "
                                  "the q of a shell"},
                {"errors", "one standard deviation from the scatter over q vectors; different lags are correlated. For as many independent vectors as a window has room for, and degrees of freedom as atoms have (q_set)"},
                {"drift", "relative to the centre of mass"}});
  }

  void write_partials() {
    const auto pairs = pair_names(data_.species);
    const std::size_t products = pairs.size() + 1, shells = shell_q_.size();
    std::vector<double> values(shells * lag_ps_.size() * pairs.size());
    std::size_t pair = 0;
    for (std::size_t a = 0; a < data_.species.size(); ++a)
      for (std::size_t b = a; b < data_.species.size(); ++b, ++pair) {
        const Table c = product(data_.density, pair, products);
        const double norm = std::sqrt(data_.amplitudes.atoms[a] * data_.amplitudes.atoms[b]);
        for (std::size_t s = 0; s < shells; ++s)
          for (std::size_t l = 0; l < lag_ps_.size(); ++l)
            values[(s * lag_ps_.size() + l) * pairs.size() + pair] = mean_of(c[l][s]) / norm;
      }
    h5::write_nxdata(file_, at("partial_scattering"),
                     {.title = titled("Partial intermediate scattering F_ab(q, t)"),
                      .signal = {.name = "F", .units = "", .long_name = "F_ab(q, t)", .values = values, .dims = {shells, lag_ps_.size(), pairs.size()}},
                      .axes = {q_axis(), lag_axis(), {}}});
    file_.write_texts(at("partial_scattering/pairs"), pairs);
    note("partial_scattering",
         {{"normalisation", "<Re rho_a(t) conj(rho_b(t + lag))> over times and q / sqrt(N_a N_b); for a != b the mean of both orders; at lag 0 the "
                            "Ashcroft-Langreth S_ab"}});
  }

  // Of a speckle; then the mean over those of a shell.
  void write_speckle() {
    const Table both = product(data_.intensity, 0, 2), one = product(data_.intensity, 1, 2);
    const auto g2 = [&](std::size_t s, std::size_t l) {
      double sum = 0.0;
      for (std::size_t k = 0; k < both[l][s].size(); ++k) sum += both[l][s][k] / (one[l][s][k] * one[l][s][k]);
      return sum / static_cast<double>(both[l][s].size());
    };
    h5::write_nxdata(file_, at("speckle"),
                     {.title = titled("Intensity correlation g2(q, t)"),
                      .signal = {.name = "g2", .units = "", .long_name = "g2(q, t)", .values = by_shell(g2), .dims = {shell_q_.size(), lag_ps_.size()}},
                      .axes = {q_axis(), lag_axis()}});
    note("speckle", {{"normalisation", "of each q by itself: <I(t) I(t + lag)> over times / square of the mean of both intensities; mean over q. Of a "
                                       "span that is short against tau it falls below the ensemble's value"},
                     {"contrast", "1: each q is one coherent speckle"}});
  }

  void write_currents() {
    const double atoms = std::accumulate(data_.amplitudes.atoms.begin(), data_.amplitudes.atoms.end(), 0.0);
    const Table l = product(*data_.currents, 0, 3), t1 = product(*data_.currents, 1, 3), t2 = product(*data_.currents, 2, 3);
    const h5::Dims dims = {shell_q_.size(), lag_ps_.size()};
    h5::write_nxdata(file_, at("currents"),
                     {.title = titled("Longitudinal current correlation C_L(q, t)"),
                      .signal = {.name = "C_L",
                                 .units = "angstrom^2/ps^2",
                                 .long_name = "C_L(q, t) (A^2/ps^2)",
                                 .values = by_shell([&](std::size_t s, std::size_t c) { return mean_of(l[c][s]) / atoms; }),
                                 .dims = dims},
                      .axes = {q_axis(), lag_axis()}});
    file_.write(at("currents/C_T"), by_shell([&](std::size_t s, std::size_t c) { return 0.5 * (mean_of(t1[c][s]) + mean_of(t2[c][s])) / atoms; }),
                dims);
    file_.set_attribute(at("currents/C_T"), "units", "angstrom^2/ps^2");
    note("currents", {{"normalisation", "<Re j(t) conj(j(t + lag))> / N of the current along q, and of one across it (the mean of two); j = sum (v - "
                                        "v_cm) exp(i q . r) of all atoms, unweighted"}});
  }

  void write_channels() {
    std::vector<int> level;
    std::vector<std::int64_t> pairs;
    for (const MultiTauChannel& channel : channels_) {
      level.push_back(channel.level);
      pairs.push_back(data_.density.pairs(channel));
    }
    file_.create_group(at("channels"));
    file_.write(at("channels/level"), level);
    file_.write(at("channels/pairs"), pairs);
    file_.write(at("channels/lag_ps"), lag_ps_);
    note("channels", {{"averaging", "a channel of level l correlates means over m = 2^l frames: it shows sum over |j| < m of (m - |j|)/m^2 f(lag + j "
                                    "interval) of what single frames would show"}});
    file_.set_attribute(at("channels"), "interval_ps", data_.interval_ps);
    file_.set_attribute(at("channels"), "first_ps", data_.first_ps);
    file_.set_attribute(at("channels"), "start_requested_ps", data_.start_requested_ps);
    file_.set_attribute(at("channels"), "last_ps", data_.last_ps);
  }

  void note(const std::string& name, const std::vector<std::pair<std::string, std::string>>& notes) {
    for (const auto& [key, text] : notes) file_.set_attribute(at(name), key, text);
  }

  h5::File& file_;
  std::string group_;
  const MultiTauData& data_;
  std::vector<MultiTauChannel> channels_;
  std::vector<std::vector<std::size_t>> members_;  // vectors of each shell
  std::vector<double> lag_ps_, shell_q_;
};

}  // namespace

MultiTau::Products density_products(int species) {
  MultiTau::Products products;
  for (int a = 0; a < species; ++a)
    for (int b = a; b < species; ++b) products.emplace_back(a, b);
  products.emplace_back(species, species);
  return products;
}

void write_multi_tau(h5::File& file, const std::string& group, const MultiTauData& data) { Writer(file, group, data).write(); }

}  // namespace patina
