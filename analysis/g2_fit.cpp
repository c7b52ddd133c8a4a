// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/g2_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "analysis/clock_errors.hpp"
#include "analysis/lag_means.hpp"
#include "analysis/least_squares.hpp"
#include "beamline/channel_covariance.hpp"
#include "beamline/correlation_error.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

constexpr int lags_per_decade = 10, rounds = 3, most_lags = 120;
constexpr double least_probability = 1e-4;
constexpr std::int64_t longest_unknown = 100000;  // frames
constexpr double least_gain = 6.0, loosest = 0.5;
// Of a lag's own variance: lags that all but coincide (a tau far beyond them) have modes whose variance is lost in rounding.
constexpr double least_mode = 1e-6;

bool lies_within(const LagChannel& channel, int frames) {
  if (!channel.is_range() && channel.lag < channel.averaged) return false;
  return frames < 2 || (channel.is_range() ? channel.last : channel.lag + channel.averaged - 1) < frames;
}

// Of the stored lags those nearest to a logarithmic grid, none that reaches beyond the record.
KwwData chosen_points(const SpeckleRecord& record, std::vector<LagChannel>& channels) {
  KwwData data;
  double next = 0.0;
  const MeasuredG2& g2 = record.g2;
  for (std::size_t k = 0; k < g2.lag.size(); ++k) {
    if (!std::isfinite(g2.excess[k]) || g2.lag[k] < next * (1.0 - 1e-9) || !lies_within(g2.channels[k], record.frames)) continue;
    next = g2.lag[k] * std::pow(10.0, 1.0 / lags_per_decade);
    data.t_ps.push_back(g2.lag[k]);
    data.value.push_back(g2.excess[k]);
    data.sigma.push_back(g2.sigma[k]);
    channels.push_back(g2.channels[k]);
  }
  data.means = lag_means(data.t_ps, channels, record.frame_interval);
  return data;
}

struct Decay {
  double contrast, tau, exponent;
};

// The closed form for a decay, of one pixel; a record of so many frames.
Eigen::MatrixXd closed_form(const SpeckleRecord& record, int frames, const std::vector<LagChannel>& channels, const Decay& decay, double photons) {
  const SpeckleSample sample{1.0, std::clamp(decay.contrast, 1e-4, 1.0), photons, record.pixels_per_speckle};
  std::vector<double> field;
  for (int k = 0; k < frames; ++k) field.push_back(std::exp(-std::pow(k * record.frame_interval / decay.tau, decay.exponent)));
  return channel_covariance(frames, channels, most_lags, [&](const std::vector<int>& lags, const std::vector<int>& averaged) { return g2_covariance(sample, field, lags, averaged); });
}

// The same for any photons, of which it is quadratic in the inverse.
struct ChannelNoise {
  Eigen::MatrixXd speckles, one_photon, two_photons;
  Eigen::MatrixXd with(double inverse_photons) const { return speckles + inverse_photons * (one_photon + inverse_photons * two_photons); }
};
ChannelNoise noise_of(const SpeckleRecord& record, int frames, const std::vector<LagChannel>& channels, const Decay& decay) {
  ChannelNoise noise;
  noise.speckles = closed_form(record, frames, channels, decay, std::numeric_limits<double>::infinity());
  const Eigen::MatrixXd one = closed_form(record, frames, channels, decay, 1.0) - noise.speckles, half = closed_form(record, frames, channels, decay, 0.5) - noise.speckles;
  noise.two_photons = 0.5 * half - one;
  noise.one_photon = one - noise.two_photons;
  return noise;
}

