// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/xpcs_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "scattering/two_time_paths.hpp"

namespace patina {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kww_note =
    "a field decays as A exp[-(t/tau)^beta], an intensity g2 - 1 as A^2 exp[-2 (t/tau)^beta]: beta is the "
    "KWW "
    "exponent, not the contrast";
constexpr const char* cut_note = "fixed start: t1 = waiting_time_ps, t2 = waiting_time_ps + lag_ps";
constexpr const char* window_note = "; sums over t1 of so many frames from waiting_time_ps on as starts says";

std::vector<double> flat(const Eigen::Ref<const Eigen::MatrixXd>& m) {
  // Row-major, as HDF5 counts.
  std::vector<double> values(static_cast<std::size_t>(m.size()));
  Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(values.data(), m.rows(),
                                                                                     m.cols()) = m;
  return values;
}

h5::Dims dims_of(const Eigen::Ref<const Eigen::MatrixXd>& m) {
  return {static_cast<std::uint64_t>(m.rows()), static_cast<std::uint64_t>(m.cols())};
}

// The axes and conventions that the groups of one entry share.
class Writer {
 public:
  Writer(h5::File& file, const std::string& group, const XpcsData& data)
      : file_(file), group_(group), data_(data), series_(*data.series) {
    const auto& t = series_.time_ps;
    for (int lag = 0; lag <= data.max_lag; ++lag) lag_ps_.push_back(t[lag] - t[0]);
    for (const SelfCurve& curve : data.self) {
      waiting_ps_.push_back(curve.waiting_time_ps);
      requested_ps_.push_back(curve.requested_ps);
    }
  }

  void write() {
    Eigen::MatrixXcd field = scattered_field(series_, data_.form_factor);
    write_of_fields(field);
    const Eigen::MatrixXd intensity = speckle_intensities(field, data_.set.q_inv_A);
    field.resize(0, 0);  // matrices of as many bytes come next
    write_of_intensities(intensity);
    write_speckles(intensity);
    write_partials();
    if (data_.self_vectors > 0) write_self();
    write_q_set();
  }

 private:
  // As many as the window has, as far as there are frames; the last start has one lag at least.
  int starts(std::size_t w) const {
    return std::max(1, std::min(data_.window, series_.frames() - 1 - data_.self[w].start_frame));
  }
  std::size_t waiting_times() const { return waiting_ps_.size(); }
  std::size_t lags() const { return lag_ps_.size(); }
  double error_factor() const { return data_.amplitudes.error_factor(0); }
  // Of errors from the blocks of two_time_sums().
  double block_error_factor(bool intensities) const {
    return data_.amplitudes.block_error_factor(0, block_starts(data_.set.size(), 1), intensities);
  }
  std::string at(const std::string& name) const { return group_ + "/" + name; }
  std::string titled(const std::string& title) const { return data_.amplitudes.titled(title); }

  h5::NxField time_axis(const std::string& name) const {
    return {.name = name,
            .units = "ps",
            .long_name = name.substr(0, 2) + " (ps)",
            .values = series_.time_ps};
  }
  h5::NxField lag_axis() const {
    return {.name = "lag_ps",
            .units = "ps",
            .long_name = "lag time (ps)",
            .values = lag_ps_,
            .logarithmic = true};
  }
  h5::NxField waiting_axis() const {
    return {
        .name = "waiting_time_ps", .units = "ps", .long_name = "waiting time (ps)", .values = waiting_ps_};
  }
  void note(const std::string& name, const std::vector<std::pair<std::string, std::string>>& notes) {
    for (const auto& [key, text] : notes) file_.set_attribute(at(name), key, text);
  }
  // The two-time matrices of fields are gone when those of intensities come.
  void write_of_fields(const Eigen::MatrixXcd& field) {
    const TwoTimeSums sums = two_time_sums(as_real_rows(field), 2, data_.max_lag);
    write_field_correlation(sums.product);
    write_intermediate_scattering(field, age_average(sums));
  }
  void write_of_intensities(const Eigen::MatrixXd& intensity) {
    const SpeckleCorrelation speckles = correlate_speckles(intensity, data_.max_lag);
    write_two_time(speckles);
    write_g2(speckles.g2);
  }

