// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/clock_model.hpp"

#include <algorithm>
#include <cmath>

namespace patina {
namespace {

// Of one column of the map: pairs with all earlier times.
struct Column {
  Eigen::ArrayXd log_distance, power, square;  // ln d, d^beta, plateau exp(-2 d^beta), d = s_j - s_i

  Column(const Eigen::VectorXd& s, Eigen::Index j, double exponent, double plateau) {
    // Without a least distance, equal s (a rate that underflows) would make infinite slopes.
    log_distance = (s[j] - s.head(j).array()).max(1e-200).log();
    power = (exponent * log_distance).exp();
    square = plateau * (-2.0 * power).exp();
  }
  // d square / ds and / d ln beta.
  Eigen::ArrayXd slope_in_s(double exponent) const { return -2.0 * exponent * square * (power.log() - log_distance).exp(); }
  Eigen::ArrayXd slope_in_log_exponent(double exponent) const { return -2.0 * exponent * square * power * log_distance; }
};

}  // namespace

Eigen::VectorXd to_vector(const ClockParameters& parameters) {
  const auto& jumps = parameters.time.jumps();
  Eigen::VectorXd advances(static_cast<Eigen::Index>(jumps.size()));
  for (std::size_t k = 0; k < jumps.size(); ++k) advances[static_cast<Eigen::Index>(k)] = jumps[k].advance;
  Eigen::VectorXd p(i_first_knot + parameters.time.log_rates().size() + advances.size());
  p << std::log(parameters.contrast), std::log(parameters.kww_exponent), parameters.time.log_rates(), advances;
  return p;
}

ClockParameters from_vector(const Eigen::VectorXd& p, const ClockParameters& like) {
  std::vector<MaterialJump> jumps = like.time.jumps();
  const Eigen::Index knots = like.time.log_rates().size();
  for (std::size_t k = 0; k < jumps.size(); ++k) jumps[k].advance = p[i_first_knot + knots + static_cast<Eigen::Index>(k)];
  return {std::exp(p[i_log_contrast]), std::exp(p[i_log_exponent]), MaterialTime(like.time.knots(), p.segment(i_first_knot, knots), std::move(jumps)), like.plateau, like.shortest_lag};
}

Eigen::Index frames_within(const std::vector<double>& time, double lag) {
  const double step = (time.back() - time.front()) / static_cast<double>(time.size() - 1);
  return std::max<Eigen::Index>(1, static_cast<Eigen::Index>(std::ceil(lag / step - 1e-6)));
}

Eigen::MatrixXd clock_squares(const ClockParameters& parameters, const std::vector<double>& time) {
  const Eigen::VectorXd s = parameters.time.at(time);
  Eigen::MatrixXd squares = Eigen::MatrixXd::Zero(s.size(), s.size());
  for (Eigen::Index j = 1; j < s.size(); ++j) squares.col(j).head(j) = Column(s, j, parameters.kww_exponent, parameters.plateau).square;
  return squares;
}

PairSlopes clock_slopes(const ClockParameters& parameters, const std::vector<double>& time) {
  const Eigen::VectorXd s = parameters.time.at(time);
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(s.size(), s.size());
  PairSlopes slopes{zero, zero, zero};
  for (Eigen::Index j = 1; j < s.size(); ++j) {
    const Column column(s, j, parameters.kww_exponent, parameters.plateau);
    slopes.contrast.col(j).head(j) = parameters.contrast * column.square;
    slopes.exponent.col(j).head(j) = parameters.contrast * column.slope_in_log_exponent(parameters.kww_exponent);
    slopes.s.col(j).head(j) = parameters.contrast * column.slope_in_s(parameters.kww_exponent);
  }
  return slopes;
}

NormalEquations clock_equations(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& excess,
                                const Eigen::MatrixXd& weight) {
  const Eigen::VectorXd s = parameters.time.at(time);
  const Eigen::MatrixXd derivatives = parameters.time.derivatives(time);
  const Eigen::Index n = s.size(), knots = derivatives.cols();
  const double c = parameters.contrast, beta = parameters.kww_exponent;
  NormalEquations sums;
  sums.gradient = Eigen::VectorXd::Zero(i_first_knot + knots);
  sums.information = Eigen::MatrixXd::Zero(i_first_knot + knots, i_first_knot + knots);
  Eigen::MatrixXd laplacian = Eigen::MatrixXd::Zero(n, n);  // upper triangle
  Eigen::MatrixXd flow = Eigen::MatrixXd::Zero(n, 3);  // what each time gets of w r g, of w g dC/d(ln c) and of w g dC/d(ln beta): minus at t_i, plus at t_j
  for (Eigen::Index j = 1; j < n; ++j) {
    const Column column(s, j, beta, parameters.plateau);
    const auto w = weight.col(j).head(j).array();
    const Eigen::ArrayXd model = c * column.square, r = model - excess.col(j).head(j).array();
    const Eigen::ArrayXd g = c * column.slope_in_s(beta), h = c * column.slope_in_log_exponent(beta), wg = w * g;
    sums.chi_squared += (w * r.square()).sum();
    sums.gradient[i_log_contrast] += (w * r * model).sum();
    sums.gradient[i_log_exponent] += (w * r * h).sum();
    sums.information(0, 0) += (w * model.square()).sum();
    sums.information(1, 1) += (w * h.square()).sum();
    sums.information(0, 1) += (w * h * model).sum();
    const auto add_flow = [&](Eigen::Index k, const Eigen::ArrayXd& of_pair) {
      flow.col(k).head(j).array() -= of_pair;
      flow(j, k) += of_pair.sum();
    };
    add_flow(0, wg * r);
    add_flow(1, wg * model);
    add_flow(2, wg * h);
    const Eigen::ArrayXd of_pair = wg * g;
    laplacian.col(j).head(j) = -of_pair;
    laplacian(j, j) += of_pair.sum();
    laplacian.diagonal().head(j).array() += of_pair;
  }
  sums.information(1, 0) = sums.information(0, 1);
  sums.gradient.tail(knots) = derivatives.transpose() * flow.col(0);
  sums.information.block(0, i_first_knot, 2, knots) = (derivatives.transpose() * flow.rightCols(2)).transpose();
  sums.information.block(i_first_knot, 0, knots, 2) = sums.information.block(0, i_first_knot, 2, knots).transpose();
  const Eigen::MatrixXd spread = laplacian.selfadjointView<Eigen::Upper>() * derivatives;
  sums.information.bottomRightCorner(knots, knots) = derivatives.transpose() * spread;
  return sums;
}

}  // namespace patina
