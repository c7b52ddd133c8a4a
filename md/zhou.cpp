// SPDX-License-Identifier: BSD-3-Clause
#include "md/zhou.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/elements.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

// Symbol, lattice, r_e f_e rho_e rho_s alpha beta A B kappa lambda, F_n0..3, F_0..3, eta F_e, rho_n / rho_e.
const std::vector<ZhouElement> elements = {
    {"Cu", "fcc", 2.556162, 1.554485, 21.175871, 21.175395, 8.127620, 4.334731, 0.396620, 0.548085, 0.308782, 0.756515, {-2.170269, -0.263788, 1.088878, -0.817603}, {-2.19, 0.00, 0.561830, -2.100595}, 0.310490, -2.186568, 0.85},
    {"Ag", "fcc", 2.891814, 1.106232, 14.604100, 14.604144, 9.132010, 4.870405, 0.277758, 0.419611, 0.339710, 0.750758, {-1.729364, -0.255882, 0.912050, -0.561432}, {-1.75, 0.00, 0.744561, -1.150650}, 0.783924, -1.748423, 0.85},
    {"Au", "fcc", 2.885034, 1.529021, 19.991632, 19.991509, 9.516052, 5.075228, 0.229762, 0.356666, 0.356570, 0.748798, {-2.937772, -0.500288, 1.601954, -0.835530}, {-2.98, 0.00, 1.706587, -1.134778}, 1.021095, -2.978815, 0.85},
    {"Ni", "fcc", 2.488746, 2.007018, 27.562015, 27.562031, 8.383453, 4.471175, 0.429046, 0.633531, 0.443599, 0.820658, {-2.693513, -0.076445, 0.241442, -2.375626}, {-2.70, 0.00, 0.265390, -0.152856}, 0.445470, -2.7, 0.85},
    {"Pd", "fcc", 2.750897, 1.595417, 21.335246, 21.940073, 8.697397, 4.638612, 0.406763, 0.598880, 0.397263, 0.754799, {-2.321006, -0.473983, 1.615343, -0.231681}, {-2.36, 0.00, 1.481742, -1.675615}, 1.130000, -2.352753, 0.85},
    {"Pt", "fcc", 2.771916, 2.336509, 33.367564, 35.205357, 7.105782, 3.789750, 0.556398, 0.696037, 0.385255, 0.770510, {-1.455568, -2.149952, 0.528491, 1.222875}, {-4.17, 0.00, 3.010561, -2.420128}, 1.450000, -4.145597, 0.25},
    {"Al", "fcc", 2.863924, 1.403115, 20.418205, 23.195740, 6.613165, 3.527021, 0.314873, 0.365551, 0.379846, 0.759692, {-2.807602, -0.301435, 1.258562, -1.247604}, {-2.83, 0.00, 0.622245, -2.488244}, 0.785902, -2.824528, 0.85},
    {"Pb", "fcc", 3.499723, 0.647872, 8.450154, 8.450063, 9.121799, 5.212457, 0.161219, 0.236884, 0.250805, 0.764955, {-1.422370, -0.210107, 0.682886, -0.529378}, {-1.44, 0.00, 0.702726, -0.538766}, 0.935380, -1.439436, 0.85},
    {"Fe", "bcc", 2.481987, 1.885957, 20.041463, 20.041463, 9.818270, 5.236411, 0.392811, 0.646243, 0.170306, 0.340613, {-2.534992, -0.059605, 0.193065, -2.282322}, {-2.54, 0.00, 0.200269, -0.148770}, 0.391750, -2.539945, 0.85},
    {"Mo", "bcc", 2.728100, 2.723710, 29.354065, 29.354065, 8.393531, 4.476550, 0.708787, 1.120373, 0.137640, 0.275280, {-3.692913, -0.178812, 0.380450, -3.133650}, {-3.71, 0.00, 0.875874, 0.776222}, 0.790879, -3.712093, 0.85},
    {"Ta", "bcc", 2.860082, 3.086341, 33.787168, 33.787168, 8.489528, 4.527748, 0.611679, 1.032101, 0.176977, 0.353954, {-5.103845, -0.405524, 1.112997, -3.585325}, {-5.14, 0.00, 1.640098, 0.221375}, 0.848843, -5.141526, 0.85},
    {"W", "bcc", 2.740840, 3.487340, 37.234847, 37.234847, 8.900114, 4.746728, 0.882435, 1.394592, 0.139209, 0.278417, {-4.946281, -0.148818, 0.365057, -4.432406}, {-4.96, 0.00, 0.661935, 0.348147}, 0.582714, -4.961306, 0.85},
    {"Mg", "hcp", 3.196291, 0.544323, 7.132600, 7.132600, 10.228708, 5.455311, 0.137518, 0.225930, 0.5, 1.0, {-0.896473, -0.044291, 0.162232, -0.689950}, {-0.90, 0.00, 0.122838, -0.226010}, 0.431425, -0.899702, 0.85},
    {"Co", "hcp", 2.505979, 1.975299, 27.206789, 27.206789, 8.679625, 4.629134, 0.421378, 0.640107, 0.5, 1.0, {-2.541799, -0.219415, 0.733381, -1.589003}, {-2.56, 0.00, 0.705845, -0.687140}, 0.694608, -2.559307, 0.85},
    {"Ti", "hcp", 2.933872, 1.863200, 25.565138, 25.565138, 8.775431, 4.680230, 0.373601, 0.570968, 0.5, 1.0, {-3.203773, -0.198262, 0.683779, -2.321732}, {-3.22, 0.00, 0.608587, -0.750710}, 0.558572, -3.219176, 0.85},
    {"Zr", "hcp", 3.199978, 2.230909, 30.879991, 30.879991, 8.559190, 4.564902, 0.424667, 0.640054, 0.5, 1.0, {-4.485793, -0.293129, 0.990148, -3.202516}, {-4.51, 0.00, 0.928602, -0.981870}, 0.597133, -4.509025, 0.85}};