  // An array with rows per waiting time and lag, NaN until filled.
  std::vector<double> empty_table(std::size_t columns = 1) const {
    return std::vector<double>(waiting_times() * lags() * columns, nan);
  }

  void write_field_correlation(const Eigen::MatrixXd& numerator) {
    h5::write_nxdata(file_, at("field_correlation"),
                     {.title = titled("Field correlation f(t1, t2)"),
                      .signal = {.name = "f",
                                 .units = "",
                                 .long_name = "f(t1, t2)",
                                 .values = flat(normalised(numerator)),
                                 .dims = dims_of(numerator)},
                      .axes = {time_axis("t1_ps"), time_axis("t2_ps")}});
    file_.write(at("field_correlation/numerator"), flat(numerator), dims_of(numerator));
    note("field_correlation",
         {{"normalisation",
           "f = numerator(t1,t2) / sqrt(numerator(t1,t1) numerator(t2,t2)), numerator = sum over "
           "q of Re rho_x(q,t1) conj(rho_x(q,t2))"},
          {"drift", "relative to the centre of mass"},
          {"kww_note", kww_note}});
  }

  void write_intermediate_scattering(const Eigen::MatrixXcd& field, const LagCurve& average) {
    auto f = empty_table(), error = empty_table(), numerator = empty_table(), denominator = empty_table();
    for (std::size_t w = 0; w < waiting_times(); ++w) {
      const LagCurve cut = fixed_start_cut(field, data_.self[w].start_frame, starts(w), data_.max_lag);
      for (Eigen::Index lag = 0; lag < cut.value.size(); ++lag) {
        const std::size_t i = w * lags() + lag;
        f[i] = cut.value[lag];
        error[i] = error_factor() * cut.error[lag];
        numerator[i] = cut.numerator[lag];
        denominator[i] = cut.denominator[lag];
      }
    }
    const h5::Dims dims = {waiting_times(), lags()};
    const std::string name = "intermediate_scattering";
    h5::write_nxdata(file_, at(name),
                     {.title = titled("Coherent intermediate scattering f(q; t_w, t)"),
                      .signal = {.name = "f",
                                 .units = "",
                                 .long_name = "f(q; t_w, t)",
                                 .values = std::move(f),
                                 .dims = dims,
                                 .errors = std::move(error)},
                      .axes = {waiting_axis(), lag_axis()}});
    file_.write(at(name + "/numerator"), numerator, dims);
    file_.write(at(name + "/denominator"), denominator, dims);
    std::vector<int> number;
    for (std::size_t w = 0; w < waiting_times(); ++w) number.push_back(starts(w));
    file_.write(at(name + "/starts"), number);
    write_requested_times(file_, at(name), requested_ps_, data_.max_lag_requested_ps);
    file_.set_attribute(at(name), "waiting_window_requested_ps", data_.window_requested_ps);
    file_.write(at(name + "/f_age_averaged"), flat(average.value), {lags()});
    file_.write(at(name + "/f_age_averaged_errors"), flat(block_error_factor(false) * average.error), {lags()});
    file_.write(at(name + "/age_averaged_numerator"), flat(average.numerator), {lags()});
    file_.write(at(name + "/age_averaged_denominator"), flat(average.denominator), {lags()});
    note(name, {{"cut", std::string(cut_note) + window_note},
                {"normalisation",
                 "numerator / denominator; denominator = sqrt of the product of both frames' sums "
                 "over q of |rho_x|^2"},
                {"age_averaged", "numerators and denominators summed over all start times, then divided; errors by blocks of vectors"},
                {"errors", "one standard deviation, jackknife over q vectors; different lags are correlated. For as many independent vectors as a window has room for, and degrees of freedom as atoms have (q_set)"},
                {"drift", "relative to the centre of mass"},
                {"kww_note", kww_note}});
  }

