// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/photons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "beamline/photon_sieve.hpp"
#include "core/bits.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

constexpr int groups_at_once = 32;  // means, pixels and bytes of so many stay in the first cache
constexpr int pixels_at_once = groups_at_once * sieve_group;

// A uniform number has 61 bits below 1: tails thinner than this never matter.
constexpr double thinnest_tail = 1e-20;

PhiloxKey philox_key(const PhotonKey& key) {
  // The counter of random_block(seed, stream, frame, id, 0) for id = 0.
  return {{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)},
          {static_cast<std::uint32_t>(key.stream) << 16, static_cast<std::uint32_t>(key.frame), 0,
           static_cast<std::uint32_t>(key.frame >> 32) << 16}};
}

const PhotonSieve& sieve() {
  static const PhotonSieve& best = *photon_sieve_versions().all[0];
  return best;
}

struct Candidates {
  std::array<std::uint32_t, pixels_at_once> pixel;
  std::array<std::uint8_t, pixels_at_once> byte;
};

// Visits the pixels of first .. first + count - 1 that may hold photons, in order: visit(pixel - first, U). `sift(groups, offset, candidates)`
// runs the sieve over whole groups, `offset` being their first pixel - first, which may lie below 0.
template <class Sift, class Visit>
void each_candidate(const PhotonKey& key, std::uint32_t first, std::size_t count, const Sift& sift, const Visit& visit) {
  require(first + std::uint64_t{count} <= std::uint64_t{1} << 32, "photons: a frame has at most 2^32 pixels");
  Candidates candidates;
  const std::int64_t begin = first, end = begin + static_cast<std::int64_t>(count);
  for (std::int64_t at = begin / sieve_group * sieve_group; at < end; at += pixels_at_once) {
    const int groups = static_cast<int>(std::min<std::int64_t>(groups_at_once, (end - at + sieve_group - 1) / sieve_group));
    const int found = sift(static_cast<std::uint32_t>(at / sieve_group), groups, at - begin, candidates);
    for (int c = 0; c < found; ++c) {
      const std::int64_t pixel = at + candidates.pixel[static_cast<std::size_t>(c)];
      if (pixel < begin || pixel >= end) continue;
      const RandomBlock finer = random_block(key.seed, key.stream, key.frame, static_cast<std::uint64_t>(pixel), 1);
      visit(static_cast<std::size_t>(pixel - begin), (candidates.byte[static_cast<std::size_t>(c)] + finer.uniform(0)) / 256.0);
    }
  }
}

constexpr double largest_part = 32.0;

struct Reciprocals {
  std::array<double, 160> of{};        // 1 / k
  std::array<double, 14> factorial{};  // 1 / k!
  constexpr Reciprocals() {
    for (std::size_t k = 1; k < of.size(); ++k) of[k] = 1.0 / static_cast<double>(k);
    double product = 1.0;
    for (std::size_t k = 0; k < factorial.size(); ++k) {
      product *= k > 0 ? static_cast<double>(k) : 1.0;
      factorial[k] = 1.0 / product;
    }
  }
};
constexpr Reciprocals reciprocal;

// elementary::exp(-x) for 0 < x <= largest_part without its divisions, to 1e-16: the first term of the series left out is
// 0.35^14 / 14!.
double exp_of_minus(double x) {
  const double n = ::rint(x * 1.4426950408889634);
  const double r = (n * elementary::ln2_high - x) + n * elementary::ln2_low;
  double sum = 0.0;
  for (std::size_t k = reciprocal.factorial.size() - 1; k > 0; --k) sum = (sum + reciprocal.factorial[k]) * r;
  return (1.0 + sum) * double_of_bits(static_cast<std::uint64_t>(1023 - static_cast<int>(n)) << 52);
}

// The least k with u >= P(> k), mean <= largest_part.
std::uint32_t poisson_count(double u, double mean) {
  // Bounds decide nearly always where photons are few: m - m^2/2 <= P(> 0) <= m - m^2/2 + m^3/6, P(> 1) <= m^2/2.
  const double pairs = 0.5 * mean * mean;
  if (u >= mean - pairs + pairs * mean / 3.0) return 0;
  if (u < mean - pairs && u >= pairs) return 1;
  double term = exp_of_minus(mean), beyond = 1.0 - term;
  std::uint32_t k = 0;
  // P(> 159) is below 1e-50 even of the largest part.
  while (u < beyond && (k < mean || term > thinnest_tail) && k + 1 < reciprocal.of.size()) {
    ++k;
    term *= mean * reciprocal.of[k];
    beyond -= term;
  }
  return k;
}

// Of large means the sum of parts: e^-mean would be too small a number to begin with.
std::uint32_t poisson_count(const PhotonKey& key, std::uint64_t pixel, double u, double mean) {
  if (mean <= largest_part) return poisson_count(u, mean);
  if (!(mean <= most_photons))
    throw Error(ExitCode::bad_input, fmt::format("pixel {} of frame {}: {:g} photons are more than {:g}", pixel, key.frame, mean, most_photons));
  const int parts = static_cast<int>(std::ceil(mean / largest_part));
  std::uint32_t sum = poisson_count(u, mean / parts);
  for (int part = 1; part < parts; ++part)
    sum += poisson_count(random_block(key.seed, key.stream, key.frame, pixel, static_cast<std::uint32_t>(part + 1)).uniform(0), mean / parts);
  return sum;
}

