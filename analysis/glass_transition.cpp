// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/glass_transition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/error.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

constexpr int max_iterations = 150;
constexpr int large_steps = 50;     // after so many the steps become small
constexpr int rounds_watched = 20;  // of the last: what an iteration that finds no rest flips between
constexpr double rest_K = 0.5;
constexpr int least_rows = 5;
constexpr std::size_t least_replicas = 4;  // for a bootstrap over them
constexpr double usual_start = 0.45;  // Tg over the highest temperature of a quench that begins in the melt

// All rows, ordered by temperature, with weights (bootstrap multiplicities).
struct Rows {
  std::vector<double> temperature, value, weight;
};

struct Row {
  double temperature, value, weight;
};

Rows sorted_rows(std::vector<Row> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.temperature < b.temperature; });
  Rows out;
  for (const Row& row : rows) {
    out.temperature.push_back(row.temperature);
    out.value.push_back(row.value);
    out.weight.push_back(row.weight);
  }
  return out;
}

// Running sums of w, wT, wy, wTT, wTy, wyy: a line over any temperature range costs two look-ups.
class LineFitter {
 public:
  explicit LineFitter(const Rows& rows) : temperature_(rows.temperature), sums_(rows.temperature.size() + 1) {
    origin_ =
        std::accumulate(rows.value.begin(), rows.value.end(), 0.0) / static_cast<double>(rows.value.size());
    for (std::size_t i = 0; i < rows.value.size(); ++i) {
      const double w = rows.weight[i], t = rows.temperature[i], y = rows.value[i] - origin_;
      const std::array<double, 6> terms{w, w * t, w * y, w * t * t, w * t * y, w * y * y};
      for (int k = 0; k < 6; ++k) sums_[i + 1][k] = sums_[i][k] + terms[k];
    }
  }

  double low() const { return temperature_.front(); }
  double high() const { return temperature_.back(); }

  struct Fit {
    StraightLine line;
    double residual = 0.0;  // weighted sum of squares
  };
  std::optional<Fit> fit(double from, double to) const {
    const auto first =
        std::lower_bound(temperature_.begin(), temperature_.end(), from) - temperature_.begin();
    const auto last = std::upper_bound(temperature_.begin(), temperature_.end(), to) - temperature_.begin();
    if (last - first < least_rows) return std::nullopt;
    std::array<double, 6> s{};
    for (int k = 0; k < 6; ++k) s[k] = sums_[last][k] - sums_[first][k];
    if (!(s[0] > 0.0)) return std::nullopt;
    const double tt = s[3] - s[1] * s[1] / s[0], ty = s[4] - s[1] * s[2] / s[0],
                 yy = s[5] - s[2] * s[2] / s[0];
    if (!(tt > 1e-9 * s[3])) return std::nullopt;
    Fit out;
    out.line.slope = ty / tt;
    out.line.intercept = (s[2] - out.line.slope * s[1]) / s[0] + origin_;
    out.residual = yy - ty * ty / tt;
    return out;
  }

 private:
  std::vector<double> temperature_;
  std::vector<std::array<double, 6>> sums_;
  double origin_ = 0.0;  // subtracted from the values, to keep the sums accurate
};

// The knot of the two-segment line (segments free of each other) with the least residual.
double starting_temperature(const LineFitter& curve) {
  const double span = curve.high() - curve.low();
  double best = 0.5 * (curve.low() + curve.high()), least = -1.0;
  for (int k = 3; k <= 34; ++k) {
    const double knot = curve.low() + span * k / 40.0;
    const auto below = curve.fit(curve.low(), knot), above = curve.fit(knot, curve.high());
    if (!below || !above) continue;
    const double residual = below->residual + above->residual;
    if (least < 0.0 || residual < least) {
      least = residual;
      best = knot;
    }
  }
  return best;
}

TwoLineFit fail(TwoLineFit fit, std::string reason) {
  fit.found = false;
  fit.reason = std::move(reason);
  return fit;
}

// The two lines in the windows that belong to `guess`; Tg_K of the result is their intersection.
TwoLineFit lines_around(const LineFitter& curve, const GlassTransitionWindows& windows, double guess) {
  TwoLineFit fit;
  fit.glass_low_K = std::max(windows.glass_low * guess, curve.low());
  fit.glass_high_K = windows.glass_high * guess;
  fit.liquid_low_K = windows.liquid_low * guess;
  fit.liquid_high_K = std::min(windows.liquid_high * guess, curve.high());
  if (fit.glass_high_K - fit.glass_low_K < windows.least_glass * guess)
    return fail(fit,
                fmt::format("the ramp does not reach far enough below {:.0f} K for a glass line", guess));
  if (fit.liquid_high_K - fit.liquid_low_K < windows.least_liquid * guess)
    return fail(fit,
                fmt::format("the ramp does not reach far enough above {:.0f} K for a liquid line", guess));
  const auto glass = curve.fit(fit.glass_low_K, fit.glass_high_K);
  const auto liquid = curve.fit(fit.liquid_low_K, fit.liquid_high_K);
  if (!glass || !liquid) return fail(fit, "too few rows in a window");
  fit.glass = glass->line;
  fit.liquid = liquid->line;
  const double change = fit.liquid.slope - fit.glass.slope;
  // Heat capacity and expansivity are larger in the liquid; without that there is no glass transition to
  // find.
  if (!(change > 0.0))
    return fail(fit, "the slope is not larger in the liquid window than in the glass window");
  fit.Tg_K = (fit.glass.intercept - fit.liquid.intercept) / change;
  fit.found = true;
  if (!(fit.Tg_K > curve.low() && fit.Tg_K < curve.high()))
    return fail(fit, fmt::format("the lines meet at {:.0f} K, outside the ramp", fit.Tg_K));
  return fit;
}

