// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/correlation_error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/error.hpp"

namespace patina {
namespace {

double conjugate(double x) { return x; }
std::complex<double> conjugate(const std::complex<double>& x) { return std::conj(x); }
double real_part(double x) { return x; }
double real_part(const std::complex<double>& x) { return x.real(); }

// Moments of intensities of mean 1 at one to four times.
template <class Number>
class IntensityMoments {
 public:
  IntensityMoments(double contrast, const FourTimesOf<Number>& t)
      : contrast_(contrast),
        f_{{1.0, t.ab, t.ac, t.ad},
           {conjugate(t.ab), 1.0, t.bc, t.bd},
           {conjugate(t.ac), conjugate(t.bc), 1.0, t.cd},
           {conjugate(t.ad), conjugate(t.bd), conjugate(t.cd), 1.0}} {}

  double of(int i, int j) const { return 1.0 + pair(i, j); }
  double of(int i, int j, int k) const { return 1.0 + pair(i, j) + pair(i, k) + pair(j, k) + triple(i, j, k); }
  double of(int i, int j, int k, int l) const {
    const double pairs = pair(i, j) + pair(i, k) + pair(i, l) + pair(j, k) + pair(j, l) + pair(k, l);
    const double products = pair(i, j) * pair(k, l) + pair(i, k) * pair(j, l) + pair(i, l) * pair(j, k);
    const double triples = triple(i, j, k) + triple(i, j, l) + triple(i, k, l) + triple(j, k, l);
    const double rings = ring(i, j, k, l) + ring(i, j, l, k) + ring(i, k, j, l);
    return 1.0 + pairs + products + triples + 2.0 * contrast_ * contrast_ * contrast_ * rings;
  }
  // Of (0, 1) with (2, 3), what goes as the fourth power of the coherence between the pixels of the two.
  double twice_between_pixels() const {
    return pair(0, 2) * pair(1, 3) + pair(0, 3) * pair(1, 2) + 2.0 * contrast_ * contrast_ * contrast_ * ring(0, 2, 1, 3);
  }

 private:
  // Cumulants.
  double pair(int i, int j) const { return contrast_ * real_part(f_[i][j] * f_[j][i]); }
  double triple(int i, int j, int k) const { return 2.0 * contrast_ * contrast_ * real_part(f_[i][j] * f_[j][k] * f_[k][i]); }
  double ring(int i, int j, int k, int l) const { return real_part(f_[i][j] * f_[j][k] * f_[k][l] * f_[l][i]); }