// Pixels and photons by which the closed form comes closest to the errors of a file, of which the longer lags, with fewer pairs of frames, tell
// pairs of photons from speckles. The size of all errors is free, 1 / pixels, so only 1 / photons is searched for.
struct NoiseOfErrors {
  double inverse_photons = 0.0, inverse_pixels = 1.0;
  double misfit = 0.0;  // root mean square of the logarithm of sigma
};
NoiseOfErrors noise_of_errors(const ChannelNoise& noise, const Eigen::ArrayXd& sigma) {
  const auto at = [&](double u) {
    const Eigen::ArrayXd away = 2.0 * sigma.log() - noise.with(u).diagonal().array().log();
    return NoiseOfErrors{u, std::exp(away.mean()), 0.5 * std::sqrt((away - away.mean()).square().mean())};
  };
  NoiseOfErrors best = at(0.0);
  for (double step = 0.25, centre = 0.0, reach = 6.0; step > 1e-3; step *= 0.25, reach *= 0.125) {  // of log10
    for (double exponent = centre - reach; exponent <= centre + reach; exponent += step)
      if (const NoiseOfErrors one = at(std::pow(10.0, exponent)); one.misfit < best.misfit) best = one;
    if (best.inverse_photons == 0.0) break;
    centre = std::log10(best.inverse_photons);
  }
  return best;
}

// How long a record is whose file does not say it: as its errors, which grow where fewer pairs of frames are left, look most like. The longest lag is within it.
// 0: too long to be looked at.
int frames_that_errors_tell(const SpeckleRecord& record, const std::vector<double>& sigma, const std::vector<LagChannel>& channels, const Decay& decay) {
  std::int64_t reach = 0;
  for (const LagChannel& channel : channels) reach = std::max(reach, channel.is_range() ? channel.last : channel.lag + channel.averaged - 1);
  if (reach > longest_unknown) return 0;
  double least = std::numeric_limits<double>::infinity();
  int best = 0;
  for (const double times : {1.1, 1.5, 2.0, 4.0, 10.0}) {
    const int frames = static_cast<int>(std::ceil(times * static_cast<double>(reach))) + 1;
    const NoiseOfErrors found = noise_of_errors(noise_of(record, frames, channels, decay), Eigen::Map<const Eigen::ArrayXd>(sigma.data(), static_cast<Eigen::Index>(sigma.size())));
    if (found.misfit < least) {
      least = found.misfit;
      best = frames;
    }
  }
  return best;
}

// Of the record's pixels and photons, or, where it does not tell them, of those that the errors `sigma` of its file tell.
Eigen::MatrixXd covariance_of(const SpeckleRecord& record, int frames, const std::vector<double>& sigma, const std::vector<LagChannel>& channels, const Decay& decay, G2Fit& fit) {
  if (fit.errors_from_pixels) return without_small_modes(closed_form(record, frames, channels, decay, record.photons) / record.pixels, least_mode);
  const ChannelNoise noise = noise_of(record, frames, channels, decay);
  const NoiseOfErrors found = noise_of_errors(noise, Eigen::Map<const Eigen::ArrayXd>(sigma.data(), static_cast<Eigen::Index>(sigma.size())));
  fit.pixels = 1.0 / found.inverse_pixels;
  fit.photons = 1.0 / found.inverse_photons;
  return without_small_modes(noise.with(found.inverse_photons) * found.inverse_pixels, least_mode);
}

// g2 is the mean over starts of C, so that few pixels bias it as they do C.
std::vector<double> without_bias(std::vector<double> excess, const G2Fit& fit, double parts, const Decay& decay) {
  const SpeckleSample sample{fit.pixels, std::clamp(decay.contrast, 1e-4, 1.0), fit.photons, fit.pixels_per_speckle};
  const Eigen::VectorXd of_lags = fit.data.means.t.unaryExpr([&](double t) { return std::exp(-2.0 * std::pow(t / decay.tau, decay.exponent)); });
  const Eigen::VectorXd squares = fit.data.means.weight * of_lags;
  for (std::size_t k = 0; k < excess.size(); ++k) excess[k] -= two_time_bias(sample, squares[static_cast<Eigen::Index>(k)], parts);
  return excess;
}

// A {(1 - f) exp[-(t/tau1)^beta1] + f exp[-(t/tau2)^beta2]}^2 in (ln A, logit f, ln tau1, ln beta1, ln(tau2/tau1), ln beta2).
double two_step_value(const Eigen::VectorXd& p, double t) {
  const double f = 1.0 / (1.0 + std::exp(-p[1])), x1 = std::exp(std::min(std::exp(p[3]) * (std::log(t) - p[2]), 50.0)), x2 = std::exp(std::min(std::exp(p[5]) * (std::log(t) - p[2] - p[4]), 50.0));
  const double field = (1.0 - f) * std::exp(-x1) + f * std::exp(-x2);
  return std::exp(p[0]) * field * field;
}

