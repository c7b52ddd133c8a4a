// SPDX-License-Identifier: BSD-3-Clause
#include "score/relaxation_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <set>

#include "core/error.hpp"
#include "score/csv_table.hpp"

namespace patina {
namespace {

constexpr double hottest_K = 1e5, largest_relative_error = 2.0, least_relative_error = 1e-9;
constexpr std::size_t most_rows = 10000;

class Reader {
 public:
  explicit Reader(const std::string& path) : table_(read_csv(path)) {
    out_.path = path;
    for (const char* unit : {"s", "ps"})
      if (table_.column(std::string("tau_") + unit) >= 0) out_.unit = out_.unit.empty() ? unit : "both";
    if (out_.unit.empty() || out_.unit == "both")
      refuse(out_.unit.empty() ? "no column tau_s or tau_ps" : "tau_s and tau_ps: one of them");
  }

  RelaxationTable read() {
    tau_ = needed("tau_" + out_.unit);
    sigma_ = needed("tau_sigma_" + out_.unit);
    temperature_ = column("temperature_K");
    if (temperature_ < 0) temperature_ = column("T_K");
    waiting_ = column("waiting_time_" + out_.unit);
    if (waiting_ < 0 && table_.column(out_.unit == "s" ? "waiting_time_ps" : "waiting_time_s") >= 0) refuse("waiting times and tau differ in their unit: one for all times");
    exponent_ = column("kww_exponent");
    exponent_sigma_ = column("kww_exponent_sigma");
    if (exponent_ >= 0 && exponent_sigma_ < 0) refuse("kww_exponent without kww_exponent_sigma: an exponent without its error cannot be compared");
    equilibrium_ = column("equilibrium");
    out_.has_temperature = temperature_ >= 0;
    out_.has_waiting_time = waiting_ >= 0;
    out_.has_exponent = exponent_ >= 0;
    if (table_.rows.size() > most_rows) refuse(fmt::format("{} rows, at most {}: relaxation times are fewer", table_.rows.size(), most_rows));
    for (std::size_t row = 0; row < table_.rows.size(); ++row) out_.rows.push_back(row_at(row));
    if (out_.rows.empty()) refuse("no rows");
    std::vector<std::string> unread;
    for (const std::string& name : table_.names)
      if (!used_.count(name)) unread.push_back(name);
    if (!unread.empty()) out_.notes.push_back(fmt::format("ignored: columns {}", fmt::join(unread, ", ")));
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}; it has {}; a table of relaxation times has tau_s, tau_sigma_s and temperature_K or waiting_time_s (times also in _ps), "
                                                 "kww_exponent, kww_exponent_sigma, equilibrium",
                                                 table_.path, what, fmt::join(table_.names, ", ")));
  }
  int column(const std::string& name) {
    const int at = table_.column(name);
    if (at >= 0) used_.insert(name);
    return at;
  }
  int needed(const std::string& name) {
    const int at = column(name);
    if (at < 0) refuse("no column " + name);
    return at;
  }
  double value(std::size_t row, int at, bool allowed(double), const char* what) const {
    const double v = table_.rows[row][static_cast<std::size_t>(at)];
    if (!allowed(v)) table_.fail(row, at, what);
    return v;
  }

  RelaxationRow row_at(std::size_t row) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    RelaxationRow out;
    out.place = fmt::format("{}:{}", table_.path, table_.lines[row]);
    const auto positive = [](double v) { return v > 0.0; };
    out.tau = value(row, tau_, positive, "above 0");
    out.log_error = value(row, sigma_, positive, "above 0: a point without its error cannot be weighed") / out.tau;
    if (out.log_error > largest_relative_error) table_.fail(row, sigma_, fmt::format("no more than {:g} times tau, which else is not known", largest_relative_error));
    if (out.log_error < least_relative_error) table_.fail(row, sigma_, fmt::format("at least {:g} times tau: nothing is known better", least_relative_error));
    out.temperature_K = temperature_ < 0 ? none : value(row, temperature_, [](double v) { return v > 0.0 && v <= hottest_K; }, "above 0 and at most 1e5 K");
    out.waiting_time = waiting_ < 0 ? none : value(row, waiting_, [](double v) { return v >= 0.0; }, "0 or more");
    out.kww_exponent = out.kww_exponent_error = none;
    if (exponent_ >= 0 && std::isfinite(table_.rows[row][static_cast<std::size_t>(exponent_)])) {
      out.kww_exponent = value(row, exponent_, [](double v) { return v > 0.0 && v <= 4.0; }, "above 0 and at most 4");
      out.kww_exponent_error = value(row, exponent_sigma_, positive, "above 0");
    }
    if (equilibrium_ >= 0) out.equilibrium = value(row, equilibrium_, [](double v) { return v == 0.0 || v == 1.0; }, "0 or 1") == 1.0;
    return out;
  }

  CsvTable table_;
  RelaxationTable out_;
  std::set<std::string> used_;
  int tau_ = -1, sigma_ = -1, temperature_ = -1, waiting_ = -1, exponent_ = -1, exponent_sigma_ = -1, equilibrium_ = -1;
};

}  // namespace

RelaxationTable read_relaxation_table(const std::string& path) { return Reader(path).read(); }

bool is_tau_of_temperature(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line(4096, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  std::size_t begin = line.starts_with("\xEF\xBB\xBF") ? 3 : 0;  // byte order mark of UTF-8
  while (begin < line.size() && (line[begin] == '#' || line[begin] == '\n' || line[begin] == '\r')) begin = std::min(line.find('\n', begin), line.size() - 1) + 1;
  const std::string names = line.substr(begin, line.find_first_of("\r\n", begin) - begin);
  const auto has = [&](const char* name) { return names.find(name) != std::string::npos; };
  return (has("temperature_K") || has("T_K")) && has("tau_") && !has("waiting_time");
}

}  // namespace patina
