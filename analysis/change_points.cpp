// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/change_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/ageing_form.hpp"
#include "analysis/least_squares.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

constexpr int shortest_segment = 3, least_values = 10;
constexpr double least_margin = 2.0;  // in BIC, over the best smooth law

// Weighted sums from the beginning, by which the chi^2 of any segment about its level or line costs nothing.
class SegmentCost {
 public:
  SegmentCost(const RateSeries& series, SegmentShape shape) : shape_(shape) {
    const double middle = 0.5 * (series.time.front() + series.time.back());
    sums_.push_back(Sums{});
    for (std::size_t i = 0; i < series.time.size(); ++i) {
      const double w = 1.0 / std::pow(series.sigma[static_cast<Eigen::Index>(i)], 2), t = series.time[i] - middle, y = series.log_tau[static_cast<Eigen::Index>(i)] - series.log_tau[0];
      const Sums& last = sums_.back();
      sums_.push_back({last.w + w, last.t + w * t, last.y + w * y, last.tt + w * t * t, last.ty + w * t * y, last.yy + w * y * y});
    }
  }
  // Of values begin .. end - 1.
  double operator()(int begin, int end) const {
    const Sums &a = sums_[static_cast<std::size_t>(begin)], &b = sums_[static_cast<std::size_t>(end)];
    const double w = b.w - a.w, t = b.t - a.t, y = b.y - a.y;
    const double yy = b.yy - a.yy - y * y / w;
    if (shape_ == SegmentShape::level) return std::max(yy, 0.0);
    const double tt = b.tt - a.tt - t * t / w, ty = b.ty - a.ty - t * y / w;
    return std::max(yy - (tt > 0.0 ? ty * ty / tt : 0.0), 0.0);
  }

 private:
  struct Sums {
    double w = 0.0, t = 0.0, y = 0.0, tt = 0.0, ty = 0.0, yy = 0.0;
  };
  SegmentShape shape_;
  std::vector<Sums> sums_;
};

int size_of(const RateSeries& series) { return static_cast<int>(series.time.size()); }
double parameters_of(SegmentShape shape) { return shape == SegmentShape::level ? 1.0 : 2.0; }
double penalty(SegmentShape shape, int values) { return 2.0 * (parameters_of(shape) + 1.0) * std::log(static_cast<double>(values)); }

double cost_of(const SegmentCost& cost, const std::vector<int>& changes, int values) {
  double sum = 0.0;
  int begin = 0;
  for (const int change : changes) {
    sum += cost(begin, change);
    begin = change;
  }
  return sum + cost(begin, values);
}

RegimeModel model_of_segments(const RateSeries& series, SegmentShape shape, const std::vector<int>& changes) {
  RegimeModel model;
  model.name = shape == SegmentShape::level ? "levels" : "lines";
  model.changes = static_cast<int>(changes.size());
  model.chi_squared = cost_of(SegmentCost(series, shape), changes, size_of(series));
  model.parameters = parameters_of(shape) * (model.changes + 1) + model.changes;
  model.bic = model.chi_squared + parameters_of(shape) * std::log(static_cast<double>(size_of(series))) + model.changes * penalty(shape, size_of(series));
  return model;
}

// A continuous line that bends at inner knots.
RegimeModel smooth_model(const RateSeries& series, int knots) {
  const double first = series.time.front(), step = (series.time.back() - first) / (knots - 1);
  Eigen::MatrixXd design = Eigen::MatrixXd::Zero(size_of(series), knots);
  for (Eigen::Index i = 0; i < design.rows(); ++i)
    for (int k = 0; k < knots; ++k)
      design(i, k) = std::max(0.0, 1.0 - std::abs((series.time[static_cast<std::size_t>(i)] - first) / step - k)) / series.sigma[i];
  const Eigen::VectorXd value = series.log_tau.cwiseQuotient(series.sigma);
  RegimeModel model;
  model.name = fmt::format("smooth ({} knots)", knots);
  model.chi_squared = (design * solve_least_squares(design, value) - value).squaredNorm();
  model.parameters = knots;
  model.bic = model.chi_squared + knots * std::log(static_cast<double>(size_of(series)));
  return model;
}

