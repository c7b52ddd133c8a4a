// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/form_factor.hpp"

#include <fmt/format.h>
#include <xraylib.h>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/neutron_lengths.hpp"

namespace patina {

namespace {

// Calls one xraylib function with the library's own error as ours.
template <class Function, class... Args>
double ask_xraylib(const std::string& symbol, const char* quantity, Function function, Args... args) {
  xrl_error* error = nullptr;
  const double value = function(args..., &error);
  if (error == nullptr) return value;
  const std::string reason = error->message;
  xrl_error_free(error);
  throw Error(ExitCode::bad_input, fmt::format("form factor of {}: no {}: {}", symbol, quantity, reason));
}

std::complex<double> neutron_length(const std::string& symbol) {
  if (const auto b = neutron_length_fm(symbol)) return std::conj(*b);
  throw Error(ExitCode::bad_input,
              fmt::format("neutron scattering length of {}: Sears's table (Neutron News 3 (1992) 26) has none", symbol));
}

}  // namespace

Weighting weighting_of(const std::string& name) {
  for (const Weighting weighting : {Weighting::xray, Weighting::neutron, Weighting::number, Weighting::unit})
    if (name == name_of(weighting)) return weighting;
  throw Error(ExitCode::bad_input,
              fmt::format("weights \"{}\": must be \"xray\", \"neutron\", \"number\" or \"unit\"", name));
}

std::string name_of(Weighting weighting) {
  switch (weighting) {
    case Weighting::xray:
      return "xray";
    case Weighting::neutron:
      return "neutron";
    case Weighting::number:
      return "number";
    case Weighting::unit:
      return "unit";
  }
  return "";
}

std::complex<double> form_factor(const std::string& symbol, double q_inv_A, Weighting weighting,
                                 std::optional<double> energy_keV) {
  if (weighting == Weighting::unit) return 1.0;
  const int z = element(symbol).number;
  if (weighting == Weighting::neutron) return neutron_length(symbol);
  if (weighting == Weighting::number) return static_cast<double>(z);
  std::complex<double> f = ask_xraylib(symbol, "f0", FF_Rayl, z, q_inv_A / (4.0 * units::pi));
  if (energy_keV)
    f += std::complex<double>(ask_xraylib(symbol, "f'", Fi, z, *energy_keV),
                              -ask_xraylib(symbol, "f''", Fii, z, *energy_keV));
  return f;
}

std::vector<std::complex<double>> form_factors(const std::vector<std::string>& symbols,
                                               const std::vector<double>& q_inv_A, Weighting weighting,
                                               std::optional<double> energy_keV) {
  std::vector<std::complex<double>> f;
  f.reserve(symbols.size() * q_inv_A.size());
  for (const double q : q_inv_A)
    for (const std::string& symbol : symbols) f.push_back(form_factor(symbol, q, weighting, energy_keV));
  return f;
}

}  // namespace patina
