// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/legitimacy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace patina {
namespace {

constexpr double alike_temperature = 0.03;  // of T/T_g
constexpr double alike_quench = 10.0;       // factor between quench numbers

Legitimacy reduced_temperature(const ComparedSample& s, const ComparedSample& m) {
  const auto a = s.T_over_Tg(), b = m.T_over_Tg();
  Legitimacy out{"T/T_g", Verdict::conditional, ""};
  if (!a || !b) {
    out.why = fmt::format("needs temperature and T_g of {}: of the simulation at its own cooling rate, of the measurement by calorimetry", !a && !b ? "both" : !a ? "the simulation" : "the measurement");
    return out;
  }
  const bool alike = std::abs(*a - *b) < alike_temperature;
  out.verdict = alike ? Verdict::legitimate : Verdict::conditional;
  out.why = fmt::format("{:.3f} simulated, {:.3f} measured{}; T_g of a simulation belongs to its cooling rate and lies 100-200 K above that of the laboratory", *a, *b,
                        alike ? "" : ": not the same reduced temperature, so only trends with T/T_g may be compared");
  return out;
}

Legitimacy quench_numbers(const ComparedSample& s, const ComparedSample& m) {
  const auto a = s.quench_number(), b = m.quench_number();
  Legitimacy out{"quench number rate tau0/T: the initial states", Verdict::conditional, ""};
  if (!a || !b) {
    out.why = "needs cooling rate, temperature and tau0 of both; without it nothing says that the glasses began alike";
    return out;
  }
  const bool alike = std::max(*a / *b, *b / *a) < alike_quench;
  out.verdict = alike ? Verdict::legitimate : Verdict::not_legitimate;
  out.why = fmt::format("{:.2g} simulated, {:.2g} measured: {}", *a, *b,
                        alike ? "alike within a factor of 10" : *a < *b ? "not matched: relative to its own tau the simulated glass is far less over-quenched" : "not matched: relative to its own tau the simulated glass is far more over-quenched");
  return out;
}

Legitimacy exponents(const ComparedSample& s, const ComparedSample& m) {
  Legitimacy out{"KWW exponent", Verdict::conditional, ""};
  if (!s.kww_exponent || !m.kww_exponent) {
    out.why = "not told by both";
    return out;
  }
  const auto a = s.T_over_Tg(), b = m.T_over_Tg();
  const double z = (*s.kww_exponent - *m.kww_exponent) / std::hypot(s.kww_exponent_error.value_or(0.0), m.kww_exponent_error.value_or(0.0));
  const std::string values = fmt::format("{:.3g} simulated, {:.3g} measured ({:+.1f} standard errors)", *s.kww_exponent, *m.kww_exponent, z);
  if (*s.kww_exponent > 1.0 || *m.kww_exponent > 1.0) {
    out.verdict = Verdict::not_legitimate;
    out.why = values + ": an exponent above 1 of a simulation is ballistic motion of picoseconds, one of XPCS slow motion of minutes; they must not be equated";
  } else if (a && b && std::abs(*a - *b) < alike_temperature) {
    out.verdict = Verdict::legitimate;
    out.why = values + ", at the same T/T_g; the simulated one must be of the decay after the cage";
  } else {
    out.why = values + (a && b ? fmt::format(": only at the same T/T_g, which is {:.3f} simulated, {:.3f} measured", *a, *b) : ": only at the same T/T_g, which is not known here");
  }
  return out;
}

Legitimacy shape_of_ageing(const ComparedSample& s, const ComparedSample& m) {
  Legitimacy out{"shape of tau/tau0 against t_w/tau0 or t_w/tau*", Verdict::conditional, ""};
  if (!s.reduced_to || !m.reduced_to) {
    out.why = "needs the windows of t_w/tau0 of both";
    return out;
  }
  const double from = std::max(*s.reduced_from, *m.reduced_from), to = std::min(*s.reduced_to, *m.reduced_to);
  out.verdict = to > from ? Verdict::legitimate : Verdict::not_legitimate;
  out.why = fmt::format("t_w/tau0 from {:.3g} to {:.3g} simulated, {:.3g} to {:.3g} measured: {}", *s.reduced_from, *s.reduced_to, *m.reduced_from, *m.reduced_to,
                        to > from ? fmt::format("both cover {:.3g} to {:.3g}", from, to) : "they do not overlap");
  return out;
}

}  // namespace

std::optional<double> ComparedSample::T_over_Tg() const { return temperature_K && Tg_K ? std::optional(*temperature_K / *Tg_K) : std::nullopt; }
std::optional<double> ComparedSample::quench_number() const {
  return cooling_rate_K_per_s && tau0_s && temperature_K ? std::optional(*cooling_rate_K_per_s * *tau0_s / *temperature_K) : std::nullopt;
}

std::vector<Legitimacy> legitimate_comparisons(const ComparedSample& s, const ComparedSample& m, bool ageing) {
  std::vector<Legitimacy> out;
  if (ageing) {
    out.push_back(shape_of_ageing(s, m));
    out.push_back({"absolute tau and ageing rate 1/tau*", Verdict::not_legitimate, "below T_g they belong to the cooling rate: the scale factors are what separates the two, and predict nothing"});
  } else {
    out.push_back({"shape of tau(T)", s.Tg_K && m.Tg_K ? Verdict::legitimate : Verdict::conditional, "against T/T_g, of the liquid in equilibrium: rows of a glass must be marked (equilibrium 0), which leaves them out"});
    out.push_back({"absolute tau below T_g", Verdict::not_legitimate, "it belongs to the cooling rate: the scale factor of tau is what separates the two"});
  }
  if (!ageing) {
    out.push_back({"T/T_g", s.Tg_K && m.Tg_K ? Verdict::legitimate : Verdict::conditional, s.Tg_K && m.Tg_K ? fmt::format("T_g = {:.4g} K simulated, {:.4g} K measured; that of a simulation belongs to its cooling rate", *s.Tg_K, *m.Tg_K) : "needs T_g of both; else b is fitted, and says nothing of T_g"});
  } else {
    out.push_back(reduced_temperature(s, m));
    out.push_back(quench_numbers(s, m));
  }
  out.push_back(exponents(s, m));
  out.push_back({"intermittency of two-time correlations", Verdict::not_legitimate, "its amplitude of 1e3-1e5 atoms against 1e14: local events average out as 1/N; compare how it scales with N"});
  out.push_back({"stationary fast regime deep in the glass", Verdict::not_legitimate, "it has no accepted counterpart in simulations; strain, drift and the beam must be tested first"});
  out.push_back({"fictive temperature, energy of inherent structures", Verdict::conditional, "to rank states of the same alloy, with one definition and one heating rate"});
  out.push_back({"relaxation enthalpy over (c_liquid - c_glass) T_g", Verdict::legitimate, "a ratio of energies; both of heating scans"});
  return out;
}

std::string to_string(Verdict verdict) {
  return verdict == Verdict::legitimate ? "legitimate" : verdict == Verdict::conditional ? "conditional" : "not legitimate";
}

}  // namespace patina