// Nearer, the functions stay what they are here: no atom comes there, and they would rise without end.
constexpr double nearest = 0.5;  // Angstrom
constexpr double rho_o = 1.15;

double damped(double amplitude, double decay, double shift, double x) {
  return amplitude * std::exp(-decay * (x - 1.0)) / (1.0 + std::pow(x - shift, 20));
}

double cubic(const std::array<double, 4>& c, double x) { return ((c[3] * x + c[2]) * x + c[1]) * x + c[0]; }

double own_pair(const ZhouElement& e, double r) {
  const double x = r / e.r_e;
  return damped(e.A, e.alpha, e.kappa, x) - damped(e.B, e.beta, e.lambda, x);
}

}  // namespace

const std::vector<ZhouElement>& zhou_elements() { return elements; }

const ZhouElement& zhou_element(std::string_view symbol) {
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const ZhouElement& e) { return e.symbol == symbol; });
  if (found != elements.end()) return *found;
  std::string known;
  for (const ZhouElement& e : elements) known += fmt::format(" {}", e.symbol);
  throw Error(ExitCode::bad_input, fmt::format("Zhou, Johnson and Wadley have no element '{}'; they have{}", symbol, known));
}

double lattice_constant_A(const ZhouElement& e) {
  return e.lattice == "fcc" ? std::sqrt(2.0) * e.r_e : e.lattice == "bcc" ? 2.0 / std::sqrt(3.0) * e.r_e : e.r_e;
}

double zhou_density(const ZhouElement& e, double r) { return damped(e.f_e, e.beta, e.lambda, std::max(r, nearest) / e.r_e); }

double zhou_pair(const ZhouElement& a, const ZhouElement& b, double r) {
  const double d = std::max(r, nearest);
  if (a.symbol == b.symbol) return own_pair(a, d);
  const double ratio = zhou_density(b, d) / zhou_density(a, d);
  return 0.5 * (ratio * own_pair(a, d) + own_pair(b, d) / ratio);
}

double zhou_embedding(const ZhouElement& e, double rho) {
  const double rho_n = e.rho_n * e.rho_e;
  if (rho < rho_n) return cubic(e.F_low, rho / rho_n - 1.0);
  if (rho < rho_o * e.rho_e) return cubic(e.F_near, rho / e.rho_e - 1.0);
  const double u = rho / e.rho_s;
  return e.F_e * (1.0 - e.eta * std::log(u)) * std::pow(u, e.eta);
}

EamFunctions zhou_functions(const std::vector<std::string>& symbols, int points) {
  EamFunctions f;
  f.file = "Zhou, Johnson and Wadley 2004";
  f.species = symbols;
  std::vector<const ZhouElement*> chosen;
  double r_e = 0.0, rho_e = 0.0;
  for (const std::string& symbol : symbols) {
    const ZhouElement& e = zhou_element(symbol);
    if (std::find(chosen.begin(), chosen.end(), &e) != chosen.end())
      throw Error(ExitCode::bad_input, fmt::format("{} is named twice", symbol));
    chosen.push_back(&e);
    f.atomic_number.push_back(element(symbol).number);
    f.mass_amu.push_back(element(symbol).weight_amu);
    r_e = std::max(r_e, e.r_e);
    rho_e = std::max(rho_e, e.rho_e);
  }
  constexpr double least_rho_max = 100.0;
  f.rho_points = f.r_points = points;
  f.rho_max = std::max(2.0 * rho_e, least_rho_max);
  f.rho_step = f.rho_max / (points - 1);
  f.cutoff = std::sqrt(5.0) * r_e;
  f.r_step = f.cutoff / (points - 1);
  for (const ZhouElement* a : chosen) {
    std::vector<double> embedding, density;
    for (int k = 0; k < points; ++k) {
      embedding.push_back(zhou_embedding(*a, k * f.rho_step));
      density.push_back(zhou_density(*a, k * f.r_step));
    }
    f.embedding.push_back(embedding);
    f.density.emplace_back(symbols.size(), density);
  }
  f.r_phi.assign(symbols.size(), std::vector<std::vector<double>>(symbols.size()));
  for (std::size_t s = 0; s < symbols.size(); ++s)
    for (std::size_t t = 0; t <= s; ++t) {
      for (int k = 0; k < points; ++k) f.r_phi[s][t].push_back(k * f.r_step * zhou_pair(*chosen[s], *chosen[t], k * f.r_step));
      f.r_phi[t][s] = f.r_phi[s][t];
    }
  return f;
}

}  // namespace patina