TwoLineFit iterate_from(const LineFitter& curve, const GlassTransitionWindows& windows, double guess) {
  TwoLineFit fit;
  double low = 0.0, high = 0.0;
  for (int iteration = 0; iteration < max_iterations; ++iteration) {
    fit = lines_around(curve, windows, guess);
    if (!fit.found) return fit;
    fit.converged = std::abs(fit.Tg_K - guess) < rest_K;
    fit.flips_low_K = fit.flips_high_K = fit.Tg_K;
    if (fit.converged) return fit;
    const bool first_watched = iteration <= max_iterations - rounds_watched;
    low = first_watched ? fit.Tg_K : std::min(low, fit.Tg_K);
    high = first_watched ? fit.Tg_K : std::max(high, fit.Tg_K);
    // Half a step, as the map may overshoot; then a tenth, as it may be steep.
    guess += (iteration < large_steps ? 0.5 : 0.1) * (fit.Tg_K - guess);
  }
  fit.flips_low_K = low;
  fit.flips_high_K = high;
  return fit;
}

// Why no start led to two lines that meet, in terms of the quench instead of one start's windows.
std::string no_bend(const LineFitter& curve, const GlassTransitionWindows& windows, const std::string& reason) {
  // A Tg below `lowest` leaves no room for a glass line, one above `highest` none for a liquid line.
  const double lowest = curve.low() / (windows.glass_high - windows.least_glass);
  const double highest = curve.high() / (windows.liquid_low + windows.least_liquid);
  if (lowest > usual_start * curve.high())
    return fmt::format("the ramp leaves the sample at {:.0f} K: too high for a glass line of any Tg below {:.0f} K, and the "
                       "curve has no bend above",
                       curve.low(), lowest);
  if (reason.starts_with("the slope") || reason.starts_with("too few")) return reason;  // these say enough by themselves
  return fmt::format("no bend between {:.0f} and {:.0f} K, where this ramp leaves room for a line on both sides", lowest,
                     highest);
}

// A curved liquid branch can lead the first start astray; then fixed ones follow, in this order.
TwoLineFit iterate(const LineFitter& curve, const GlassTransitionWindows& windows, const std::array<double, 6>& starts) {
  TwoLineFit first = iterate_from(curve, windows, starting_temperature(curve));
  if (first.found && first.converged) return first;
  for (const double fraction : starts) {
    const TwoLineFit fit = iterate_from(curve, windows, fraction * curve.high());
    if (fit.found && fit.converged) return fit;
  }
  if (!first.found) first.reason = no_bend(curve, windows, first.reason);
  return first;
}

std::vector<Row> all_rows(const std::vector<QuenchCurve>& replicas) {
  std::vector<Row> rows;
  for (const auto& curve : replicas) {
    require(curve.temperature_K.size() == curve.value.size(), "quench curve: columns differ in length");
    for (std::size_t i = 0; i < curve.value.size(); ++i)
      if (std::isfinite(curve.value[i]) && std::isfinite(curve.temperature_K[i]))
        rows.push_back({curve.temperature_K[i], curve.value[i], 1.0});
  }
  return rows;
}

// Whole numbers 0..count-1, the draws of bootstrap sample `sample`.
class Draws {
 public:
  Draws(std::uint64_t seed, int sample) : seed_(seed), sample_(sample) {}
  std::size_t next(std::size_t count) {
    const auto block = random_block(seed_, Stream::resampling, sample_, next_++);
    return std::min(static_cast<std::size_t>(block.uniform(0) * static_cast<double>(count)), count - 1);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t sample_;
  std::uint64_t next_ = 0;
};

void add_block(const QuenchCurve& curve, std::size_t block, std::size_t count, std::vector<Row>& rows) {
  const std::size_t n = curve.value.size();
  for (std::size_t i = block * n / count; i < (block + 1) * n / count; ++i)
    if (std::isfinite(curve.value[i]) && std::isfinite(curve.temperature_K[i])) rows.push_back({curve.temperature_K[i], curve.value[i], 1.0});
}

// Whole replicas are drawn with replacement: what they scatter holds the noise of each. Of fewer, contiguous blocks of each.
std::vector<Row> resampled_rows(const std::vector<QuenchCurve>& replicas, int blocks, Draws draws) {
  std::vector<Row> rows;
  for (const auto& own : replicas) {
    const bool whole = replicas.size() >= least_replicas;
    const QuenchCurve& curve = whole ? replicas[draws.next(replicas.size())] : own;
    const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(blocks), curve.value.size());
    for (std::size_t draw = 0; draw < count; ++draw) add_block(curve, whole ? draw : draws.next(count), count, rows);
  }
  return rows;
}

