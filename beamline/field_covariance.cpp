// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/field_covariance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/kernel.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

constexpr int most_eigenvalues = 400;
constexpr double rounding = 1e-9;  // of eigenvalues of a matrix with ones on its diagonal
constexpr double latest = 1e12;    // material time; its differences have 3 or 4 digits of the relaxation time left

const char* words_of(LocalTauForm form) {
  return form == LocalTauForm::at_earlier ? "tau at the earlier time" : form == LocalTauForm::at_middle ? "tau at the mid-time" : "Paciorek-Schervish";
}

}  // namespace

double ClockedKernel::of(double difference) const { return form == Form::kww ? kww(difference, exponent) : sinc(difference); }

double ClockedKernel::at(int i, int j) const { return of(std::abs(s[static_cast<std::size_t>(j)] - s[static_cast<std::size_t>(i)])); }

double LocalTau::at(int i, int j) const {
  const double t1 = time_s[static_cast<std::size_t>(std::min(i, j))], t2 = time_s[static_cast<std::size_t>(std::max(i, j))];
  if (form == LocalTauForm::at_earlier) return kww((t2 - t1) / tau_s(t1), exponent);
  if (form == LocalTauForm::at_middle) return kww((t2 - t1) / tau_s(0.5 * (t1 + t2)), exponent);
  const double first = tau_s(t1), second = tau_s(t2), square = 0.5 * (first * first + second * second);
  return std::sqrt(first * second / square) * kww((t2 - t1) / std::sqrt(square), exponent);
}

double FieldCovariance::at(int i, int j) const {
  double product = local ? local->at(i, j) : 1.0;
  for (const ClockedKernel& kernel : kernels) product *= kernel.at(i, j);
  return product;
}

void require_covariance(const FieldCovariance& covariance, const std::string& place) {
  for (const ClockedKernel& kernel : covariance.kernels) {
    const std::string fault = kernel.form == ClockedKernel::Form::kww ? fault_of_exponent(kernel.exponent) : "";
    if (!fault.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: {}", place, fault));
    if (!kernel.s.empty() && !(kernel.s.back() <= latest))
      throw Error(ExitCode::bad_input, fmt::format("{}: a clock runs to s = {:g} in the last frame, beyond {:g}, where rounding loses its steps", place,
                                                   kernel.s.back(), latest));
  }
  if (!covariance.local) return;
  const std::string fault = fault_of_exponent(covariance.local->exponent);
  if (!fault.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: {}", place, fault));
  const int n = std::min(covariance.frames, most_eigenvalues);
  std::vector<double> matrix(static_cast<std::size_t>(n) * n);
  const auto frame = [&](int k) { return static_cast<int>(static_cast<std::int64_t>(k) * covariance.frames / n); };
  for (int i = 0; i < n; ++i)
    for (int j = 0; j <= i; ++j) matrix[static_cast<std::size_t>(i) * n + j] = covariance.at(frame(i), frame(j));
  const double least = least_eigenvalue(matrix, n);
  if (least >= -rounding * n) return;
  throw Error(ExitCode::bad_input,
              fmt::format("{}: exp(-(|t2 - t1| / tau)^{:g}) with {} is the correlation of no field: its least eigenvalue on {} of the {} "
                          "frames is {:.2g}, and no covariance has one below 0, because tau changes too fast, by a factor e within a few "
                          "tau. Take a clock (any is possible) or the form paciorek_schervish",
                          place, covariance.local->exponent, words_of(covariance.local->form), n, covariance.frames, least));
}

}  // namespace patina