std::vector<RegimeModel> smooth_models(const RateSeries& series) {
  std::vector<RegimeModel> models{smooth_model(series, 5)};
  if (size_of(series) >= 24) models.push_back(smooth_model(series, 9));
  AgeingData data{series.time, series.log_tau, series.sigma.array().square().matrix().asDiagonal(), series.unit};
  for (auto& t : data.time) t -= series.time.front();
  for (const auto& form : ageing_forms()) {
    if (std::string(form.name) == "piecewise") continue;  // these are levels
    const AgeingLaw law = fit_ageing(form, data);
    models.push_back({law.name, 0, law.chi_squared, static_cast<double>(form.parameters), law.bic});
  }
  return models;
}

double time_before(const RateSeries& series, int value) { return 0.5 * (series.time[static_cast<std::size_t>(value) - 1] + series.time[static_cast<std::size_t>(value)]); }

struct Line {
  double level = 0.0, slope = 0.0, middle = 0.0, error = 0.0;
  double slope_error = 0.0;
  double at(double t) const { return level + slope * (t - middle); }
  double error_at(double t) const { return std::hypot(error, slope_error * (t - middle)); }
};

Line line_of(const RateSeries& series, SegmentShape shape, int begin, int end) {
  double w = 0.0, t = 0.0, y = 0.0, tt = 0.0, ty = 0.0;
  const auto each = [&](auto&& add) {
    for (int i = begin; i < end; ++i) add(1.0 / std::pow(series.sigma[i], 2), series.time[static_cast<std::size_t>(i)], series.log_tau[i]);
  };
  each([&](double weight, double x, double value) {
    w += weight;
    t += weight * x;
    y += weight * value;
  });
  Line line{y / w, 0.0, t / w, 1.0 / std::sqrt(w)};
  if (shape == SegmentShape::level) return line;
  each([&](double weight, double x, double value) {
    tt += weight * (x - line.middle) * (x - line.middle);
    ty += weight * (x - line.middle) * value;
  });
  line.slope = ty / tt;
  line.slope_error = 1.0 / std::sqrt(tt);
  return line;
}

// The places within which the likelihood holds so much of itself, between the changes on either side.
ChangePoint place_of(const RateSeries& series, SegmentShape shape, const std::vector<int>& changes, std::size_t which) {
  const SegmentCost cost(series, shape);
  const int begin = which > 0 ? changes[which - 1] : 0, end = which + 1 < changes.size() ? changes[which + 1] : size_of(series), best = changes[which];
  std::vector<double> likelihood;
  double sum = 0.0;
  const double least = cost(begin, best) + cost(best, end);
  for (int c = begin + shortest_segment; c + shortest_segment <= end; ++c) {
    likelihood.push_back(std::exp(-0.5 * (cost(begin, c) + cost(c, end) - least)));
    sum += likelihood.back();
  }
  const double half = 0.5 * (series.time[1] - series.time[0]);  // it lies anywhere between two blocks
  const auto quantile = [&](double part, double beyond) {
    double reached = 0.0;
    for (std::size_t k = 0; k < likelihood.size(); ++k) {
      reached += likelihood[k] / sum;
      if (reached >= part) return time_before(series, begin + shortest_segment + static_cast<int>(k)) + beyond;
    }
    return time_before(series, end - shortest_segment) + beyond;
  };
  ChangePoint point;
  point.time = time_before(series, best);
  point.lower_68 = quantile(0.16, -half);
  point.upper_68 = quantile(0.84, half);
  point.lower_95 = quantile(0.025, -half);
  point.upper_95 = quantile(0.975, half);
  const Line before = line_of(series, shape, begin, best), after = line_of(series, shape, best, end);
  point.log_ratio = after.at(point.time) - before.at(point.time);
  point.log_ratio_error = std::hypot(after.error_at(point.time), before.error_at(point.time));
  return point;
}

