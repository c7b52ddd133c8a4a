// SPDX-License-Identifier: BSD-3-Clause
// Plain tables (docs/score.md lists their columns).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.hpp"
#include "score/answer_readers.hpp"
#include "score/csv_table.hpp"

namespace patina {
namespace {

constexpr std::pair<const char*, TimeUnit> units[] = {{"_s", TimeUnit::seconds}, {"_ps", TimeUnit::picoseconds}, {"_frames", TimeUnit::frames}};
constexpr std::pair<const char*, Quantity> quantities[] = {
    {"g2", Quantity::g2}, {"c", Quantity::g2}, {"g2_minus_1", Quantity::g2_minus_1}, {"c_minus_1", Quantity::g2_minus_1}, {"f_squared", Quantity::f_squared}, {"f", Quantity::f}};
constexpr std::size_t most_times = 4096;

class Reader {
 public:
  explicit Reader(const std::string& path) : table_(read_csv(path)) {
    answer_.path = path;
    find_unit();
  }

  Answer read() {
    const int event = time_column("event_time"), t1 = time_column("t1"), t2 = time_column("t2"), lag = time_column("lag");
    const bool of_parameters = time_column("tau") >= 0 || time_column("tau_intensity") >= 0 || column("kww_exponent") >= 0;
    const int kinds = (event >= 0) + (t1 >= 0 && t2 >= 0) + (lag >= 0) + of_parameters;
    if (kinds != 1)
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: columns {}: {} kind(s) of answer, must be one: lag_s with g2; t1_s and t2_s with c; waiting_time_s with tau_s or "
                              "kww_exponent; event_time_s (times also in _ps or _frames; docs/score.md)",
                              table_.path, fmt::join(table_.names, ", "), kinds));
    if (event >= 0)
      read_events(event);
    else if (lag >= 0)
      read_g2(lag);
    else if (of_parameters)
      read_parameters();
    else
      read_two_time(t1, t2);
    if (missing_ > 0) answer_.notes.push_back(fmt::format("ignored: {} values that are no numbers", missing_));
    std::vector<std::string> unread;
    for (const std::string& name : table_.names)
      if (!used_.count(name)) unread.push_back(name);
    if (!unread.empty()) answer_.notes.push_back(fmt::format("ignored: columns {}", fmt::join(unread, ", ")));
    return std::move(answer_);
  }

 private:
  void find_unit() {
    std::string first;
    for (const std::string& name : table_.names)
      for (const char* base : {"event_time", "t1", "t2", "lag", "first_lag", "last_lag", "waiting_time", "tau", "tau_sigma", "tau_intensity"})
        for (const auto& [suffix, unit] : units) {
          if (name != std::string(base) + suffix) continue;
          if (!first.empty() && !(answer_.unit == unit))
            throw Error(ExitCode::bad_input, fmt::format("{}: columns '{}' and '{}' differ in their unit: one for all times", table_.path, first, name));
          first = name;
          answer_.unit = unit;
        }
  }
  int column(const std::string& name) {
    const int at = table_.column(name);
    if (at >= 0) used_.insert(name);
    return at;
  }
  int time_column(const std::string& base) {
    for (const auto& [suffix, unit] : units)
      if (const int at = column(base + suffix); at >= 0) return at;
    return -1;
  }
  int required(int at, const std::string& what) const {
    if (at < 0) throw Error(ExitCode::bad_input, fmt::format("{}: no column {}; it has {}", table_.path, what, fmt::join(table_.names, ", ")));
    return at;
  }
  std::pair<int, Quantity> value_column(const char* what) {
    std::pair<int, Quantity> found{-1, Quantity::g2};
    for (const auto& [name, quantity] : quantities)
      if (const int at = column(name); at >= 0) {
        if (found.first >= 0) throw Error(ExitCode::bad_input, fmt::format("{}: columns '{}' and '{}': one of them", table_.path, table_.names[static_cast<std::size_t>(found.first)], name));
        found = {at, quantity};
      }
    required(found.first, what);
    return found;
  }
  // NaN without such a column.
  double at(std::size_t row, int column) const { return column < 0 ? not_told : table_.rows[row][static_cast<std::size_t>(column)]; }
  double finite(std::size_t row, int column, double least, const char* allowed) const {
    const double x = at(row, column);
    if (!(x >= least)) table_.fail(row, column, allowed);
    return x;
  }
  double q_of(std::size_t row, int column) const { return column < 0 ? not_told : finite(row, column, 1e-9, "a q above 0, in 1/A"); }
  // q and phi, 0 for what no column tells.
  std::pair<double, double> place_of(std::size_t row, int q, int phi) const {
    if (phi >= 0 && !std::isfinite(at(row, phi))) table_.fail(row, phi, "an angle in degrees");
    return {q < 0 ? 0.0 : q_of(row, q), phi < 0 ? 0.0 : at(row, phi)};
  }
  double sigma_of(std::size_t row, int column) const {
    const double x = at(row, column);
    if (x < 0.0) table_.fail(row, column, "a standard error, 0 or more (0 or empty: none)");
    return x;
  }

