// SPDX-License-Identifier: BSD-3-Clause
#include "synthetic_dynamics.hpp"

#include <cmath>
#include <cstdint>

#include "core/hdf5.hpp"
#include "core/rng.hpp"

namespace patina::test {
namespace {

std::vector<double> logarithmic_lags() {
  std::vector<double> lags = {0.0};
  for (double lag = 0.02; lag < 200.0; lag *= std::pow(10.0, 0.1)) lags.push_back(lag);
  return lags;
}

}  // namespace

void write_synthetic_dynamics(const std::string& path, const std::string& entry, int sample, double faster) {
  h5::File file = h5::File::create(path);
  const auto lags = logarithmic_lags();
  const std::uint64_t W = 2, K = shell_q.size(), L = lags.size(), G = 3;
  std::vector<double> f, f_errors, ones, msd, alpha_2, overlap, chi4;
  for (std::uint64_t w = 0; w < W; ++w)
    for (std::uint64_t k = 0; k < K; ++k)
      for (std::uint64_t l = 0; l < L; ++l) {
        const double tau = tau0_ps * std::pow(shell_q[k], -q_power);
        const double random = random_block(7, Stream::test, static_cast<std::uint64_t>(sample), (w * K + k) * L + l).normal(0);
        f.push_back(lags[l] == 0.0 ? 1.0 : plateau * std::exp(-std::pow(lags[l] / tau, kww_exponent)) + noise * random);
        f_errors.push_back(noise);
        ones.push_back(1.0);
      }
  for (std::uint64_t w = 0; w < W; ++w)
    for (std::uint64_t l = 0; l < L; ++l) {
      const double t = lags[l];
      for (std::uint64_t g = 0; g < G; ++g) {
        msd.push_back(g == 1 ? 0.3 * std::sqrt(t) : 0.2 * (1.0 - std::exp(-t)) + 6.0 * faster * diffusion * t);
        alpha_2.push_back(t / 5.0 * std::exp(1.0 - t / 5.0));
        overlap.push_back(std::exp(-t / 50.0));
      }
      chi4.push_back(t);
    }
  const std::string at = "/" + entry;
  file.write(at + "/coherent_scattering/f", f, {W, K, L});
  file.write(at + "/coherent_scattering/numerator", f, {W, K, L});
  file.write(at + "/coherent_scattering/f_errors", f_errors, {W, K, L});
  file.write(at + "/coherent_scattering/square_at_waiting_time", ones, {W, K, L});
  file.write(at + "/coherent_scattering/square_at_lag", ones, {W, K, L});
  file.write(at + "/coherent_scattering/waiting_time_ps", std::vector<double>{0.0, 5.0});
  file.write(at + "/coherent_scattering/q_inv_A", shell_q);
  file.write(at + "/coherent_scattering/lag_ps", lags);
  std::vector<int> shell;
  for (std::size_t k = 0; k < K; ++k) shell.insert(shell.end(), 300, static_cast<int>(k));
  file.write(at + "/q_set/shell", shell);
  file.write_texts(at + "/mean_square_displacement/species", {"Cu", "Zr", "all"});
  file.write(at + "/mean_square_displacement/msd", msd, {W, L, G});
  file.write(at + "/non_gaussian/alpha_2", alpha_2, {W, L, G});
  file.write(at + "/overlap/Q", overlap, {W, L, G});
  file.write(at + "/chi4/sub_boxes", chi4, {W, L});
  file.close();
}

void write_two_steps(const std::string& path, const std::string& entry, double plateau_of_two) {
  h5::File file = h5::File::extend(path);
  const auto lags = logarithmic_lags();
  std::vector<double> f;
  for (std::size_t curve = 0; curve < 2 * shell_q.size(); ++curve)
    for (const double t : lags)
      f.push_back((1.0 - plateau_of_two) * std::exp(-std::pow(t / 0.1, 2)) + plateau_of_two * std::exp(-t / 40.0));
  for (const char* name : {"f", "numerator"}) {
    const std::string dataset = "/" + entry + "/coherent_scattering/" + name;
    file.remove(dataset);
    file.write(dataset, f, {2, shell_q.size(), lags.size()});
  }
  file.close();
}

}  // namespace patina::test
