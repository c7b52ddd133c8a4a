// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/relaxation_analysis.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/lag_covariance.hpp"

namespace patina {
namespace {

constexpr int age_windows = 4;
constexpr double just_beyond = 1.0 + 1e-9;  // a lag of 0.4 ps is not later than 0.4 ps, whatever its rounding
constexpr int lags_per_decade = 16;
constexpr int least_replicas_for_jackknife = 4;

std::vector<double> row_of(const Eigen::MatrixXd& matrix, Eigen::Index row) {
  const Eigen::VectorXd values = matrix.row(row);
  return {values.data(), values.data() + values.size()};
}

// Fits once with independent errors for the kernel, then again with the errors that this kernel implies.
KwwFit fit_curve(KwwData data, const RelaxationOptions& options) {
  KwwOptions kww;
  kww.t_min_ps = options.fit_after_ps * just_beyond;
  kww.exponent_if_unidentifiable = options.exponent_if_unidentifiable;
  kww.amplitude_max = 1.0;
  const KwwFit first = fit_kww(data, kww);
  if (first.status == KwwStatus::refused) return first;
  const double amplitude = std::min(first.amplitude.value, 1.0);
  data.covariance = gaussian_mode_covariance(data.t_ps, data.sigma, [&](double t) {
    if (t == 0.0) return 1.0;
    return amplitude * std::exp(-std::pow(t / first.tau_ps.value, first.kww_exponent.value));
  });
  kww.weighting = KwwWeighting::sandwich;
  return fit_kww(data, kww);
}

WaitingTimeFit fit_one(double waiting_time_ps, const KwwData& data, const RelaxationOptions& options) {
  return {waiting_time_ps, fit_curve(data, options), find_plateau(data), {}};
}

KwwData points_of(const CorrelationCurves& curves, const RelaxationData& data, std::size_t w) {
  return {data.lag_ps, row_of(curves.f, w), row_of(curves.f_errors, w), {}};
}

CurveFits fit_curves(const CorrelationCurves& curves, const RelaxationData& data,
                     const RelaxationOptions& options) {
  CurveFits out;
  out.curves = curves;
  for (std::size_t w = 0; w < data.waiting_time_ps.size(); ++w)
    out.fits.push_back(fit_one(data.waiting_time_ps[w], points_of(curves, data, w), options));
  return out;
}

// All replicas but one, for each in turn; nothing if they are too few to tell their scatter.
std::vector<RelaxationData> delete_one(const std::vector<RelaxationData>& replicas) {
  std::vector<RelaxationData> without;
  const auto n = static_cast<int>(replicas.size());
  for (int left_out = 0; left_out < n && n >= least_replicas_for_jackknife; ++left_out)
    without.push_back(merge_replicas(replicas, left_out));
  return without;
}

// `partial` holds the same fits as `fits`, with one replica left out at a time.
void add_scatter(std::vector<WaitingTimeFit>& fits, const std::vector<std::vector<WaitingTimeFit>>& partial) {
  if (partial.empty()) return;
  for (std::size_t w = 0; w < fits.size(); ++w) {
    std::vector<double> log_tau, exponent, amplitude, log_mean_tau, plateau;
    for (const auto& part : partial) {
      const KwwFit& fit = part[w].fit;  // NaN where the decay is too incomplete
      log_tau.push_back(std::log(fit.tau_ps.value));
      exponent.push_back(fit.kww_exponent.value);
      amplitude.push_back(fit.amplitude.value);
      log_mean_tau.push_back(std::log(fit.mean_tau_ps));
      plateau.push_back(part[w].plateau.value);
    }
    fits[w].scatter = {jackknife_error(log_tau), jackknife_error(exponent), jackknife_error(amplitude),
                       jackknife_error(log_mean_tau), jackknife_error(plateau)};
  }
}

// Length of each of so many windows of age; 0 if f(t1,t2) is not stored or too coarse for cuts.
double age_window(const RelaxationData& data, int windows) {
  const auto& t = data.field.time;
  return t.size() < 16 || !(data.speckles > 0.0) ? 0.0 : (t.back() - t.front()) / windows;
}

// Age-centred cuts of f(t1,t2). Their errors take every window as one measurement of so many Gaussian modes as there are speckles,
// which is an upper limit: averaging over the window only makes them smaller.
std::vector<WaitingTimeFit> fit_age_centred(const RelaxationData& data, int windows, const RelaxationOptions& options) {
  std::vector<WaitingTimeFit> fits;
  const double width_ps = age_window(data, windows);
  for (int k = 0; k < windows && width_ps > 0.0; ++k) {
    const double low = data.field.time.front() + k * width_ps;
    const auto cut = logarithmic_lags(cut_age_centred(data.field, low, low + width_ps), lags_per_decade);
    KwwData points{cut.lag, cut.value, {}, {}};
    for (const double f : cut.value)
      points.sigma.push_back(std::max(1.0 - f * f, 1e-2) / std::sqrt(2.0 * data.speckles));
    fits.push_back(fit_one(low + 0.5 * width_ps, points, options));
  }
  return fits;
}

// Of `data` (all replicas, or all but one) at the waiting times whose own fit was possible.
CommonShapeFit fit_together(const CurveFits& fits, const RelaxationData& data, const RelaxationOptions& options) {
  std::vector<AgedCurve> curves;
  for (std::size_t w = 0; w < fits.fits.size(); ++w) {
    const auto& one = fits.fits[w];
    if (one.fit.status == KwwStatus::fitted)
      curves.push_back({one.waiting_time_ps, points_of(data.coherent, data, w), one.fit.tau_ps.value});
  }
  return fit_common_shape(curves, options.fit_after_ps * just_beyond);
}

std::vector<LeftOutWaitingTime> left_out_of(const CurveFits& coherent) {
  std::vector<LeftOutWaitingTime> left_out;
  for (const auto& one : coherent.fits) {
    if (one.fit.status == KwwStatus::fitted) continue;
    std::string why = "no fit says enough";
    if (one.fit.tau_above_ps > 0.0) why = "tau is too long for the lags";
    if (one.fit.status == KwwStatus::exponent_fixed) why = "the exponent is assumed, so that tau cannot be compared";
    left_out.push_back({one.waiting_time_ps, one.fit.tau_above_ps, std::move(why)});
  }
  return left_out;
}

// The shape moves with the replicas too: the larger error of both. `partial`: with one replica left out at a time.
void add_scatter(CommonShapeFit& shape, const std::vector<CommonShapeFit>& partial) {
  if (partial.empty()) return;
  std::vector<double> exponent, amplitude;
  for (const auto& part : partial) {
    exponent.push_back(part.kww_exponent);
    amplitude.push_back(part.amplitude);
  }
  shape.kww_exponent_error = std::max(shape.kww_exponent_error, jackknife_error(exponent));
  shape.amplitude_error = std::max(shape.amplitude_error, jackknife_error(amplitude));
  for (std::size_t w = 0; w < shape.taus.size(); ++w) {
    std::vector<double> log_tau;
    for (const auto& part : partial) log_tau.push_back(std::log(part.taus[w].tau_ps));
    shape.taus[w].log_error = std::max(shape.taus[w].log_error, jackknife_error(log_tau));
  }
}

// The fits of each curve by itself.
std::vector<AgeingPoint> points_alone(const CurveFits& coherent) {
  std::vector<AgeingPoint> points;
  for (const auto& one : coherent.fits)
    if (one.fit.status == KwwStatus::fitted)
      points.push_back({one.waiting_time_ps, one.fit.tau_ps.value, one.fit.tau_ps.error / one.fit.tau_ps.value});
  return points;
}

// On the fits of common shape if there are any: its uncertainty shifts all tau alike and is no ageing.
AgeingVerdict judge(const CommonShapeFit& shape, const std::vector<CommonShapeFit>& partial, const CurveFits& coherent) {
  if (!shape.found) return judge_ageing(points_alone(coherent), left_out_of(coherent));
  std::vector<AgeingPoint> points;
  for (std::size_t w = 0; w < shape.taus.size(); ++w) {
    const auto& one = shape.taus[w];
    AgeingPoint point{one.waiting_time_ps, one.tau_ps, one.log_error_relative};
    for (const auto& part : partial) point.log_tau_without.push_back(std::log(part.taus[w].tau_ps));
    if (!partial.empty()) point.log_error = std::max(point.log_error, jackknife_error(point.log_tau_without));
    points.push_back(std::move(point));
  }
  return judge_ageing(points, left_out_of(coherent));
}

void fit_all_together(RelaxationAnalysis& relaxation, const std::vector<RelaxationData>& without,
                      const RelaxationOptions& options) {
  relaxation.common_shape = fit_together(relaxation.coherent, relaxation.data, options);
  std::vector<CommonShapeFit> partial;
  for (const auto& data : without) partial.push_back(fit_together(relaxation.coherent, data, options));
  // Fits that hold fewer waiting times cannot be compared one by one.
  const auto differs = [&](const CommonShapeFit& part) { return part.taus.size() != relaxation.common_shape.taus.size(); };
  if (std::any_of(partial.begin(), partial.end(), differs)) partial.clear();
  relaxation.ageing = judge(relaxation.common_shape, partial, relaxation.coherent);
  add_scatter(relaxation.common_shape, partial);
}

// Each curve by itself, as it is stored and cut by age.
void fit_alone(RelaxationAnalysis& relaxation, const std::vector<RelaxationData>& without, const RelaxationOptions& options) {
  relaxation.age_window_ps = age_window(relaxation.data, age_windows);
  relaxation.coherent = fit_curves(relaxation.data.coherent, relaxation.data, options);
  relaxation.age_centred = fit_age_centred(relaxation.data, age_windows, options);
  relaxation.halves = fit_age_centred(relaxation.data, 2, options);
  std::vector<std::vector<WaitingTimeFit>> coherent, age_centred, halves;
  for (const auto& data : without) {
    coherent.push_back(fit_curves(data.coherent, data, options).fits);
    age_centred.push_back(fit_age_centred(data, age_windows, options));
    halves.push_back(fit_age_centred(data, 2, options));
  }
  add_scatter(relaxation.coherent.fits, coherent);
  add_scatter(relaxation.age_centred, age_centred);
  add_scatter(relaxation.halves, halves);
}

// Numbers of the lags nearest to a logarithmic grid. In-situ lags are equally spaced: hundreds of late points
// that say the same would outweigh the decay.
std::vector<Eigen::Index> logarithmic_choice(const std::vector<double>& lag_ps) {
  std::vector<Eigen::Index> chosen;
  double next = 0.0;
  const double ratio = std::pow(10.0, 1.0 / lags_per_decade);
  for (std::size_t i = 0; i < lag_ps.size(); ++i) {
    if (lag_ps[i] < next * (1.0 - 1e-9)) continue;
    chosen.push_back(static_cast<Eigen::Index>(i));
    next = lag_ps[i] * ratio;
  }
  return chosen;
}

RelaxationData with_logarithmic_lags(RelaxationData data) {
  const auto chosen = logarithmic_choice(data.lag_ps);
  const auto thin = [&](CorrelationCurves& curves) {
    for (Eigen::MatrixXd* matrix : {&curves.f, &curves.f_errors, &curves.denominator})
      *matrix = Eigen::MatrixXd((*matrix)(Eigen::all, chosen));
  };
  thin(data.coherent);
  for (auto& curves : data.self) thin(curves);
  std::vector<double> lags;
  for (const Eigen::Index i : chosen) lags.push_back(data.lag_ps[i]);
  data.lag_ps = std::move(lags);
  return data;
}

}  // namespace

RelaxationAnalysis analyse_relaxation(const std::vector<RelaxationData>& stored, const RelaxationOptions& options) {
  std::vector<RelaxationData> replicas;
  for (const auto& one : stored) replicas.push_back(with_logarithmic_lags(one));
  RelaxationAnalysis relaxation;
  relaxation.data = merge_replicas(replicas);
  relaxation.replicas = static_cast<int>(replicas.size());
  const auto without = delete_one(replicas);
  fit_alone(relaxation, without, options);
  for (const auto& curves : relaxation.data.self)
    relaxation.self.push_back(fit_curves(curves, relaxation.data, options));
  fit_all_together(relaxation, without, options);
  return relaxation;
}

// fmax leaves out the NaN of a scatter that is not known.
double plateau_error(const WaitingTimeFit& one) { return std::fmax(one.plateau.error, one.scatter.plateau); }

KwwIntervals intervals_68(const WaitingTimeFit& one) {
  // fmin and fmax leave out the NaN of a scatter that is not known.
  const auto linear = [](Interval fit, double value, double scatter) {
    return Interval{std::fmin(fit.lower, value - scatter), std::fmax(fit.upper, value + scatter)};
  };
  const auto logarithmic = [](Interval fit, double value, double scatter) {
    return Interval{std::fmin(fit.lower, value * std::exp(-scatter)), std::fmax(fit.upper, value * std::exp(scatter))};
  };
  const auto of_fit = [](const KwwParameter& p) { return Interval{p.lower, p.upper}; };
  const KwwFit& fit = one.fit;
  const double mean_error = fit.mean_tau_error_ps;
  return {logarithmic(of_fit(fit.tau_ps), fit.tau_ps.value, one.scatter.log_tau),
          linear(of_fit(fit.kww_exponent), fit.kww_exponent.value, one.scatter.exponent),
          linear(of_fit(fit.amplitude), fit.amplitude.value, one.scatter.amplitude),
          logarithmic({fit.mean_tau_ps - mean_error, fit.mean_tau_ps + mean_error}, fit.mean_tau_ps, one.scatter.log_mean_tau)};
}

}  // namespace patina