void describe(RegimeVerdict& verdict, const std::string& unit) {
  if (verdict.changes.empty()) {
    verdict.text = verdict.models.front().name == "constant" ? "no change of regime: tau is constant" : "no change of regime: tau goes smoothly (" + verdict.models.front().name + ")";
    return;
  }
  verdict.text = fmt::format("{} change{} of regime:", verdict.changes.size(), verdict.changes.size() > 1 ? "s" : "");
  const char* separator = " ";
  for (const auto& change : verdict.changes) {
    verdict.text += fmt::format("{}at {:.4g} {} ({:.4g}-{:.4g}) tau becomes {:.3g} +- {:.2g} times as long", separator, change.time, unit, change.lower_68, change.upper_68,
                                std::exp(change.log_ratio), std::exp(change.log_ratio) * change.log_ratio_error);
    separator = ", ";
  }
}

}  // namespace

std::vector<int> pelt(const RateSeries& series, SegmentShape shape) {
  const SegmentCost cost(series, shape);
  const int n = size_of(series);
  const double price = penalty(shape, n);
  std::vector<double> best(static_cast<std::size_t>(n) + 1, std::numeric_limits<double>::infinity());
  std::vector<int> last(static_cast<std::size_t>(n) + 1, 0), begins{0};
  best[0] = -price;
  for (int end = shortest_segment; end <= n; ++end) {
    const auto total = [&](int begin) { return best[static_cast<std::size_t>(begin)] + cost(begin, end); };
    for (const int begin : begins)
      if (total(begin) + price < best[static_cast<std::size_t>(end)]) {
        best[static_cast<std::size_t>(end)] = total(begin) + price;
        last[static_cast<std::size_t>(end)] = begin;
      }
    // What is worse by more than a penalty can never become best: a longer segment costs at least as much as its parts.
    std::erase_if(begins, [&](int begin) { return total(begin) > best[static_cast<std::size_t>(end)] + price; });
    if (const int next = end - shortest_segment + 1; next >= shortest_segment) begins.push_back(next);
  }
  std::vector<int> changes;
  for (int end = last[static_cast<std::size_t>(n)]; end > 0; end = last[static_cast<std::size_t>(end)]) changes.push_back(end);
  std::reverse(changes.begin(), changes.end());
  return changes;
}

RegimeVerdict find_regimes(const RateSeries& series) {
  RegimeVerdict verdict;
  if (size_of(series) < least_values) {
    verdict.reason = series.reason.empty() ? fmt::format("tau is known in {} blocks of time; {} are needed", size_of(series), least_values) : series.reason;
    return verdict;
  }
  require(series.log_tau.size() == size_of(series) && series.sigma.size() == size_of(series), "find_regimes: time, ln tau and sigma differ in length");
  verdict.judged = true;
  verdict.models = smooth_models(series);
  const auto better = [](const RegimeModel& a, const RegimeModel& b) { return a.bic < b.bic; };
  const double smooth = std::min_element(verdict.models.begin(), verdict.models.end(), better)->bic;
  std::vector<int> changes;
  SegmentShape shape = SegmentShape::level;
  double best = smooth - least_margin;
  for (const SegmentShape tried : {SegmentShape::level, SegmentShape::line}) {
    const auto found = pelt(series, tried);
    if (found.empty()) continue;  // that is the constant or the exponential law
    verdict.models.push_back(model_of_segments(series, tried, found));
    if (verdict.models.back().bic >= best) continue;
    best = verdict.models.back().bic;
    changes = found;
    shape = tried;
  }
  std::sort(verdict.models.begin(), verdict.models.end(), better);
  if (changes.empty())  // a model with changes that is better by less than the margin does not come first
    std::stable_partition(verdict.models.begin(), verdict.models.end(), [](const RegimeModel& model) { return model.changes == 0; });
  for (std::size_t k = 0; k < changes.size(); ++k) verdict.changes.push_back(place_of(series, shape, changes, k));
  for (std::size_t k = 0; k <= changes.size() && !changes.empty(); ++k) {
    const int begin = k > 0 ? changes[k - 1] : 0, end = k < changes.size() ? changes[k] : size_of(series);
    const Line line = line_of(series, shape, begin, end);
    const double from = k > 0 ? verdict.changes[k - 1].time : series.time.front(), to = k < changes.size() ? verdict.changes[k].time : series.time.back();
    verdict.regimes.push_back({from, to, std::exp(line.at(from)), std::exp(line.at(to)), line.error});
  }
  describe(verdict, series.unit);
  return verdict;
}

}  // namespace patina