LeastSquaresProblem numerical_problem(const KwwData& data, const Eigen::MatrixXd& whitening, double (*model)(const Eigen::VectorXd&, double), int parameters) {
  LeastSquaresProblem problem;
  problem.evaluate = [&data, &whitening, model](const Eigen::VectorXd& p, Eigen::VectorXd& r, Eigen::MatrixXd& jacobian) {
    const auto n = static_cast<Eigen::Index>(data.t_ps.size());
    const auto curve = [&](const Eigen::VectorXd& at) {
      const Eigen::VectorXd values = data.means.t.unaryExpr([&](double t) { return model(at, t); });
      return Eigen::VectorXd(data.means.weight * values);
    };
    r = whitening * (curve(p) - Eigen::Map<const Eigen::VectorXd>(data.value.data(), n));
    jacobian.resize(n, p.size());
    for (Eigen::Index k = 0; k < p.size(); ++k) {
      constexpr double h = 1e-5;  // of logarithms; central difference
      Eigen::VectorXd up = p, down = p;
      up[k] += h;
      down[k] -= h;
      jacobian.col(k) = whitening * (curve(up) - curve(down)) / (2.0 * h);
    }
  };
  problem.fixed.assign(static_cast<std::size_t>(parameters), false);
  return problem;
}

ValueWithError of_logarithm(double p, double error) { return {std::exp(p), std::exp(p) * error}; }

void fit_two_steps(G2Fit& fit) {
  const KwwData& data = fit.data;
  const auto n = static_cast<int>(data.t_ps.size());
  if (n < 9) {
    fit.two_steps_reason = fmt::format("{} lags are too few", n);
    return;
  }
  const Eigen::MatrixXd whitening = inverse_root(data.covariance);
  LeastSquaresProblem problem = numerical_problem(data, whitening, two_step_value, 6);
  const double first = std::log(data.t_ps.front()), last = std::log(data.t_ps.back());
  problem.lower.resize(6);
  problem.upper.resize(6);
  problem.lower << std::log(1e-6), -6.0, first - 1.0, std::log(0.3), 0.7, std::log(0.2);
  problem.upper << std::log(10.0), 6.0, last, std::log(2.0), last - first + 2.0, std::log(2.0);
  LeastSquaresResult best;
  for (const double place : {0.15, 0.35, 0.6})
    for (const double plateau : {0.5, 0.8}) {
      Eigen::VectorXd start(6);
      const double fast = first + place * (last - first);
      start << std::log(std::max(data.value.front(), 1e-4)), std::log(plateau / (1.0 - plateau)), fast, 0.0, 0.5 * (last - fast), std::log(0.8);
      auto found = minimise_least_squares(problem, start);
      if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
    }
  const double bic = best.chi_squared + 6.0 * std::log(n), simple = fit.simple.chi_squared + 3.0 * std::log(n);
  if (!(simple - bic >= least_gain)) {
    fit.two_steps_reason = fmt::format("one step is enough (BIC lower by {:.1f} with two; needed: {:g})", simple - bic, least_gain);
    return;
  }
  const Eigen::MatrixXd covariance = pseudo_inverse(information_matrix(best.jacobian));
  const Eigen::VectorXd error = covariance.diagonal().cwiseMax(0.0).cwiseSqrt();
  const Eigen::VectorXd& p = best.parameters;
  const double f = 1.0 / (1.0 + std::exp(-p[1])), slow_error = std::sqrt(std::max(0.0, covariance(2, 2) + 2.0 * covariance(2, 4) + covariance(4, 4)));
  const bool at_bound = ((p - problem.lower).array() <= 1e-9).any() || ((problem.upper - p).array() <= 1e-9).any();
  const double remainder = std::exp(-2.0 * std::pow(data.t_ps.back() / std::exp(p[2] + p[4]), std::exp(p[5])));
  if (at_bound || error[0] > loosest || error[2] > loosest || error[3] > loosest || slow_error > loosest || error[5] > loosest || error[1] * f * (1.0 - f) > 0.2 || remainder > 0.2) {
    fit.two_steps_reason = "two steps fit better than one, but the lags do not tell all of their parameters";
    return;
  }
  fit.two_steps = TwoStepFit{of_logarithm(p[0], error[0]), {f, error[1] * f * (1.0 - f)}, of_logarithm(p[2], error[2]), of_logarithm(p[3], error[3]),
                             of_logarithm(p[2] + p[4], slow_error), of_logarithm(p[5], error[5]), best.chi_squared, n - 6, simple - bic};
}

}  // namespace

