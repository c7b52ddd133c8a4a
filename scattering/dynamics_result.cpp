// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/dynamics_result.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "scattering/correlation.hpp"

namespace patina {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* cut_note = "fixed start: t1 = waiting_time_ps, t2 = waiting_time_ps + lag_ps";

// The axes that the groups of one entry share; every table has a row per waiting time and lag, not a number where the
// step ended before.
class Writer {
 public:
  Writer(h5::File& file, const std::string& group, const DynamicsData& data)
      : file_(file), group_(group), data_(data), layout_(data.layout) {
    std::size_t most = 0;
    for (const DynamicsCurve& curve : data.curves) {
      waiting_ps_.push_back(curve.waiting_time_ps);
      most = std::max(most, lags_of(curve));
    }
    for (std::size_t k = 0; k < most; ++k) lag_ps_.push_back(static_cast<double>(data.lags[k]) * data.interval_ps);
    for (const QSet& shell : data.amplitudes.groups) shell_q_.push_back(shell.q0_inv_A);
    groups_ = data.species;
    groups_.push_back("all");
  }

  void write() {
    write_coherent();
    if (layout_.self) write_self();
    write_displacements();
    write_chi4();
    if (layout_.van_hove_bins > 0) write_van_hove();
    if (layout_.distinct_bins > 0) write_distinct();
    write_shells(file_, at("q_set"), data_.amplitudes, data_.species);
  }

 private:
  std::size_t lags_of(const DynamicsCurve& curve) const { return curve.rows.size() / layout_.width(); }
  std::string at(const std::string& name) const { return group_ + "/" + name; }
  std::string titled(const std::string& title) const { return data_.amplitudes.titled(title); }
  h5::NxField lag_axis() const {
    return {.name = "lag_ps", .units = "ps", .long_name = "lag time (ps)", .values = lag_ps_, .logarithmic = true};
  }
  h5::NxField waiting_axis() const {
    return {.name = "waiting_time_ps", .units = "ps", .long_name = "waiting time (ps)", .values = waiting_ps_};
  }
  h5::NxField q_axis() const {
    return {.name = "q_inv_A", .units = "1/angstrom", .long_name = "q (1/A)", .values = shell_q_};
  }
  void note(const std::string& name, const std::vector<std::pair<std::string, std::string>>& notes) {
    for (const auto& [key, text] : notes) file_.set_attribute(at(name), key, text);
  }

  // value(row, i, j) over [waiting time][i < outer][lag][j < inner].
  std::vector<double> table(std::size_t outer, std::size_t inner,
                            const std::function<double(const double*, int, int)>& value) const {
    std::vector<double> values;
    values.reserve(data_.curves.size() * outer * lag_ps_.size() * inner);
    for (const DynamicsCurve& curve : data_.curves)
      for (std::size_t i = 0; i < outer; ++i)
        for (std::size_t lag = 0; lag < lag_ps_.size(); ++lag)
          for (std::size_t j = 0; j < inner; ++j)
            values.push_back(lag < lags_of(curve) ? value(curve.rows.data() + lag * layout_.width(), static_cast<int>(i),
                                                          static_cast<int>(j))
                                                  : nan);
    return values;
  }

  void write_coherent() {
    const std::size_t shells = data_.amplitudes.groups.size();
    const h5::Dims dims = {waiting_ps_.size(), shells, lag_ps_.size()};
    const auto column = [&](int k) {
      return [this, k](const double* row, int shell, int) { return row[layout_.coherent(shell) + static_cast<std::size_t>(k)]; };
    };
    const auto f = [this](const double* row, int shell, int) {
      const double* c = row + layout_.coherent(shell);
      return c[0] / std::sqrt(c[1] * c[2]);
    };
    const auto error = [this](const double* row, int shell, int) {
      return data_.amplitudes.error_factor(static_cast<std::size_t>(shell)) * row[layout_.coherent(shell) + 3];
    };
    const std::string name = "coherent_scattering";
    h5::write_nxdata(file_, at(name),
                     {.title = titled("Coherent intermediate scattering f(q; t_w, t)"),
                      .signal = {.name = "f",
                                 .units = "",
                                 .long_name = "f(q; t_w, t)",
                                 .values = table(shells, 1, f),
                                 .dims = dims,
                                 .errors = table(shells, 1, error)},
                      .axes = {waiting_axis(), q_axis(), lag_axis()}});
    std::vector<double> requested_ps;
    for (const DynamicsCurve& curve : data_.curves) requested_ps.push_back(curve.requested_ps);
    write_requested_times(file_, at(name), requested_ps, data_.max_lag_requested_ps);
    file_.write(at(name + "/numerator"), table(shells, 1, column(0)), dims);
    file_.write(at(name + "/square_at_waiting_time"), table(shells, 1, column(1)), dims);
    file_.write(at(name + "/square_at_lag"), table(shells, 1, column(2)), dims);
    note(name, {{"cut", cut_note},
                {"weights", name_of(data_.amplitudes.weighting)},
                {"normalisation",
                 "numerator / sqrt(square_at_waiting_time square_at_lag): sums over the q of a shell of "
                 "Re rho_x(t1) conj(rho_x(t2)) and of |rho_x|^2"},
                {"errors", "one standard deviation, jackknife over q vectors; different lags are correlated. For as many independent vectors as a window has room for, and degrees of freedom as atoms have (q_set)"},
                {"drift", "relative to the centre of mass"}});

    const auto pairs = pair_names(data_.species);
    const auto partial = [this](const double* row, int shell, int pair) {
      return row[layout_.coherent(shell) + 4 + static_cast<std::size_t>(pair)];
    };
    h5::write_nxdata(file_, at("partial_scattering"),
                     {.title = titled("Partial intermediate scattering F_ab(q; t_w, t)"),
                      .signal = {.name = "F",
                                 .units = "",
                                 .long_name = "F_ab(q; t_w, t)",
                                 .values = table(shells, pairs.size(), partial),
                                 .dims = {dims[0], dims[1], dims[2], pairs.size()}},
                      .axes = {waiting_axis(), q_axis(), lag_axis(), {}}});
    file_.write_texts(at("partial_scattering/pairs"), pairs);
    note("partial_scattering",
         {{"cut", cut_note},
          {"normalisation",
           "<Re rho_a(t1) conj(rho_b(t2))> over q / sqrt(N_a N_b); for a != b the mean of both orders"}});
  }