  void read_g2(int lag) {
    answer_.recognised_as = "table of g2";
    const int q = column("q_inv_A"), phi = column("phi_deg"), sigma = column("sigma"), averaged = column("averaged_frames"), first = time_column("first_lag"), last = time_column("last_lag");
    const auto [value, quantity] = value_column("g2, g2_minus_1, f_squared or f");
    if ((first < 0) != (last < 0)) throw Error(ExitCode::bad_input, fmt::format("{}: first_lag and last_lag: both or none", table_.path));
    std::map<std::pair<double, double>, G2Answer> shells;
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      G2Answer& one = shells[place_of(row, q, phi)];
      one.q_inv_A = q_of(row, q);
      one.phi_deg = at(row, phi);
      one.quantity = quantity;
      LagBin bin;
      bin.lag = finite(row, lag, 0.0, "a lag, 0 or more");
      if (averaged >= 0) {
        const double m = at(row, averaged);
        if (!(m >= 1.0 && m < 1e9 && m == std::floor(m))) table_.fail(row, averaged, "a whole number of frames, 1 or more");
        bin.averaged_frames = static_cast<int>(m);
      }
      if (first >= 0) {
        bin.first = finite(row, first, 0.0, "a lag, 0 or more");
        bin.last = finite(row, last, bin.first, "a lag, not before first_lag");
      }
      missing_ += std::isnan(at(row, value));
      one.bins.push_back(bin);
      one.value.push_back(at(row, value));
      one.sigma.push_back(sigma_of(row, sigma));
    }
    for (auto& [key, one] : shells) answer_.g2.push_back(std::move(one));
    if (averaged < 0 && first < 0) answer_.notes.push_back("lags are taken as single ones, correlated frame by frame (columns averaged_frames, or first_lag and last_lag, say otherwise)");
    if (answer_.g2.empty()) throw Error(ExitCode::bad_input, table_.path + ": has no rows");
  }

  void read_two_time(int t1, int t2) {
    answer_.recognised_as = "table of C(t1, t2)";
    const int q = column("q_inv_A"), phi = column("phi_deg"), sigma = column("sigma");
    const auto [value, quantity] = value_column("c, c_minus_1, f_squared or f");
    std::map<std::pair<double, double>, std::vector<std::size_t>> shells;  // rows of each
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      for (const int t : {t1, t2}) finite(row, t, 0.0, "a time, 0 or more");
      shells[place_of(row, q, phi)].push_back(row);
    }
    for (const auto& [shell, rows] : shells) {
      TwoTimeAnswer one;
      one.q_inv_A = q_of(rows.front(), q);
      one.phi_deg = at(rows.front(), phi);
      one.quantity = quantity;
      for (const std::size_t row : rows) one.time.insert(one.time.end(), {at(row, t1), at(row, t2)});
      std::sort(one.time.begin(), one.time.end());
      one.time.erase(std::unique(one.time.begin(), one.time.end()), one.time.end());
      if (one.time.size() > most_times) throw Error(ExitCode::bad_input, fmt::format("{}: {} different times: at most {}", table_.path, one.time.size(), most_times));
      const auto n = static_cast<Eigen::Index>(one.time.size());
      one.value = Eigen::MatrixXf::Constant(n, n, std::nanf(""));
      if (sigma >= 0) one.sigma = one.value;
      const auto index = [&](double t) { return std::lower_bound(one.time.begin(), one.time.end(), t) - one.time.begin(); };
      for (const std::size_t row : rows) {
        const Eigen::Index i = index(at(row, t1)), j = index(at(row, t2));
        one.value(std::min(i, j), std::max(i, j)) = static_cast<float>(at(row, value));
        if (sigma >= 0) one.sigma(std::min(i, j), std::max(i, j)) = static_cast<float>(sigma_of(row, sigma));
      }
      answer_.two_time.push_back(std::move(one));
    }
    if (answer_.two_time.empty()) throw Error(ExitCode::bad_input, table_.path + ": has no rows");
  }

  void read_parameters() {
    answer_.recognised_as = "table of tau and exponents";
    const int q = column("q_inv_A"), waiting = time_column("waiting_time"), field = time_column("tau"), intensity = time_column("tau_intensity");
    const int sigma = time_column("tau_sigma"), exponent = column("kww_exponent"), exponent_sigma = column("kww_exponent_sigma");
    if (field >= 0 && intensity >= 0) throw Error(ExitCode::bad_input, table_.path + ": columns of tau and of tau_intensity: one of them");
    if (intensity >= 0) required(exponent, "kww_exponent, without which tau_intensity cannot become that of the field");
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      TauAnswer one;
      one.q_inv_A = q_of(row, q);
      one.waiting_time = waiting < 0 ? 0.0 : finite(row, waiting, 0.0, "a time, 0 or more");
      one.kww_exponent = at(row, exponent);
      one.kww_exponent_sigma = sigma_of(row, exponent_sigma);
      one.tau = at(row, std::max(field, intensity));
      one.tau_sigma = sigma_of(row, sigma);
      for (const int positive : {std::max(field, intensity), exponent})
        if (at(row, positive) <= 0.0) table_.fail(row, positive, "above 0");
      missing_ += std::isnan(one.tau) && std::isnan(one.kww_exponent);
      if (intensity >= 0) {
        const double longer = std::pow(2.0, 1.0 / one.kww_exponent);
        one.tau *= longer;
        one.tau_sigma *= longer;
      }
      answer_.tau.push_back(one);
    }
    if (waiting < 0) answer_.notes.push_back("no column waiting_time: tau is compared with that of the first frame");
    if (answer_.tau.empty()) throw Error(ExitCode::bad_input, table_.path + ": has no rows");
  }

  void read_events(int event) {
    answer_.recognised_as = "table of events";
    answer_.event_times.emplace();
    for (std::size_t row = 0; row < table_.rows.size(); ++row) answer_.event_times->push_back(finite(row, event, 0.0, "a time, 0 or more"));
  }

  CsvTable table_;
  Answer answer_;
  std::set<std::string> used_;
  long missing_ = 0;
};

}  // namespace

Answer read_csv_answer(const std::string& path) { return Reader(path).read(); }

}  // namespace patina