G2Fit fit_g2(const SpeckleRecord& record, std::optional<double> contrast) {
  G2Fit fit;
  std::vector<LagChannel> channels;
  fit.data = chosen_points(record, channels);
  fit.errors_from_pixels = std::isfinite(record.pixels) && record.frames > 1;
  const auto n = static_cast<Eigen::Index>(fit.data.t_ps.size());
  KwwOptions options;
  options.form = KwwForm::intensity;
  options.time_unit = record.unit;
  KwwData start = fit.data;
  for (double& sigma : start.sigma)
    if (fit.errors_from_pixels && !(sigma > 0.0)) sigma = 0.05 * std::max(fit.data.value.empty() ? 0.0 : fit.data.value.front(), 1e-6);  // for the first round alone
  fit.simple = fit_kww(start, options);
  if (fit.simple.status == KwwStatus::refused) return fit;
  const bool any_error = fit.errors_from_pixels || std::all_of(fit.data.sigma.begin(), fit.data.sigma.end(), [](double sigma) { return sigma > 0.0 && std::isfinite(sigma); });
  int frames = record.frames;
  if (any_error && frames < 2) {
    frames = frames_that_errors_tell(record, fit.data.sigma, channels, {contrast.value_or(fit.simple.amplitude.value), fit.simple.tau_ps.value, fit.simple.kww_exponent.value});
    fit.frames_from_errors = frames;
  }
  if (!any_error || frames < 2) {
    fit.simple.warnings.emplace_back("no covariance of lags: errors take points as independent, which makes them too small");
    return fit;
  }
  const std::vector<double> told = fit.data.sigma, measured = fit.data.value;
  fit.pixels = record.pixels;
  fit.photons = record.photons;
  fit.pixels_per_speckle = record.pixels_per_speckle;
  options.weighting = KwwWeighting::full;
  for (int round = 0; round < rounds; ++round) {
    const Decay decay{contrast.value_or(fit.simple.amplitude.value), fit.simple.tau_ps.value, fit.simple.kww_exponent.value};
    fit.data.covariance = covariance_of(record, frames, told, channels, decay, fit);
    for (Eigen::Index k = 0; k < n; ++k) fit.data.sigma[static_cast<std::size_t>(k)] = std::sqrt(fit.data.covariance(k, k));
    fit.data.value = without_bias(measured, fit, record.g2.parts, decay);
    fit.simple = fit_kww(fit.data, options);
    if (fit.simple.status == KwwStatus::refused) return fit;
  }
  if (chi_squared_probability(fit.simple.chi_squared, fit.simple.degrees_of_freedom) < least_probability)
    fit.simple.warnings.push_back(fmt::format("no stretched exponential describes g2 (chi^2 {:.4g} for {} degrees of freedom): neither its parameters nor their errors can be relied on", fit.simple.chi_squared, fit.simple.degrees_of_freedom));
  fit_two_steps(fit);
  return fit;
}

