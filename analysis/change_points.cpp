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
double transition_penalty(int values) { return 2.0 * std::log(static_cast<double>(values)); }

double cost_of(const SegmentCost& cost, const std::vector<SegmentChange>& changes, int values) {
  double sum = 0.0;
  int begin = 0;
  for (const auto& change : changes) {
    sum += cost(begin, change.end);
    begin = change.begin;
  }
  return sum + cost(begin, values);
}

int transitions_of(const std::vector<SegmentChange>& changes) {
  return static_cast<int>(std::count_if(changes.begin(), changes.end(), [](const SegmentChange& change) { return change.has_transition(); }));
}

RegimeModel model_of_segments(const RateSeries& series, SegmentShape shape, const std::vector<SegmentChange>& changes) {
  RegimeModel model;
  model.name = shape == SegmentShape::level ? "levels" : "lines";
  model.changes = static_cast<int>(changes.size());
  model.chi_squared = cost_of(SegmentCost(series, shape), changes, size_of(series));
  const int transitions = transitions_of(changes);
  model.parameters = parameters_of(shape) * (model.changes + 1) + model.changes + transitions;
  model.bic = model.chi_squared + parameters_of(shape) * std::log(static_cast<double>(size_of(series))) + model.changes * penalty(shape, size_of(series)) +
              transitions * transition_penalty(size_of(series));
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

// Halfway between the segments: the middle of the block of transition, if there is one.
double time_of(const RateSeries& series, const SegmentChange& change) {
  return 0.5 * (series.time[static_cast<std::size_t>(change.end) - 1] + series.time[static_cast<std::size_t>(change.begin)]);
}

struct Line {
  double level = 0.0, slope = 0.0, middle = 0.0, error = 0.0;
  double slope_error = 0.0;
  double shared_error = 0.0;  // of the level, by the exponent; with a sign
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
  if (series.by_log_exponent.size() > 0)
    for (int i = begin; i < end; ++i) line.shared_error += series.log_exponent_error * series.by_log_exponent[i] / (std::pow(series.sigma[i], 2) * w);
  if (shape == SegmentShape::level) return line;
  each([&](double weight, double x, double value) {
    tt += weight * (x - line.middle) * (x - line.middle);
    ty += weight * (x - line.middle) * value;
  });
  line.slope = ty / tt;
  line.slope_error = 1.0 / std::sqrt(tt);
  return line;
}

// A sudden change within a block leaves there a rate between those before and after. What lies outside both is no transition.
bool is_between(const RateSeries& series, SegmentShape shape, const std::vector<SegmentChange>& changes, std::size_t which) {
  const auto& change = changes[which];
  const int first = which > 0 ? changes[which - 1].begin : 0, last = which + 1 < changes.size() ? changes[which + 1].end : size_of(series);
  const double t = series.time[static_cast<std::size_t>(change.end)], value = series.log_tau[change.end];
  const double before = line_of(series, shape, first, change.end).at(t), after = line_of(series, shape, change.begin, last).at(t);
  return std::min(before, after) <= value && value <= std::max(before, after);
}

// The best segments all of whose transitions go from one rate to the other.
std::vector<SegmentChange> segments_of(const RateSeries& series, SegmentShape shape) {
  std::vector<bool> barred(static_cast<std::size_t>(size_of(series)), false);
  while (true) {
    const auto changes = pelt(series, shape, barred);
    bool good = true;
    for (std::size_t k = 0; k < changes.size(); ++k)
      if (changes[k].has_transition() && !is_between(series, shape, changes, k)) {
        barred[static_cast<std::size_t>(changes[k].end)] = true;
        good = false;
      }
    if (good) return changes;
  }
}

// The places within which the likelihood holds so much of itself, between the changes on either side.
ChangePoint place_of(const RateSeries& series, SegmentShape shape, const std::vector<SegmentChange>& changes, std::size_t which) {
  const SegmentCost cost(series, shape);
  const int begin = which > 0 ? changes[which - 1].begin : 0, end = which + 1 < changes.size() ? changes[which + 1].end : size_of(series);
  const SegmentChange& best = changes[which];
  const auto cost_at = [&](const SegmentChange& change) {
    return cost(begin, change.end) + cost(change.begin, end) + (change.has_transition() ? transition_penalty(size_of(series)) : 0.0);
  };
  std::vector<double> time, likelihood;
  double sum = 0.0;
  const double least = cost_at(best);
  auto moved = changes;
  for (int c = begin + shortest_segment; c + shortest_segment <= end; ++c)
    for (const SegmentChange& change : {SegmentChange{c, c}, SegmentChange{c, c + 1}}) {
      if (change.begin + shortest_segment > end) continue;
      if (change.has_transition()) {
        moved[which] = change;
        if (!is_between(series, shape, moved, which)) continue;  // as in segments_of()
      }
      time.push_back(time_of(series, change));
      likelihood.push_back(std::exp(-0.5 * (cost_at(change) - least)));
      sum += likelihood.back();
    }
  const double half = 0.5 * (series.time[1] - series.time[0]);  // it lies anywhere between two blocks, or in one
  const auto quantile = [&](double part, double beyond) {
    double reached = 0.0;
    for (std::size_t k = 0; k < likelihood.size(); ++k) {
      reached += likelihood[k] / sum;
      if (reached >= part) return time[k] + beyond;
    }
    return time.back() + beyond;
  };
  ChangePoint point;
  point.time = time_of(series, best);
  point.lower_68 = quantile(0.16, -half);
  point.upper_68 = quantile(0.84, half);
  point.lower_95 = quantile(0.025, -half);
  point.upper_95 = quantile(0.975, half);
  const Line before = line_of(series, shape, begin, best.end), after = line_of(series, shape, best.begin, end);
  point.log_ratio = after.at(point.time) - before.at(point.time);
  point.log_ratio_error = std::hypot(after.error_at(point.time), before.error_at(point.time), after.shared_error - before.shared_error);
  return point;
}

// Of the changes in order, none is part of two bursts.
std::vector<Burst> bursts_of(const RateSeries& series, SegmentShape shape, const std::vector<SegmentChange>& changes) {
  constexpr double as_before = 2.0;
  std::vector<Burst> bursts;
  const auto begin_of = [&](std::size_t segment) { return segment > 0 ? changes[segment - 1].begin : 0; };
  const auto end_of = [&](std::size_t segment) { return segment < changes.size() ? changes[segment].end : size_of(series); };
  const auto length_of = [&](std::size_t segment) { return end_of(segment) - begin_of(segment); };
  for (std::size_t k = 0; k + 1 < changes.size(); ++k) {
    if (length_of(k + 1) >= std::min(length_of(k), length_of(k + 2))) continue;
    const Line before = line_of(series, shape, begin_of(k), end_of(k)), within = line_of(series, shape, begin_of(k + 1), end_of(k + 1)), after = line_of(series, shape, begin_of(k + 2), end_of(k + 2));
    const double t = within.middle, around = 0.5 * (before.at(t) + after.at(t));
    if (within.level >= std::min(before.at(t), after.at(t)) || std::abs(after.at(t) - before.at(t)) > as_before * std::hypot(before.error_at(t), after.error_at(t))) continue;
    bursts.push_back({time_of(series, changes[k]), time_of(series, changes[k + 1]), within.level - around,
                      std::hypot(within.error, 0.5 * before.error_at(t), std::hypot(0.5 * after.error_at(t), within.shared_error - before.shared_error))});
    ++k;
  }
  return bursts;
}

std::string times_as_long(double log_ratio, double error, const char* verb) {
  return fmt::format("tau {} {:.3g} +- {:.2g} times as long", verb, std::exp(log_ratio), std::exp(log_ratio) * error);
}

void describe(RegimeVerdict& verdict, const std::string& unit) {
  const auto in_burst = [&](const ChangePoint& change) {
    return std::any_of(verdict.bursts.begin(), verdict.bursts.end(), [&](const Burst& burst) { return change.time == burst.from || change.time == burst.to; });
  };
  const std::size_t changes = verdict.changes.size() - 2 * verdict.bursts.size();
  // By which law tau goes, the clock tells better (clock_laws.hpp).
  verdict.text = changes == 0 ? "no change of regime" : fmt::format("{} change{} of regime:", changes, changes > 1 ? "s" : "");
  const char* separator = " ";
  for (const auto& change : verdict.changes) {
    if (in_burst(change)) continue;
    verdict.text += fmt::format("{}at {:.4g} {} ({:.4g}-{:.4g}) {}", separator, change.time, unit, change.lower_68, change.upper_68, times_as_long(change.log_ratio, change.log_ratio_error, "becomes"));
    separator = ", ";
  }
  for (const auto& burst : verdict.bursts)
    verdict.text += fmt::format("; a burst from {:.4g} to {:.4g} {}, in which {}", burst.from, burst.to, unit, times_as_long(burst.log_ratio, burst.log_ratio_error, "is"));
}

}  // namespace