  void write_self() {
    const std::size_t shells = data_.amplitudes.groups.size(), species = data_.species.size();
    const auto part = [&](int offset) {
      return [this, offset](const double* row, int shell, int a) {
        return row[layout_.self_part(shell) + static_cast<std::size_t>(offset + a)];
      };
    };
    h5::write_nxdata(file_, at("self_scattering"),
                     {.title = titled("Self intermediate scattering F_s(q; t_w, t)"),
                      .signal = {.name = "f",
                                 .units = "",
                                 .long_name = "F_s(q; t_w, t)",
                                 .values = table(shells, species, part(0)),
                                 .dims = {waiting_ps_.size(), shells, lag_ps_.size(), species},
                                 .errors = table(shells, species, part(layout_.species))},
                      .axes = {waiting_axis(), q_axis(), lag_axis(), {}}});
    file_.write_texts(at("self_scattering/species"), data_.species);
    note("self_scattering",
         {{"cut", cut_note},
          {"normalisation", "mean over atoms and q vectors of cos(q . dr), relative to the centre of mass"},
          {"errors", "standard error of the mean over q vectors"}});
  }

  void write_group_table(const std::string& name, const std::string& title, const std::string& signal,
                         const std::string& units, const std::string& label, int which, const std::string& definition) {
    const auto value = [this, which](const double* row, int, int g) {
      return row[layout_.displacements() + static_cast<std::size_t>(which * layout_.groups() + g)];
    };
    h5::write_nxdata(file_, at(name),
                     {.title = titled(title),
                      .signal = {.name = signal,
                                 .units = units,
                                 .long_name = label,
                                 .values = table(1, groups_.size(), value),
                                 .dims = {waiting_ps_.size(), lag_ps_.size(), groups_.size()}},
                      .axes = {waiting_axis(), lag_axis(), {}}});
    file_.write_texts(at(name + "/species"), groups_);
    note(name, {{"cut", cut_note}, {"definition", definition}, {"drift", "relative to the centre of mass"}});
  }

  void write_displacements() {
    write_group_table("mean_square_displacement", "Mean square displacement", "msd", "angstrom^2", "MSD (A^2)", 0,
                      "<|dr|^2>, in the cell of the waiting time");
    write_group_table("non_gaussian", "Non-Gaussian parameter", "alpha_2", "", "alpha_2", 1,
                      "3 <|dr|^4> / (5 <|dr|^2>^2) - 1");
    write_group_table("overlap", "Overlap", "Q", "", "Q(t_w, t)", 2,
                      "share of atoms that went no farther than distance_A");
    file_.set_attribute(at("overlap"), "distance_A", data_.displacement.overlap_A);
  }