  double contrast_;
  Number f_[4][4];
};

// C(a, b) and C(c, d) of all pixels: of these moments, where all pixels are of one kind.
struct Means {
  double ab = 1.0, cd = 1.0;
};
template <class Number>
Means means_of(const IntensityMoments<Number>& m) {
  return {m.of(0, 1), m.of(2, 3)};
}

// P Cov without shot noise.
template <class Number>
double speckle_part(const IntensityMoments<Number>& m, const Means& all) {
  const double ab = m.of(0, 1), cd = m.of(2, 3);
  return m.of(0, 1, 2, 3) - all.cd * (m.of(0, 1, 2) + m.of(0, 1, 3) - ab) - all.ab * (m.of(0, 2, 3) + m.of(1, 2, 3) - cd) +
         all.ab * all.cd * (m.of(0, 2) + m.of(0, 3) + m.of(1, 2) + m.of(1, 3) - 3.0) - (ab - all.ab) * (cd - all.cd);
}
// The same summed over neighbours.
template <class Number>
double speckle_part(const SpeckleSample& sample, const IntensityMoments<Number>& m, const Means& all) {
  const double whole = speckle_part(m, all);
  if (sample.pixels_per_speckle == 1.0 && sample.coherence_area() == 1.0) return whole;
  const double twice = m.twice_between_pixels();
  return sample.pixels_per_speckle * twice + sample.coherence_area() * (whole - twice);
}
template <class Number>
double speckle_part(const SpeckleSample& sample, const IntensityMoments<Number>& m) {
  return speckle_part(sample, m, means_of(m));
}

// What the coincidence of frame i of the first pair with frame j of the second adds, times k. o and p are the other two.
template <class Number>
double shot_part(const IntensityMoments<Number>& m, const Means& all, int i, int o, int p) {
  return m.of(i, o, p) - all.cd * m.of(i, o) - all.ab * m.of(i, p) + all.ab * all.cd;
}

// P Cov due to photons, of which pairs count once in `averaged`.
template <class Number>
double shot_noise(const IntensityMoments<Number>& m, const Means& all, const FourTimesOf<Number>& t, double photons, double averaged = 1.0) {
  if (std::isinf(photons)) return 0.0;
  double once = 0.0;
  if (t.a_is_c) once += shot_part(m, all, 0, 1, 3);
  if (t.a_is_d) once += shot_part(m, all, 0, 1, 2);
  if (t.b_is_c) once += shot_part(m, all, 1, 0, 3);
  if (t.b_is_d) once += shot_part(m, all, 1, 0, 2);
  const bool twice = (t.a_is_c && t.b_is_d) || (t.a_is_d && t.b_is_c);
  return once / photons + (twice ? m.of(0, 1) / (photons * photons * averaged) : 0.0);
}

// Whole numbers within low .. high that lie the denser the closer they are to one of the centres.
std::vector<std::int64_t> nodes_around(const std::vector<std::int64_t>& centres, std::int64_t low, std::int64_t high) {
  constexpr double growth = 1.2;
  std::vector<std::int64_t> nodes{low, high};
  for (const std::int64_t centre : centres)
    for (double step = 0.0; step <= static_cast<double>(high - low); step = std::max(step + 1.0, std::floor(step * growth)))
      for (const std::int64_t node : {centre - static_cast<std::int64_t>(step), centre + static_cast<std::int64_t>(step)})
        if (node >= low && node <= high) nodes.push_back(node);
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

class StationaryRecord {
 public:
  StationaryRecord(const SpeckleSample& sample, const std::vector<double>& field)
      : sample_(sample), field_(field), frames_(static_cast<std::int64_t>(field.size())) {}

  // Mean over starts t and s = t + shift of Cov[C(t, t + first), C(s, s + second)].
  double covariance(std::int64_t first, std::int64_t second, double averaged) const {
    const std::int64_t starts = frames_ - first, others = frames_ - second, low = 1 - starts, high = others - 1;
    const std::vector<std::int64_t> centres{0, first, -second, first - second};
    const auto weight = [&](std::int64_t shift) {
      return static_cast<double>(std::min(starts, others - shift) - std::max<std::int64_t>(0, -shift));
    };
    double speckles = 0.0, photons = 0.0, before = 0.0;
    std::int64_t last = low;
    for (const std::int64_t shift : nodes_around(centres, low, high)) {
      const double term = weight(shift) * speckle_part(sample_, IntensityMoments<double>(sample_.contrast, times(first, second, shift)));
      // Whole numbers between two nodes: as on a straight line.
      speckles += term + 0.5 * static_cast<double>(std::max<std::int64_t>(shift - last - 1, 0)) * (term + before);
      before = term;
      last = shift;
    }
    for (std::size_t c = 0; c < centres.size(); ++c) {
      const std::int64_t shift = centres[c];
      if (shift < low || shift > high || std::find(centres.begin(), centres.begin() + static_cast<std::ptrdiff_t>(c), shift) !=
                                             centres.begin() + static_cast<std::ptrdiff_t>(c))
        continue;  // outside, or the same as one before
      const FourTimes four = times(first, second, shift);
      const IntensityMoments<double> moments(sample_.contrast, four);
      photons += weight(shift) * shot_noise(moments, means_of(moments), four, sample_.photons, averaged);
    }
    const double pairs = static_cast<double>(starts) * static_cast<double>(others);
    return (speckles + photons) / (sample_.pixels * pairs);
  }

 private:
  double f(std::int64_t lag) const { return field_[static_cast<std::size_t>(std::abs(lag))]; }
  FourTimes times(std::int64_t first, std::int64_t second, std::int64_t shift) const {
    return {f(first), f(shift), f(shift + second), f(shift - first), f(shift + second - first), f(second),
            shift == 0, shift == -second, shift == first, shift == first - second};
  }

  const SpeckleSample& sample_;
  const std::vector<double>& field_;
  std::int64_t frames_;
};

// x with P(normal < x) = p.
double normal_quantile(double p) {
  double low = -40.0, high = 40.0;
  for (int halving = 0; halving < 100; ++halving) {
    const double middle = 0.5 * (low + high);
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

double gaussian_coherence_area(double pixels_per_speckle) {
  // mu^4 of pixels one apart on a square lattice is y: (1 + 2 y)^2 = pixels_per_speckle while they are the only neighbours that count.
  const double nearest = std::sqrt(std::max(0.0, 0.5 * (std::sqrt(pixels_per_speckle) - 1.0)));
  return std::min(std::pow(1.0 + 2.0 * nearest + 2.0 * std::pow(nearest, 4), 2), 2.0 * pixels_per_speckle);
}

double two_time_variance(const SpeckleSample& sample, double rho) {
  const double c = sample.contrast;
  const double twice = c * c * (1.0 + rho * rho) + 2.0 * c * c * c * rho, once = 2.0 * c * c * c * rho * (1.0 - rho) * (1.0 - rho);
  const double photons = (2.0 * c + 4.0 * c * c * rho - 2.0 * c * c * rho * rho + (1.0 + c * rho) / sample.photons) / sample.photons;
  return (sample.pixels_per_speckle * twice + sample.coherence_area() * once + photons) / sample.pixels;
}

namespace {

template <class Number>
double covariance_of_pairs(const SpeckleSample& sample, const FourTimesOf<Number>& times) {
  const IntensityMoments<Number> moments(sample.contrast, times);
  const Means means = means_of(moments);
  return (speckle_part(sample, moments, means) + shot_noise(moments, means, times, sample.photons)) / sample.pixels;
}

}  // namespace

double two_time_covariance(const SpeckleSample& sample, const FourTimes& times) { return covariance_of_pairs(sample, times); }
double phased_two_time_covariance(const SpeckleSample& sample, const FourPhasedTimes& times) { return covariance_of_pairs(sample, times); }

double mixed_two_time_covariance(const SpeckleSample& sample, const std::vector<KindOfTimes>& kinds) {
  Means all{0.0, 0.0};
  for (const KindOfTimes& kind : kinds) {
    const Means of_kind = means_of(IntensityMoments<double>(sample.contrast, kind.times));
    all.ab += kind.fraction * of_kind.ab;
    all.cd += kind.fraction * of_kind.cd;
  }
  double sum = 0.0;
  for (const KindOfTimes& kind : kinds) {
    const IntensityMoments<double> moments(sample.contrast, kind.times);
    sum += kind.fraction * (speckle_part(sample, moments, all) + shot_noise(moments, all, kind.times, sample.photons));
  }
  return sum / sample.pixels;
}

Eigen::MatrixXd g2_covariance(const SpeckleSample& sample, const std::vector<double>& field, const std::vector<int>& lags,
                              const std::vector<int>& averaged) {
  require(averaged.empty() || averaged.size() == lags.size(), "g2_covariance: lags and what they stand for differ in number");
  for (const int lag : lags)
    require(lag >= 1 && static_cast<std::size_t>(lag) < field.size(), "g2_covariance: lags must lie within the record");
  const StationaryRecord record(sample, field);
  const auto count = static_cast<Eigen::Index>(lags.size());
  Eigen::MatrixXd covariance(count, count);
  for (Eigen::Index i = 0; i < count; ++i)
    for (Eigen::Index j = 0; j <= i; ++j) {
      const auto first = static_cast<std::size_t>(i), second = static_cast<std::size_t>(j);
      covariance(i, j) = covariance(j, i) = record.covariance(lags[first], lags[second], averaged.empty() ? 1.0 : averaged[first]);
    }
  return covariance;
}

double chi_T_floor(const SpeckleSample& sample, const std::vector<double>& field, int lag) {
  const double f = field.at(static_cast<std::size_t>(lag));
  return two_time_variance(sample, f * f) - g2_covariance(sample, field, {lag})(0, 0);
}

double pairs_needed(const SpeckleSample& sample, double rho, double relative_error) {
  const double error = relative_error * sample.contrast;
  return two_time_variance(sample, rho) / (error * error);
}

double smallest_step(double sigma, double blocks_per_side, double places, double power) {
  require(blocks_per_side > 0.0 && places >= 1.0 && power > 0.0 && power < 1.0, "smallest_step: no such search");
  return sigma * std::sqrt(2.0 / blocks_per_side) * (std::sqrt(2.0 * std::log(places)) + normal_quantile(power));
}

}  // namespace patina