// How much too narrow the bootstrap of so few replicas is.
double widening(std::size_t replicas) {
  if (replicas < least_replicas) return 1.0;
  const double n = static_cast<double>(replicas), freedoms = n - 1.0;
  return std::sqrt(n / freedoms) * (1.0 + 0.5 / freedoms + 0.25 / (freedoms * freedoms));  // Student's t at the 68 % limits of a normal
}

double standard_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0.0;
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / (n - 1.0));
}

void bootstrap(const std::vector<QuenchCurve>& replicas, const GlassTransitionOptions& options,
               GlassTransition& result) {
  std::vector<double> samples;
  for (int sample = 0; sample < options.bootstrap_samples; ++sample) {
    auto rows = resampled_rows(replicas, options.blocks, Draws(options.seed, sample));
    const auto fit = iterate(LineFitter(sorted_rows(std::move(rows))), options.windows, options.starts);
    if (fit.found) samples.push_back(fit.Tg_K);
  }
  result.bootstrap_samples = static_cast<int>(samples.size());
  if (samples.size() < 2) return;
  std::sort(samples.begin(), samples.end());
  const auto percentile = [&](double fraction) {
    return samples[static_cast<std::size_t>(fraction * static_cast<double>(samples.size() - 1) + 0.5)];
  };
  const double wide = widening(replicas.size());
  result.bootstrap_of_replicas = replicas.size() >= least_replicas;
  result.bootstrap_low_K = result.fit.Tg_K + wide * (percentile(0.158655) - result.fit.Tg_K);
  result.bootstrap_high_K = result.fit.Tg_K + wide * (percentile(0.841345) - result.fit.Tg_K);
  result.bootstrap_error_K = wide * standard_deviation(samples);
}

// Three choices for each edge that matters: 81 windows around the pinned one.
void window_family(const LineFitter& curve, const GlassTransitionOptions& options, GlassTransition& result) {
  const WindowFamily& family = options.family;
  GlassTransitionWindows windows = options.windows;
  for (const double glass_low : family.glass_low)
    for (const double glass_high : family.glass_high)
      for (const double liquid_low : family.liquid_low)
        for (const double liquid_high : family.liquid_high) {
          ++result.family_tried;
          windows.glass_low = glass_low;
          windows.glass_high = glass_high;
          windows.liquid_low = liquid_low;
          windows.liquid_high = liquid_high;
          const auto fit = iterate(curve, windows, options.starts);
          if (fit.found) result.family_K.push_back(fit.Tg_K);
        }
  if (result.family_K.empty()) return;
  const auto [low, high] = std::minmax_element(result.family_K.begin(), result.family_K.end());
  result.scatter_low_K = *low;
  result.scatter_high_K = *high;
  result.scatter_deviation_K = standard_deviation(result.family_K);
}

void set_range(GlassTransition& result) {
  result.low_K = result.fit.flips_low_K;
  result.high_K = result.fit.flips_high_K;
  const auto include = [&](double low, double high) {
    result.low_K = std::min(result.low_K, low);
    result.high_K = std::max(result.high_K, high);
  };
  if (result.bootstrap_samples > 1) include(result.bootstrap_low_K, result.bootstrap_high_K);
  if (!result.family_K.empty()) include(result.scatter_low_K, result.scatter_high_K);
}

}  // namespace

GlassTransitionOptions heating_options() {
  GlassTransitionOptions options;
  options.windows = {0.45, 0.80, 1.20, 1.60, 0.15, 0.08};
  options.family = {{0.40, 0.45, 0.50}, {0.75, 0.80, 0.85}, {1.15, 1.20, 1.25}, {1.40, 1.60, 2.00}};
  options.starts = {0.70, 0.60, 0.80, 0.50, 0.65, 0.40};  // a scan ends not far above
  return options;
}

TwoLineFit fit_two_lines(const std::vector<QuenchCurve>& replicas, const GlassTransitionOptions& options) {
  auto rows = all_rows(replicas);
  if (rows.size() < 2 * least_rows) return fail({}, "too few rows in the ramp");
  return iterate(LineFitter(sorted_rows(std::move(rows))), options.windows, options.starts);
}

GlassTransition estimate_glass_transition(const std::vector<QuenchCurve>& replicas,
                                          const GlassTransitionOptions& options) {
  GlassTransition result;
  result.replicas = static_cast<int>(replicas.size());
  result.windows = options.windows;
  result.fit = fit_two_lines(replicas, options);
  if (!result.fit.found) return result;
  window_family(LineFitter(sorted_rows(all_rows(replicas))), options, result);
  bootstrap(replicas, options, result);
  set_range(result);
  return result;
}

}  // namespace patina