  void write_two_time(const SpeckleCorrelation& speckles) {
    h5::write_nxdata(file_, at("two_time"),
                     {.title = titled("Two-time correlation C(t1, t2)"),
                      .signal = {.name = "correlation",
                                 .units = "",
                                 .long_name = "C(t1, t2)",
                                 .values = flat(speckles.correlation),
                                 .dims = dims_of(speckles.correlation)},
                      .axes = {time_axis("t1_ps"), time_axis("t2_ps")}});
    file_.write(at("two_time/numerator"), flat(speckles.numerator), dims_of(speckles.numerator));
    file_.write(at("two_time/mean_intensity"), flat(speckles.mean_intensity));
    const double p = data_.amplitudes.intensities(0);
    file_.set_attribute(at("two_time"), "contrast", 1.0);
    file_.set_attribute(at("two_time"), "speckles", p);
    file_.set_attribute(at("two_time"), "sigma_closed_form", std::sqrt(two_time_variance(0.0, p)));
    file_.set_attribute(at("two_time"), "sigma_closed_form_at_full_correlation",
                        std::sqrt(two_time_variance(1.0, p)));
    note("two_time",
         {{"normalisation",
           "C = numerator(t1,t2) / (mean_intensity(t1) mean_intensity(t2)), averages over the "
           "speckles of each frame; E[C] = 1 + |f|^2"},
          {"sigma_formula",
           "Var C = (1 + 4 r - 3 r^2 + 2 r^3) / speckles, bias (r^2 - 3 r) / speckles, r = |f|^2"},
          {"diagonal", "kept: there is no photon noise"},
          {"kww_note", kww_note}});
  }

  void write_g2(const LagCurve& g2) {
    h5::write_nxdata(file_, at("g2"),
                     {.title = titled("Intensity correlation g2(t), all ages"),
                      .signal = {.name = "g2",
                                 .units = "",
                                 .long_name = "g2(t)",
                                 .values = flat(g2.value),
                                 .errors = flat(block_error_factor(true) * g2.error)},
                      .axes = {lag_axis()}});
    file_.write(at("g2/numerator"), flat(g2.numerator));
    file_.write(at("g2/denominator"), flat(g2.denominator));
    file_.set_attribute(at("g2"), "contrast", 1.0);
    note("g2", {{"normalisation",
                 "global: <I(t) I(t + lag)> over start times and speckles / <I>^2 over all frames "
                 "and speckles"},
                {"errors", "one standard deviation, jackknife over blocks of speckles. Under a window for as many as it has room for"},
                {"kww_note", kww_note}});
  }

  void write_speckles(const Eigen::MatrixXd& intensity) {
    const std::string name = "speckle";
    file_.create_group(at(name));
    file_.set_attribute(at(name), "NX_class", "NXdata");
    file_.set_attribute(at(name), "signal", "intensity");
    file_.set_attribute(at(name), "axes", std::vector<std::string>{"t_ps", "."});
    file_.write(at("speckle/t_ps"), series_.time_ps);
    file_.set_attribute(at("speckle/t_ps"), "units", "ps");
    // Columns of a matrix lie one after the other: these are the rows (frames) of the dataset.
    file_.write(at("speckle/intensity"), std::vector<float>(intensity.data(), intensity.data() + intensity.size()),
                {static_cast<std::uint64_t>(intensity.cols()), static_cast<std::uint64_t>(intensity.rows())});
    file_.set_attribute(at("speckle/intensity"), "long_name", "I(q, t)");
    note(name, {{"normalisation",
                 fmt::format("|rho_x(q,t)|^2 divided by its smooth mean over |q| and all frames: in each of the equal ranges of |q|, at most {:g} 1/A wide, "
                             "a parabola, or the mean of a range with fewer than 50 vectors: the mean is about 1",
                             speckle_range_inv_A)},
                {"columns", "the vectors of q_set"}});
  }

