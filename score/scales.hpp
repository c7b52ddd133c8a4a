// SPDX-License-Identifier: BSD-3-Clause
// The answer's times and q in those of the truth.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "score/answer.hpp"
#include "score/known_truth.hpp"

namespace patina {

// Of one unit of the answer's times, in those of the truth.
double truth_time_of_unit(const Answer& answer, const Truth& truth);

// A time in frames; it must be a whole number of them. Throws Error(bad_input) that names `what`.
std::int64_t whole_frames(const Answer& answer, const Truth& truth, double time, const std::string& what);

// The shell nearest to q within the relative tolerance, or -1; without q the only one. Throws Error(bad_input) if the answer tells no q
// and the truth has several. Of sectors of a ring the first.
int shell_at(const Answer& answer, const Truth& truth, double q_inv_A, double tolerance);
// Of sectors of a ring that whose middle is phi, to a degree, or -1. Throws Error(bad_input) if the answer tells no phi and there are several.
int sector_at(const Answer& answer, const Truth& truth, double q_inv_A, double phi_deg, double tolerance);

// Throws Error(bad_input) that lists both if none of the answer's q is one of the truth's. Returns a note on those left out, or "".
std::string check_shells(const Answer& answer, const Truth& truth, const std::vector<double>& q_inv_A, double tolerance);

// What the answer says when |f|^2 is this, and how much it moves when 1 + contrast |f|^2 moves by 1.
double said(Quantity quantity, double f_squared, double contrast);
double slope_of(Quantity quantity, double f_squared, double contrast);
const char* name_of(Quantity quantity);

}  // namespace patina
