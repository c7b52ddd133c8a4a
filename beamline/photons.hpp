// SPDX-License-Identifier: BSD-3-Clause
// Photons that a detector counts: Poisson counts of given intensities, and negative-binomial counts, which are those of
// intensities that are sums of M equal modes of Gaussian fields (Mandel's formula; J. W. Goodman, Speckle Phenomena in Optics
// (2007), 4.4):
//
//   P(k) = Gamma(k + M) / (Gamma(M) k!) (1 + M / mean)^-k (1 + mean / M)^-M,    Var k = mean + mean^2 / M.
//
// A count is a function of (seed, stream, frame, pixel, mean) alone: the same whatever ranks, threads, pieces of a frame or order.
// It is the inverse of the distribution at one uniform number U, by the upper tail: the least k with U >= P(more than k). So
// counts grow with the mean at the same key. Probabilities are right to 1e-15.
// Intensities are photons per pixel and frame. One that is not above 0 (also NaN) gives no photon, so that masks may stand in them;
// beyond most_photons: Error(bad_input).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.hpp"

namespace patina {

constexpr double most_photons = 1e6;  // per pixel and frame

struct PhotonKey {
  std::uint64_t seed = 1;
  Stream stream = Stream::photons;
  std::uint64_t frame = 0;  // below 2^48
};

// A pixel that counted something. An event list of a frame is in order of pixels.
struct PhotonEvent {
  std::uint32_t pixel = 0;
  std::uint32_t count = 0;
  bool operator==(const PhotonEvent&) const = default;
};

// Of pixels first_pixel, first_pixel + 1, ...; first_pixel + mean.size() <= 2^32. Events are added at the end of the list.
void add_poisson_events(const PhotonKey& key, std::uint32_t first_pixel, std::span<const float> mean, std::vector<PhotonEvent>& events);
// counts.size() == mean.size(); counts of more than 65535 read 65535, as those of a saturated pixel of 16 bits do.
void count_poisson(const PhotonKey& key, std::uint32_t first_pixel, std::span<const float> mean, std::span<std::uint16_t> counts);

// The distribution with its upper tails as a table. 0 < mean <= most_negative_binomial_mean, 0.1 <= modes <= 1e12 (not necessarily whole).
constexpr double most_negative_binomial_mean = 500.0;
class NegativeBinomial {
 public:
  NegativeBinomial(double mean, double modes);

  double mean() const { return mean_; }
  double modes() const { return modes_; }
  // P(more than k), k >= 0.
  double beyond(std::uint32_t k) const { return k < beyond_.size() ? beyond_[k] : 0.0; }
  // The count at u in 0 .. 1.
  std::uint32_t count(double u) const;

 private:
  std::uint32_t search(double u) const;

  double mean_, modes_;
  std::vector<double> beyond_;  // P(> k), until it is below the grid of U
  std::array<std::uint32_t, 256> least_{};  // the least count of U in b / 256 .. (b + 1) / 256: where the search begins
};

// As above, every pixel with the same mean.
void add_negative_binomial_events(const PhotonKey& key, const NegativeBinomial& law, std::uint32_t first_pixel, std::uint32_t pixels,
                                  std::vector<PhotonEvent>& events);
void count_negative_binomial(const PhotonKey& key, const NegativeBinomial& law, std::uint32_t first_pixel, std::span<std::uint16_t> counts);

}  // namespace patina