JointG2Fit fit_g2_jointly(const std::vector<SpeckleRecord>& records, const std::vector<G2Fit>& fits) {
  require(records.size() == fits.size(), "fit_g2_jointly: records and fits differ in number");
  JointG2Fit joint;
  std::vector<std::size_t> chosen;
  double log_q = 0.0;
  for (std::size_t k = 0; k < fits.size(); ++k)
    if (fits[k].simple.status == KwwStatus::fitted && fits[k].data.covariance.size() > 0 && records[k].q_inv_A > 0.0) {
      chosen.push_back(k);
      log_q += std::log(records[k].q_inv_A);
    }
  joint.shells = static_cast<int>(chosen.size());
  if (chosen.size() < 2) {
    joint.reason = fmt::format("{} q with a fit of its own; 2 are needed", chosen.size());
    return joint;
  }
  log_q /= static_cast<double>(chosen.size());
  joint.q0_inv_A = std::exp(log_q);
  std::vector<Eigen::MatrixXd> whitening, whitened_mean;
  Eigen::Index rows = 0;
  for (const std::size_t k : chosen) {
    whitening.push_back(inverse_root(fits[k].data.covariance));
    whitened_mean.emplace_back(whitening.back() * fits[k].data.means.weight);
    rows += whitening.back().rows();
  }
  // Parameters: ln tau0, n, ln beta, then ln A of each q.
  LeastSquaresProblem problem;
  const auto parameters = static_cast<Eigen::Index>(3 + chosen.size());
  problem.evaluate = [&](const Eigen::VectorXd& p, Eigen::VectorXd& r, Eigen::MatrixXd& jacobian) {
    r.resize(rows);
    jacobian.setZero(rows, parameters);
    Eigen::Index row = 0;
    for (std::size_t c = 0; c < chosen.size(); ++c) {
      const KwwData& data = fits[chosen[c]].data;
      const auto n = static_cast<Eigen::Index>(data.t_ps.size());
      const double away = std::log(records[chosen[c]].q_inv_A) - log_q, beta = std::exp(p[2]);
      const Eigen::ArrayXd log_x = beta * (data.means.t.log() - p[0] + p[1] * away), x = 2.0 * log_x.min(100.0).exp();
      const Eigen::ArrayXd value = std::exp(p[3 + static_cast<Eigen::Index>(c)]) * (-x).exp(), slope = value * x;
      r.segment(row, n) = whitened_mean[c] * value.matrix() - whitening[c] * Eigen::Map<const Eigen::VectorXd>(data.value.data(), n);
      jacobian.block(row, 0, n, 1) = whitened_mean[c] * (slope * beta).matrix();
      jacobian.block(row, 1, n, 1) = whitened_mean[c] * (-slope * beta * away).matrix();
      jacobian.block(row, 2, n, 1) = whitened_mean[c] * (-slope * log_x).matrix();
      jacobian.block(row, 3 + static_cast<Eigen::Index>(c), n, 1) = whitened_mean[c] * value.matrix();
      row += n;
    }
  };
  Eigen::VectorXd start(parameters);
  start << std::log(fits[chosen[0]].simple.tau_ps.value), 1.0, std::log(fits[chosen[0]].simple.kww_exponent.value), Eigen::VectorXd::Zero(parameters - 3);
  for (std::size_t c = 0; c < chosen.size(); ++c) start[3 + static_cast<Eigen::Index>(c)] = std::log(fits[chosen[c]].simple.amplitude.value);
  problem.lower = Eigen::VectorXd::Constant(parameters, -50.0);
  problem.upper = Eigen::VectorXd::Constant(parameters, 50.0);
  problem.lower[2] = std::log(0.1);
  problem.upper[2] = std::log(2.0);
  problem.fixed.assign(static_cast<std::size_t>(parameters), false);
  const auto best = minimise_least_squares(problem, start);
  const Eigen::VectorXd error = pseudo_inverse(information_matrix(best.jacobian)).diagonal().cwiseMax(0.0).cwiseSqrt();
  joint.tau0 = of_logarithm(best.parameters[0], error[0]);
  joint.q_power = {best.parameters[1], error[1]};
  joint.kww_exponent = of_logarithm(best.parameters[2], error[2]);
  joint.chi_squared = best.chi_squared;
  joint.degrees_of_freedom = static_cast<int>(rows - parameters);
  joint.probability = chi_squared_probability(joint.chi_squared, joint.degrees_of_freedom);
  joint.found = joint.probability >= 1e-3 && error[1] <= 1.0;
  if (!joint.found) joint.reason = joint.probability < 1e-3 ? fmt::format("one exponent and one power of q do not fit all q (chi^2 {:.3g} for {} degrees of freedom)", joint.chi_squared, joint.degrees_of_freedom) : "the q lie too close together to tell a power";
  return joint;
}

}  // namespace patina
