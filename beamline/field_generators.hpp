// SPDX-License-Identifier: BSD-3-Clause
// The generators of speckle_fields.hpp one by one: whether each suits a covariance (empty, or why not), and one of it. Whoever asks
// for one that does not suit gets what the reason says: nothing useful.
#pragma once

#include <memory>
#include <string>

#include "beamline/speckle_fields.hpp"

namespace patina {

std::string why_not_ar1(const FieldCovariance& covariance);
std::unique_ptr<FieldGenerator> make_ar1_generator(const FieldCovariance& covariance);

constexpr int most_cholesky_frames = 4096;
std::string why_not_cholesky(const FieldCovariance& covariance);
// Throws Error(bad_input) that begins with `place` if a pivot shows that this is no covariance.
std::unique_ptr<FieldGenerator> make_cholesky_generator(const FieldCovariance& covariance, const std::string& place);

constexpr double least_mode_exponent = 0.1;
std::string why_not_modes(const FieldCovariance& covariance);
std::unique_ptr<FieldGenerator> make_mode_generator(const FieldCovariance& covariance, int modes);

// Finds the period.
std::string why_not_circulant(const FieldCovariance& covariance);
std::unique_ptr<FieldGenerator> make_circulant_generator(const FieldCovariance& covariance);

}  // namespace patina