// visit(place, count) of the pixels that count something.
template <class Visit>
void each_poisson(const PhotonKey& key, std::uint32_t first, std::span<const float> mean, const Visit& visit) {
  const PhiloxKey philox = philox_key(key);
  const auto sift = [&](std::uint32_t group, int groups, std::int64_t offset, Candidates& candidates) {
    const std::int64_t count = static_cast<std::int64_t>(mean.size()), stop = offset + groups * sieve_group;
    if (offset >= 0 && stop <= count)
      return sieve().pass(philox, group, groups, mean.data() + offset, candidates.pixel.data(), candidates.byte.data());
    // Groups that reach beyond the stretch: no photons there.
    std::array<float, pixels_at_once> padded{};
    const std::int64_t from = std::max<std::int64_t>(offset, 0), to = std::min(stop, count);
    std::copy(mean.begin() + from, mean.begin() + to, padded.begin() + (from - offset));
    return sieve().pass(philox, group, groups, padded.data(), candidates.pixel.data(), candidates.byte.data());
  };
  each_candidate(key, first, mean.size(), sift, [&](std::size_t place, double u) {
    const std::uint32_t photons = poisson_count(key, first + std::uint64_t{place}, u, static_cast<double>(mean[place]));
    if (photons > 0) visit(place, photons);
  });
}

template <class Visit>
void each_negative_binomial(const PhotonKey& key, const NegativeBinomial& law, std::uint32_t first, std::size_t pixels, const Visit& visit) {
  const PhiloxKey philox = philox_key(key);
  const int limit = static_cast<int>(std::ceil(256.0 * law.beyond(0)));
  const auto sift = [&](std::uint32_t group, int groups, std::int64_t, Candidates& candidates) {
    return sieve().pass_even(philox, group, groups, limit, candidates.pixel.data(), candidates.byte.data());
  };
  each_candidate(key, first, pixels, sift, [&](std::size_t place, double u) {
    if (const std::uint32_t photons = law.count(u); photons > 0) visit(place, photons);
  });
}

std::uint16_t saturated(std::uint32_t photons) { return static_cast<std::uint16_t>(std::min<std::uint32_t>(photons, 65535)); }

// ln(1 + x) / x, x > 0: the logarithm by itself would lose what is small against 1.
double log1p_over(double x) {
  if (x > 0.1) return elementary::log(1.0 + x) / x;
  const double f = x / (2.0 + x), square = f * f;  // ln(1 + x) = 2 artanh f
  double sum = 0.0;
  for (int k = 7; k >= 1; --k) sum = (sum + 1.0 / (2 * k + 1)) * square;
  return 2.0 / (2.0 + x) * (1.0 + sum);
}

}  // namespace

void add_poisson_events(const PhotonKey& key, std::uint32_t first_pixel, std::span<const float> mean, std::vector<PhotonEvent>& events) {
  each_poisson(key, first_pixel, mean, [&](std::size_t place, std::uint32_t photons) {
    events.push_back({first_pixel + static_cast<std::uint32_t>(place), photons});
  });
}

void count_poisson(const PhotonKey& key, std::uint32_t first_pixel, std::span<const float> mean, std::span<std::uint16_t> counts) {
  require(counts.size() == mean.size(), "photons: counts and means differ in length");
  std::fill(counts.begin(), counts.end(), std::uint16_t{0});
  each_poisson(key, first_pixel, mean, [&](std::size_t place, std::uint32_t photons) { counts[place] = saturated(photons); });
}

NegativeBinomial::NegativeBinomial(double mean, double modes) : mean_(mean), modes_(modes) {
  // Beyond, P(0) would not be a number or the table a long one.
  if (!(mean > 0.0 && mean <= most_negative_binomial_mean))
    throw Error(ExitCode::bad_input, fmt::format("mean count {:g}: must be > 0, <= {:g}", mean, most_negative_binomial_mean));
  if (!(modes >= 0.1 && modes <= 1e12)) throw Error(ExitCode::bad_input, fmt::format("{:g} modes: must be >= 0.1, <= 1e12", modes));
  const double exponent = -mean * log1p_over(mean / modes), ratio = mean / (mean + modes);
  double term = elementary::exp(exponent), beyond = -elementary::expm1(exponent);
  beyond_.push_back(beyond);
  for (double k = 1.0; beyond > 0.0 && (k < mean || term > thinnest_tail); k += 1.0) {
    term *= (k - 1.0 + modes) / k * ratio;
    beyond = std::max(beyond - term, 0.0);
    beyond_.push_back(beyond);
  }
  for (std::size_t b = 0; b < least_.size(); ++b) least_[b] = search((static_cast<double>(b) + 1.0) / 256.0);
}

std::uint32_t NegativeBinomial::search(double u) const {
  return static_cast<std::uint32_t>(std::partition_point(beyond_.begin(), beyond_.end(), [u](double tail) { return u < tail; }) - beyond_.begin());
}

std::uint32_t NegativeBinomial::count(double u) const {
  if (u >= beyond_[0]) return 0;
  const auto byte = static_cast<std::size_t>(256.0 * u);  // not 256: u < 1
  if (byte == 0) return search(u);                        // the tail may be long
  std::uint32_t k = least_[byte];
  while (k < beyond_.size() && u < beyond_[k]) ++k;
  return k;
}

void add_negative_binomial_events(const PhotonKey& key, const NegativeBinomial& law, std::uint32_t first_pixel, std::uint32_t pixels,
                                  std::vector<PhotonEvent>& events) {
  each_negative_binomial(key, law, first_pixel, pixels, [&](std::size_t place, std::uint32_t photons) {
    events.push_back({first_pixel + static_cast<std::uint32_t>(place), photons});
  });
}

void count_negative_binomial(const PhotonKey& key, const NegativeBinomial& law, std::uint32_t first_pixel, std::span<std::uint16_t> counts) {
  std::fill(counts.begin(), counts.end(), std::uint16_t{0});
  each_negative_binomial(key, law, first_pixel, counts.size(), [&](std::size_t place, std::uint32_t photons) { counts[place] = saturated(photons); });
}

}  // namespace patina