std::vector<SegmentChange> pelt(const RateSeries& series, SegmentShape shape, const std::vector<bool>& barred) {
  const SegmentCost cost(series, shape);
  const int n = size_of(series);
  const double price = penalty(shape, n), infinite = std::numeric_limits<double>::infinity();
  // Of the best segments of values 0 .. end - 1; of the best ones and a change, where the next segment begins.
  std::vector<double> best(static_cast<std::size_t>(n) + 1, infinite), start(static_cast<std::size_t>(n) + 1, infinite);
  std::vector<int> last(static_cast<std::size_t>(n) + 1, 0), end_before(static_cast<std::size_t>(n) + 1, 0), begins{0};
  const auto at = [](auto& values, int index) -> auto& { return values[static_cast<std::size_t>(index)]; };
  at(start, 0) = 0.0;
  const auto total = [&](int begin, int end) { return at(start, begin) + cost(begin, end); };
  for (int end = shortest_segment; end <= n; ++end) {
    // What was worse by more than a penalty before the last possible segment can never become best: a longer segment costs at least as much
    // as its parts.
    if (const int cut = end - shortest_segment; cut > 0) std::erase_if(begins, [&](int begin) { return begin < cut && total(begin, cut) > at(best, cut) + price; });
    if (const int next = end - shortest_segment; next >= shortest_segment) {
      const double with_transition = barred.empty() || !barred[static_cast<std::size_t>(next) - 1] ? at(best, next - 1) + transition_penalty(n) : infinite;
      at(start, next) = std::min(at(best, next), with_transition) + price;
      at(end_before, next) = with_transition < at(best, next) ? next - 1 : next;
      begins.push_back(next);
    }
    for (const int begin : begins)
      if (total(begin, end) < at(best, end)) {
        at(best, end) = total(begin, end);
        at(last, end) = begin;
      }
  }
  std::vector<SegmentChange> changes;
  for (int begin = last.back(); begin > 0; begin = at(last, at(end_before, begin))) changes.push_back({at(end_before, begin), begin});
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
  std::vector<SegmentChange> changes;
  SegmentShape shape = SegmentShape::level;
  double best = smooth - least_margin;
  for (const SegmentShape tried : {SegmentShape::level, SegmentShape::line}) {
    const auto found = segments_of(series, tried);
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
    const int begin = k > 0 ? changes[k - 1].begin : 0, end = k < changes.size() ? changes[k].end : size_of(series);
    const Line line = line_of(series, shape, begin, end);
    const double from = k > 0 ? verdict.changes[k - 1].time : series.time.front(), to = k < changes.size() ? verdict.changes[k].time : series.time.back();
    verdict.regimes.push_back({from, to, std::exp(line.at(from)), std::exp(line.at(to)), std::hypot(line.error, line.shared_error)});
  }
  verdict.bursts = bursts_of(series, shape, changes);
  describe(verdict, series.unit);
  return verdict;
}

}  // namespace patina