  void write_partials() {
    const auto names = pair_names(data_.species);
    auto table = empty_table(names.size());
    for (std::size_t w = 0; w < waiting_times(); ++w) {
      const auto cut = flat(partial_cut(series_, data_.amplitudes.atoms, data_.self[w].start_frame, starts(w), data_.max_lag));
      std::copy(cut.begin(), cut.end(), table.begin() + w * lags() * names.size());
    }
    write_table("partial_scattering", "F", "Partial intermediate scattering F_ab(q; t_w, t)",
                "F_ab(q; t_w, t)", table, {}, "pairs", names);
    note("partial_scattering",
         {{"cut", std::string(cut_note) + window_note},
          {"normalisation",
           "<Re rho_a(t1) conj(rho_b(t2))> over q / sqrt(N_a N_b); for a != b the mean of both orders"}});
  }

  void write_self() {
    const std::size_t species = data_.species.size();
    auto table = empty_table(species), error = empty_table(species);
    for (std::size_t w = 0; w < waiting_times(); ++w) {
      std::copy(data_.self[w].mean.begin(), data_.self[w].mean.end(), table.begin() + w * lags() * species);
      std::copy(data_.self[w].error.begin(), data_.self[w].error.end(), error.begin() + w * lags() * species);
    }
    write_table("self_scattering", "f", "Self intermediate scattering F_s(q; t_w, t)", "F_s(q; t_w, t)",
                table, error, "species", data_.species);
    file_.set_attribute(at("self_scattering"), "vectors", data_.self_vectors);
    note("self_scattering",
         {{"cut", cut_note},
          {"normalisation", "mean over atoms and q vectors of cos(q . dr), relative to the centre of mass"},
          {"errors", "standard error of the mean over q vectors"}});
  }

  void write_table(const std::string& group, const std::string& signal, const std::string& title,
                   const std::string& label, const std::vector<double>& values,
                   const std::vector<double>& errors, const std::string& columns,
                   const std::vector<std::string>& names) {
    h5::write_nxdata(file_, at(group),
                     {.title = titled(title),
                      .signal = {.name = signal,
                                 .units = "",
                                 .long_name = label,
                                 .values = values,
                                 .dims = {waiting_times(), lags(), names.size()},
                                 .errors = errors},
                      .axes = {waiting_axis(), lag_axis(), {}}});
    file_.write_texts(at(group) + "/" + columns, names);
  }

  void write_q_set() {
    const QSet& set = data_.set;
    std::vector<int> miller;
    for (const auto& n : set.miller) miller.insert(miller.end(), n.begin(), n.end());
    file_.create_group(at("q_set"));
    file_.set_attribute(at("q_set"), "NX_class", "NXcollection");
    file_.write(at("q_set/miller"), miller, {set.miller.size(), 3});
    write_q("q_inv_A", set.q_inv_A, {set.miller.size()});
    write_q("q_end_inv_A", data_.amplitudes.q_end_inv_A, {set.miller.size()});
    write_q("q0_inv_A", {set.q0_inv_A}, {});
    write_q("width_inv_A", {set.width_inv_A}, {});
    write_form_factors(file_, at("q_set"), data_.amplitudes, data_.species);
    file_.set_attribute(at("q_set"), "available_vectors", set.available);
    describe_amplitudes(file_, at("q_set"), data_.amplitudes);
  }
  void write_q(const std::string& name, const std::vector<double>& values, const h5::Dims& dims) {
    file_.write(at("q_set/" + name), values, dims);
    file_.set_attribute(at("q_set/" + name), "units", "1/angstrom");
  }

  h5::File& file_;
  std::string group_;
  const XpcsData& data_;
  const ModeSeries& series_;
  std::vector<double> lag_ps_, waiting_ps_, requested_ps_;
};

}  // namespace

void write_xpcs(h5::File& file, const std::string& group, const XpcsData& data) {
  Writer(file, group, data).write();
}

}  // namespace patina
