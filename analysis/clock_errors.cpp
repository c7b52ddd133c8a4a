// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/clock_errors.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/simulated_speckles.hpp"

namespace patina {
namespace {

constexpr int pixels_for_photons = 100;

// Quadratic forms of intensities have long tails: the more the better, as far as time allows.
int pixels_drawn(std::size_t frames) { return frames <= 256 ? 4000 : frames <= 512 ? 2500 : 1200; }

// A symmetric matrix of weights of pairs, from its upper triangle.
Eigen::MatrixXd both_triangles(const Eigen::MatrixXd& upper) { return upper + upper.transpose(); }

// The quadratic forms q_k(x) = sum over pairs of h_k x_i x_j, less their linear part v_k x, one for each parameter; of a knot
// h_k = g_ij (S_jk - S_ik).
class Scores {
 public:
  Scores(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& weight) {
    const PairSlopes slopes = clock_slopes(parameters, time);
    const Eigen::MatrixXd c = (1.0 + slopes.contrast.array()).matrix();  // C itself
    const Eigen::MatrixXd contrast = both_triangles(weight.cwiseProduct(slopes.contrast)), exponent = both_triangles(weight.cwiseProduct(slopes.exponent));
    const Eigen::MatrixXd pull = weight.cwiseProduct(slopes.s), pull_c = pull.cwiseProduct(c);
    const Eigen::MatrixXd c_both = both_triangles(c.triangularView<Eigen::StrictlyUpper>());
    const Eigen::MatrixXd s = parameters.time.derivatives(time);
    linear_.resize(c.rows(), i_first_knot + s.cols());
    linear_.col(i_log_contrast) = contrast.cwiseProduct(c_both).rowwise().sum();
    linear_.col(i_log_exponent) = exponent.cwiseProduct(c_both).rowwise().sum();
    const Eigen::VectorXd net = pull_c.colwise().sum().transpose() - pull_c.rowwise().sum();
    linear_.rightCols(s.cols()) = (pull_c - pull_c.transpose()) * s + net.asDiagonal() * s;
    contrast_ = contrast.cast<float>();
    exponent_ = exponent.cast<float>();
    pull_ = (pull.transpose() - pull).cast<float>();
    s_ = s.cast<float>();
  }

  // [parameter][pixel]
  Eigen::MatrixXd of(const Eigen::MatrixXf& x) const {
    Eigen::MatrixXf scores(linear_.cols(), x.cols());
    scores.row(i_log_contrast) = 0.5f * (x.array() * (contrast_ * x).array()).colwise().sum();
    scores.row(i_log_exponent) = 0.5f * (x.array() * (exponent_ * x).array()).colwise().sum();
    scores.bottomRows(s_.cols()) = s_.transpose() * (x.array() * (pull_ * x).array()).matrix();
    return scores.cast<double>() - linear_.transpose() * x.cast<double>();
  }

  // d q / d x of each frame and pixel.
  Eigen::MatrixXf slope(Eigen::Index k, const Eigen::MatrixXf& x) const {
    Eigen::MatrixXf slope;
    if (k == i_log_contrast)
      slope = contrast_ * x;
    else if (k == i_log_exponent)
      slope = exponent_ * x;
    else
      slope = s_.col(k - i_first_knot).asDiagonal() * (pull_ * x) - pull_ * (s_.col(k - i_first_knot).asDiagonal() * x);
    return slope.colwise() - linear_.col(k).cast<float>();
  }

  Eigen::Index count() const { return linear_.cols(); }

 private:
  Eigen::MatrixXd linear_;                       // [frame][parameter]
  Eigen::MatrixXf contrast_, exponent_, pull_, s_;
};

Eigen::MatrixXd covariance_of_columns(const Eigen::MatrixXd& values) {
  const Eigen::MatrixXd centred = values.colwise() - values.rowwise().mean();
  return centred * centred.transpose() / static_cast<double>(values.cols() - 1);
}

// One photon more or less in a frame: mean over pixels of sum over frames of I (dq_k/dx) (dq_l/dx), to be divided by the photons.
Eigen::MatrixXd photon_part(const Scores& scores, const Eigen::MatrixXf& intensity) {
  Eigen::MatrixXd part(scores.count(), scores.count());
  std::vector<Eigen::MatrixXf> slopes;
  for (Eigen::Index k = 0; k < scores.count(); ++k) slopes.push_back(scores.slope(k, intensity));
  for (Eigen::Index k = 0; k < scores.count(); ++k)
    for (Eigen::Index l = 0; l <= k; ++l)
      part(k, l) = part(l, k) = static_cast<double>((slopes[static_cast<std::size_t>(k)].array() * slopes[static_cast<std::size_t>(l)].array() * intensity.array()).sum()) / static_cast<double>(intensity.cols());
  return part;
}

}  // namespace

Eigen::MatrixXd clock_score_covariance(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& weight,
                                       const SpeckleSample& sample, std::uint64_t seed) {
  const Scores scores(parameters, time, weight);
  const Eigen::MatrixXd squares = clock_squares(parameters, time);
  const Eigen::MatrixXf intensity = simulate_intensities(squares, parameters.contrast, pixels_drawn(time.size()), seed);
  Eigen::MatrixXd covariance = sample.pixels_per_speckle * covariance_of_columns(scores.of(intensity));
  if (std::isfinite(sample.photons)) {
    covariance += photon_part(scores, intensity.leftCols(pixels_for_photons)) / sample.photons;
    const Eigen::MatrixXd pairs = weight.array().square() * (1.0 + parameters.contrast * squares.array());
    covariance += clock_equations(parameters, time, squares, pairs).information / (sample.photons * sample.photons);
  }
  return covariance / sample.pixels;
}

Eigen::MatrixXd clock_pixel_scores(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& weight,
                                   const Eigen::MatrixXf& intensity) {
  const Eigen::MatrixXd scores = Scores(parameters, time, weight).of(intensity);
  return scores.colwise() - scores.rowwise().mean();
}

double two_time_bias(const SpeckleSample& sample, double square, double parts) {
  const double b = sample.contrast;
  return ((1.0 + b * square) * (2.0 * b + b * square) - 2.0 * (b + b * square + 2.0 * b * b * square)) * parts * sample.pixels_per_speckle / sample.pixels;
}

}  // namespace patina
