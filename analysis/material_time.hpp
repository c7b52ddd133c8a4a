// SPDX-License-Identifier: BSD-3-Clause
// The material time s(t) of a measured sample: its correlations are a function of s(t2) - s(t1), and tau(t) = 1 / s'(t) is its
// relaxation time at t. The logarithm of the rate s' goes along straight lines between knots, so that s is monotone whatever the
// numbers, its slope continuous, and exponential ageing one line without an error. Reference: T. Boehmer et al., Nat. Phys. 20
// (2024) 637, doi 10.1038/s41567-023-02366-z. Times in any unit; s is dimensionless and 0 at the first knot.
#pragma once

#include <Eigen/Dense>
#include <vector>

namespace patina {

// A sudden advance of s, before which and after which the rate is as ever: an avalanche.
struct MaterialJump {
  double time = 0.0;
  double advance = 0.0;
};

class MaterialTime {
 public:
  // Two knots or more, increasing; `log_rate` of each, ln s'. Beyond the ends the rate stays what it is there.
  MaterialTime(std::vector<double> knots, Eigen::VectorXd log_rate, std::vector<MaterialJump> jumps = {});

  double s(double t) const;
  double log_rate(double t) const;
  double tau(double t) const;
  const std::vector<double>& knots() const { return knots_; }
  const Eigen::VectorXd& log_rates() const { return log_rate_; }
  const std::vector<MaterialJump>& jumps() const { return jumps_; }

  // s at many times, and d s / d log_rate of each knot, then d s / d advance of each jump, as one column.
  Eigen::VectorXd at(const std::vector<double>& t) const;
  Eigen::MatrixXd derivatives(const std::vector<double>& t) const;

 private:
  std::size_t segment_of(double t) const;

  std::vector<double> knots_;
  Eigen::VectorXd log_rate_;
  std::vector<double> s_at_knot_;
  std::vector<MaterialJump> jumps_;
};

// So many of them, evenly from first to last.
std::vector<double> even_knots(double first, double last, int count);

}  // namespace patina
