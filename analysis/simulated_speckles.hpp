// SPDX-License-Identifier: BSD-3-Clause
// Speckles drawn from a fitted model, by which errors are found that no closed form gives: intensities of independent pixels, of mean 1,
// of 1 / contrast modes (a last one with less weight), each a complex Gaussian field of the correlation given. Below a contrast of
// 0.05 the sum of so many modes is taken for Gaussian itself, which makes the largest terms exact [physics.md 3.8].
#pragma once

#include <Eigen/Dense>
#include <cstdint>

namespace patina {

// [frame][pixel]. `squares`: |f(t_i, t_j)|^2 of all pairs i < j, in the upper triangle. A function of the seed alone.
Eigen::MatrixXf simulate_intensities(const Eigen::MatrixXd& squares, double contrast, int pixels, std::uint64_t seed);

// Adds normal noise of variance intensity / photons, that of counts over their mean: all second moments of products of different frames
// are those of Poisson's counts, without the long tails that few counts give them.
void add_shot_noise(Eigen::MatrixXf& intensity, double photons, std::uint64_t seed);

}  // namespace patina
