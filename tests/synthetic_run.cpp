// SPDX-License-Identifier: BSD-3-Clause
#include "synthetic_run.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>
#include <vector>

#include "core/hdf5.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina::test {
namespace {

constexpr int atoms = 1500;
constexpr int modes = 400;
constexpr int frames = 801;
constexpr double frame_ps = 0.1;
constexpr int map_stride = 5;  // frames between those of the two-time maps
constexpr double anneal_K = 850.0;

struct ThermoWriter {
  std::ofstream file;
  std::uint64_t seed;
  double kink_K;
  long row = 0;
  double time_ps = 0.0;

  void header() {
    file << "step,time_ps,temperature_K,potential_energy_eV,kinetic_energy_eV,conserved_eV,pressure_GPa,"
            "volume_A3,"
            "pressure_xx_GPa,pressure_yy_GPa,pressure_zz_GPa,pressure_xy_GPa,pressure_xz_GPa,pressure_yz_GPa,"
            "edge_a_A,edge_b_A,edge_c_A,target_temperature_K,target_pressure_GPa,protocol_step\n";
  }
  void write(double target_K, int protocol_step) {
    time_ps += 0.1;
    const auto noise = [&](int k) { return random_block(seed, Stream::test, row, 7 + k).normal(0); };
    const double above = std::max(target_K - kink_K, 0.0);
    const double temperature = target_K * (1.0 + std::sqrt(2.0 / (3.0 * atoms)) * noise(0));
    const double kinetic = 1.5 * atoms * units::boltzmann_eV_per_K * temperature;
    const double potential = atoms * (-4.8 + 1.35e-4 * target_K + 1.2e-4 * above + 6e-4 * noise(1));
    const double volume = atoms * (16.0 * (1.0 + 2.6e-5 * target_K + 3.2e-5 * above) + 8e-3 * noise(2));
    const double pressure = 0.25 * noise(3), edge = std::cbrt(volume);
    const double conserved = -atoms * 4.2 + 2e-5 * atoms * time_ps / 100.0 + 0.02 * noise(4);
    file << fmt::format("{},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g}", row * 50, time_ps,
                        temperature, potential, kinetic, conserved, pressure, volume);
    for (int k = 0; k < 6; ++k) file << fmt::format(",{:.17g}", k < 3 ? pressure : 0.1 * noise(5 + k));
    file << fmt::format(",{0:.17g},{0:.17g},{0:.17g},{1:.17g},0,{2}\n", edge, target_K, protocol_step);
    ++row;
  }
};

void write_thermo(const std::string& path, const SyntheticRun& run, std::uint64_t seed) {
  ThermoWriter thermo{std::ofstream(path), seed, run.kink_K};
  thermo.header();
  int step = 0;
  // As a run writes them: no row at the start of a step, one at its end.
  for (int i = 1; i <= 80; ++i) thermo.write(2000.0, step);
  if (run.quench) {
    ++step;
    for (int i = 1; i <= 850; ++i) thermo.write(2000.0 - 2.0 * i, step);
    ++step;
    for (int i = 1; i <= 55; ++i) thermo.write(300.0 + 10.0 * i, step);
  }
  ++step;
  for (int i = 1; i <= 800; ++i) thermo.write(anneal_K, step);
}

void write_resolved(const std::string& path, const SyntheticRun& run) {
  const std::string quench =
      R"({"type":"quench","from_K":2000,"to_K":300,"cooling_rate_K_per_s":2e13,"pressure_GPa":0},)"
      R"({"type":"heat","from_K":300,"to_K":850,"heating_rate_K_per_s":1e14,"pressure_GPa":0},)";
  std::ofstream(path)
      << R"({"title":"Synthetic Cu64.5Zr35.5 with an exponential clock","seed":20260101,)"
      << R"("replicas":)" << run.replicas
      << R"(,"potential":{"files":["Cu-Zr_4.eam.fs"],"species":["Cu","Zr"]},)"
      << R"("structure":{"type":"random","atoms":1500,"composition":{"Cu":0.645,"Zr":0.355}},)"
      << R"("dynamics":{"time_step_fs":2.0},)"
      << R"("protocol":[{"type":"melt","temperature_K":2000,"duration_ps":8},)" << (run.quench ? quench : "")
      << R"({"type":"anneal","temperature_K":850,"duration_ps":80}]})";
}

double kernel(const SyntheticRun& run, double clock_distance, double time_distance) {
  if (time_distance == 0.0) return 1.0;
  return run.plateau * std::exp(-std::pow(clock_distance, run.kww_exponent)) +
         (1.0 - run.plateau) * std::exp(-std::pow(time_distance / 0.12, 2));
}

double clock_of(const SyntheticRun& run, double t) {
  if (std::isinf(run.tau_star_ps)) return t / run.tau0_ps;
  return -run.tau_star_ps / run.tau0_ps * std::expm1(-t / run.tau_star_ps);
}

// rho(t, mode): the Cholesky factor of the kernel times independent complex normals.
Eigen::MatrixXcd draw_modes(const SyntheticRun& run, std::uint64_t seed) {
  Eigen::MatrixXd covariance(frames, frames);
  for (int i = 0; i < frames; ++i)
    for (int j = 0; j < frames; ++j)
      covariance(i, j) = kernel(run, std::abs(clock_of(run, i * frame_ps) - clock_of(run, j * frame_ps)),
                                std::abs(i - j) * frame_ps);
  covariance.diagonal().array() += 1e-9;
  const Eigen::MatrixXd factor = Eigen::LLT<Eigen::MatrixXd>(covariance).matrixL();
  Eigen::MatrixXcd noise(frames, modes);
  for (int p = 0; p < modes; ++p)
    for (int i = 0; i < frames; ++i) {
      const auto block = random_block(seed, Stream::test, 1000000 + i, p);
      noise(i, p) = std::complex<double>(block.normal(0), block.normal(1)) * std::sqrt(0.5);
    }
  return factor * noise;
}

std::vector<int> lag_frames() {
  std::vector<int> lags{0};
  for (double lag = 1.0; lag < frames; lag *= 1.22)
    if (int(std::lround(lag)) != lags.back()) lags.push_back(int(std::lround(lag)));
  return lags;
}

void write_scattering(h5::File& file, const std::string& entry, const SyntheticRun& run,
                      const Eigen::MatrixXcd& rho) {
  const auto lags = lag_frames();
  const std::vector<int> all_starts{0, 25, 50, 100, 200, 400};
  const std::vector<int> starts(all_starts.begin(), all_starts.begin() + run.waiting_times);
  const std::uint64_t w_count = starts.size(), l_count = lags.size();
  std::vector<double> f, f_errors, numerator, denominator, waiting, lag_ps, self, self_errors;
  for (const int start : starts) waiting.push_back(start * frame_ps);
  for (const int lag : lags) lag_ps.push_back(lag * frame_ps);
  for (const int start : starts)
    for (const int lag : lags) {
      const bool measured = start + lag < frames;
      const auto a = rho.row(start), b = rho.row(measured ? start + lag : start);
      const Eigen::ArrayXd overlap = (a.conjugate().array() * b.array()).real();
      const Eigen::ArrayXd before = a.array().abs2(), after = b.array().abs2();
      const double norm = std::sqrt(before.sum() * after.sum()), value = overlap.sum() / norm;
      // Standard error of the ratio, by its linear expansion in the three sums.
      const Eigen::ArrayXd deviation =
          overlap / norm - 0.5 * value * (before / before.sum() + after / after.sum());
      const double error = std::sqrt(deviation.square().sum());
      f.push_back(measured ? value : std::nan(""));
      f_errors.push_back(measured ? error : std::nan(""));
      numerator.push_back(measured ? overlap.sum() : std::nan(""));
      denominator.push_back(measured ? norm : std::nan(""));
      for (const double faster : {0.8, 1.25}) {
        const double distance =
            std::abs(clock_of(run, (start + lag) * frame_ps) - clock_of(run, start * frame_ps));
        const double sigma = 0.004, noise = random_block(3, Stream::test, start, lag).normal(faster > 1.0);
        self.push_back(measured ? kernel(run, distance / faster, lag * frame_ps) + (lag ? sigma * noise : 0.0)
                                : std::nan(""));
        self_errors.push_back(measured ? (lag ? sigma : 0.0) : std::nan(""));
      }
    }
  const std::string isf = entry + "/intermediate_scattering";
  file.write(isf + "/f", f, {w_count, l_count});
  file.write(isf + "/f_errors", f_errors, {w_count, l_count});
  file.write(isf + "/numerator", numerator, {w_count, l_count});
  file.write(isf + "/denominator", denominator, {w_count, l_count});
  file.write(isf + "/waiting_time_ps", waiting);
  file.write(isf + "/lag_ps", lag_ps);
  file.write(entry + "/self_scattering/f", self, {w_count, l_count, 2});
  file.write(entry + "/self_scattering/f_errors", self_errors, {w_count, l_count, 2});
  file.write_texts(entry + "/self_scattering/species", {"Cu", "Zr"});
}

void write_maps(h5::File& file, const std::string& entry, const Eigen::MatrixXcd& rho) {
  const int count = (frames - 1) / map_stride + 1;
  Eigen::MatrixXcd sampled(count, modes);
  for (int i = 0; i < count; ++i) sampled.row(i) = rho.row(i * map_stride);
  const Eigen::MatrixXd intensity = sampled.cwiseAbs2();
  const Eigen::VectorXd mean = intensity.rowwise().mean();
  const Eigen::MatrixXd product = intensity * intensity.transpose() / modes;
  const Eigen::MatrixXd overlap = (sampled.conjugate() * sampled.transpose()).real() / modes;
  std::vector<double> correlation, field, raw, t;
  for (int i = 0; i < count; ++i) {
    t.push_back(i * map_stride * frame_ps);
    for (int j = 0; j < count; ++j) {
      raw.push_back(product(i, j));
      correlation.push_back(product(i, j) / (mean[i] * mean[j]));
      field.push_back(overlap(i, j) / std::sqrt(mean[i] * mean[j]));
    }
  }
  const std::uint64_t n = t.size();
  for (const std::string group : {"/two_time", "/field_correlation"}) {
    file.write(entry + group + "/t1_ps", t);
    file.write(entry + group + "/t2_ps", t);
  }
  file.write(entry + "/two_time/correlation", correlation, {n, n});
  file.write(entry + "/two_time/numerator", raw, {n, n});
  file.write(entry + "/two_time/mean_intensity", std::vector<double>(mean.data(), mean.data() + mean.size()));
  file.write(entry + "/field_correlation/f", field, {n, n});
}

void write_structure(h5::File& file, const std::string& entry) {
  std::vector<double> q, s, errors, partials;
  for (int i = 0; i < 190; ++i) {
    const double x = 0.55 + 0.05 * i;
    const auto bump = [&](double at, double width) { return std::exp(-std::pow((x - at) / width, 2)); };
    const double value = 1.0 - 0.95 * std::exp(-x * x / 2.5) + 2.2 * bump(2.8, 0.28) - 0.55 * bump(3.6, 0.4) +
                         0.4 * bump(4.8, 0.5) + 0.2 * bump(7.1, 0.6);
    q.push_back(x);
    s.push_back(value);
    errors.push_back(0.02 * value);
    for (const double shift : {0.15, 0.0, -0.15}) partials.push_back(value + shift * bump(2.6, 0.5) * 3.0);
  }
  file.write(entry + "/structure_factor/S_x", s);
  file.write(entry + "/structure_factor/S_x_errors", errors);
  file.write(entry + "/structure_factor/q_inv_A", q);
  file.write(entry + "/partials_faber_ziman/S", partials, {q.size(), 3});
  file.write(entry + "/partials_faber_ziman/q_inv_A", q);
  file.write_texts(entry + "/partials_faber_ziman/pairs", {"Cu-Cu", "Cu-Zr", "Zr-Zr"});
}

void write_results(const std::string& path, const SyntheticRun& run, std::uint64_t seed) {
  auto file = h5::File::create(path);
  const std::string step = run.quench ? "/step03_anneal" : "/step01_anneal";
  if (run.xpcs) {
    const auto rho = draw_modes(run, seed);
    write_scattering(file, step, run, rho);
    write_maps(file, step, rho);
    file.write(step + "/q_set/q_inv_A", std::vector<double>(modes, 2.8));
    file.write(step + "/q_set/q0_inv_A", std::vector<double>{2.8}, h5::Dims{});
  }
  if (run.structure) write_structure(file, step + "_structure");
  file.close();
}

}  // namespace

void write_synthetic_run(const std::string& folder, const SyntheticRun& run) {
  std::filesystem::create_directories(folder);
  write_resolved(folder + "/resolved.json", run);
  for (int replica = 0; replica < run.replicas; ++replica) {
    const std::string place = run.replicas > 1 ? fmt::format("{}/replica_{:03d}", folder, replica) : folder;
    std::filesystem::create_directories(place);
    const std::uint64_t seed = run.seed + 1000003u * static_cast<std::uint64_t>(replica);
    write_thermo(place + "/thermo.csv", run, seed);
    std::ofstream(place + "/log.txt") << "patina 0.1.0 (git 0123456789ab), 2 rank(s) of 1 thread(s)\n"
                                      << "potential Cu-Zr_4.eam.fs (sha256 " << std::string(64, 'a') << ")\n";
    if (run.xpcs || run.structure) write_results(place + "/xpcs.h5", run, seed);
  }
}

}  // namespace patina::test