  // Of the whole cell from the scatter of Q among waiting times, and of sub-boxes from theirs.
  void write_chi4() {
    const auto atoms = static_cast<double>(std::accumulate(data_.atoms.begin(), data_.atoms.end(), std::int64_t{0}));
    const std::size_t column = layout_.displacements() + static_cast<std::size_t>(3 * layout_.groups() - 1);
    std::vector<double> chi4;
    for (std::size_t lag = 0; lag < lag_ps_.size(); ++lag) {
      double n = 0.0, mean = 0.0, squares = 0.0;
      for (const DynamicsCurve& curve : data_.curves) {
        if (lag >= lags_of(curve)) continue;
        const double q = curve.rows[lag * layout_.width() + column], before = mean;
        n += 1.0;
        mean += (q - before) / n;
        squares += (q - before) * (q - mean);
      }
      chi4.push_back(n < 2.0 ? nan : atoms * squares / (n - 1.0));
    }
    const auto sub_boxes = [this](const double* row, int, int) { return row[layout_.sub_box_chi4()]; };
    h5::write_nxdata(file_, at("chi4"),
                     {.title = titled("Dynamic susceptibility chi_4 of sub-boxes"),
                      .signal = {.name = "sub_boxes",
                                 .units = "",
                                 .long_name = "chi_4(t_w, t)",
                                 .values = table(1, 1, sub_boxes),
                                 .dims = {waiting_ps_.size(), lag_ps_.size()}},
                      .axes = {waiting_axis(), lag_axis()}});
    file_.write(at("chi4/among_waiting_times"), chi4);
    file_.set_attribute(at("chi4"), "sub_boxes_per_axis", data_.displacement.sub_boxes);
    file_.set_attribute(at("chi4"), "distance_A", data_.displacement.overlap_A);
    note("chi4",
         {{"cut", cut_note},
          {"sub_boxes", "mean number of atoms in a sub-box times the variance of its overlap Q among sub-boxes"},
          {"among_waiting_times",
           "N (<Q^2> - <Q>^2) among waiting times, per lag: for a stationary sample, at constant N and where there is a "
           "thermostat or barostat at constant T, V or P; misses what these hold fixed"}});
  }

  void write_van_hove() {
    std::vector<double> r;
    for (int b = 0; b < layout_.van_hove_bins; ++b) r.push_back((b + 0.5) * data_.displacement.van_hove_bin_A);
    const int bins = layout_.van_hove_bins;
    const auto value = [this, bins](const double* row, int, int j) {
      return row[layout_.van_hove() + static_cast<std::size_t>(j % layout_.groups() * bins + j / layout_.groups())];
    };
    h5::write_nxdata(
        file_, at("van_hove_self"),
        {.title = titled("Self van Hove function 4 pi r^2 G_s(r; t_w, t)"),
         .signal = {.name = "distribution",
                    .units = "1/angstrom",
                    .long_name = "4 pi r^2 G_s (1/A)",
                    .values = table(1, groups_.size() * static_cast<std::size_t>(bins), value),
                    .dims = {waiting_ps_.size(), lag_ps_.size(), static_cast<std::uint64_t>(bins), groups_.size()}},
         .axes = {waiting_axis(),
                  lag_axis(),
                  {.name = "r_A", .units = "angstrom", .long_name = "r (A)", .values = r},
                  {}}});
    file_.write_texts(at("van_hove_self/species"), groups_);
    note("van_hove_self", {{"cut", cut_note}, {"normalisation", "its integral is the share of atoms that went no farther than the end of the last bin; r_A are the middles of the bins"}});
  }

  void write_distinct() {
    const int bins = layout_.distinct_bins, pairs = layout_.pairs();
    std::vector<double> r;
    for (int b = 0; b < bins; ++b) r.push_back((b + 0.5) * data_.distinct.bin_A);
    const auto value = [this, bins, pairs](const double* row, int, int j) {
      return row[layout_.distinct() + static_cast<std::size_t>(j % pairs * bins + j / pairs)];
    };
    const std::string name = "van_hove_distinct";
    h5::write_nxdata(file_, at(name),
                     {.title = titled("Distinct van Hove functions G_d,ab(r; t_w, t)"),
                      .signal = {.name = "G",
                                 .units = "",
                                 .long_name = "G_d,ab(r; t_w, t)",
                                 .values = table(1, static_cast<std::size_t>(pairs * bins), value),
                                 .dims = {waiting_ps_.size(), lag_ps_.size(), static_cast<std::uint64_t>(bins), static_cast<std::uint64_t>(pairs)}},
                      .axes = {waiting_axis(),
                               lag_axis(),
                               {.name = "r_A", .units = "angstrom", .long_name = "r (A)", .values = r},
                               {}}});
    file_.write_texts(at(name + "/pairs"), pair_names(data_.species));
    note(name, {{"cut", cut_note},
                {"drift", "relative to the centre of mass"},
                {"normalisation",
                 "V count / (N_a N_b v), v: volume of the bin's shell, V that of the cell of the waiting time, count: atoms b at t2 so far from where "
                 "an atom a was at t1, for a != b the mean of both orders; g_ab(r) at lag 0. r_A are the middles of the bins"},
                {"images", "all periodic images are counted, an atom's own too, but for the atom itself"}});
  }

  h5::File& file_;
  std::string group_;
  const DynamicsData& data_;
  const RowLayout& layout_;
  std::vector<double> lag_ps_, waiting_ps_, shell_q_;
  std::vector<std::string> groups_;
};

}  // namespace

void write_dynamics(h5::File& file, const std::string& group, const DynamicsData& data) {
  Writer(file, group, data).write();
}

}  // namespace patina
