// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/record_covariance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace patina {
namespace {

// The field between the times of pairs (a, b) and (c, d) of frames.
template <class Number>
FourTimesOf<Number> four_times(const std::function<Number(int, int)>& field, int a, int b, int c, int d) {
  return {field(a, b), field(a, c), field(a, d), field(b, c), field(b, d), field(c, d), a == c, a == d, b == c, b == d};
}

struct MixedTimes {
  std::vector<KindOfTimes> kinds;
  bool a_is_c = false, b_is_d = false;
};
MixedTimes four_times(const MixedField& field, int a, int b, int c, int d) {
  MixedTimes mixed{{}, a == c, b == d};
  for (const FieldOfKind& kind : field) mixed.kinds.push_back({kind.fraction, four_times(kind.field, a, b, c, d)});
  return mixed;
}

double covariance_of(const SpeckleSample& sample, const MixedTimes& four) { return mixed_two_time_covariance(sample, four.kinds); }
double covariance_of(const SpeckleSample& sample, const FourTimes& four) { return two_time_covariance(sample, four); }
double covariance_of(const SpeckleSample& sample, const FourPhasedTimes& four) { return phased_two_time_covariance(sample, four); }

// The mean of |f(a, b)|^2.
template <class Number>
double square_of_first(const FourTimesOf<Number>& four) {
  return std::norm(four.ab);
}
double square_of_first(const MixedTimes& four) {
  double sum = 0.0;
  for (const KindOfTimes& kind : four.kinds) sum += kind.fraction * kind.times.ab * kind.times.ab;
  return sum;
}

// Whole numbers within 0 .. last that lie the denser the closer they are to one of the centres, with how many each stands for.
struct Node {
  int at;
  double weight;
};
std::vector<Node> nodes_around(const std::vector<int>& centres, int last) {
  constexpr double growth = 1.3;
  std::vector<int> nodes{0, last};
  for (const int centre : centres)
    for (double step = 0.0; step <= 2.0 * last + 2.0; step = std::max(step + 1.0, std::floor(step * growth)))
      for (const double node : {centre - step, centre + step})
        if (node >= 0.0 && node <= last) nodes.push_back(static_cast<int>(node));
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  std::vector<Node> weighted;
  for (const int node : nodes) weighted.push_back({node, 1.0});
  // What lies between two of them counts half for each.
  for (std::size_t k = 1; k < weighted.size(); ++k) {
    const double between = 0.5 * (weighted[k].at - weighted[k - 1].at - 1);
    weighted[k - 1].weight += between;
    weighted[k].weight += between;
  }
  return weighted;
}

template <class Field>
class Record {
 public:
  Record(const SpeckleSample& sample, int frames, const Field& field, int starts) : sample_(sample), frames_(frames), starts_(starts), field_(field) {
    without_photons_ = sample;
    without_photons_.photons = std::numeric_limits<double>::infinity();
  }

  double covariance(int first, int second, double averaged) const {
    const int all = frames_ - first, taken = std::min(starts_, all), last = frames_ - second - 1;
    double sum = 0.0;
    for (int k = 0; k < taken; ++k) {
      const int t = static_cast<int>((k + 0.5) * all / taken);
      const std::vector<int> centres{t, t - second, t + first, t + first - second};
      for (const Node& node : nodes_around(centres, last))
        sum += node.weight * covariance_of(without_photons_, four_times(field_, t, t + first, node.at, node.at + second));
      if (!std::isinf(sample_.photons)) sum += of_photons(t, first, second, averaged, centres, last);
    }
    return sum / (static_cast<double>(taken) * (frames_ - second));
  }

 private:
  // Only pairs that share a frame.
  double of_photons(int t, int first, int second, double averaged, std::vector<int> centres, int last) const {
    std::sort(centres.begin(), centres.end());
    centres.erase(std::unique(centres.begin(), centres.end()), centres.end());
    double sum = 0.0;
    for (const int s : centres) {
      if (s < 0 || s > last) continue;
      const auto four = four_times(field_, t, t + first, s, s + second);
      double added = covariance_of(sample_, four) - covariance_of(without_photons_, four);
      if (four.a_is_c && four.b_is_d) {
        const double pairs = (1.0 + sample_.contrast * square_of_first(four)) / (sample_.photons * sample_.photons * sample_.pixels);
        added -= pairs * (1.0 - 1.0 / averaged);
      }
      sum += added;
    }
    return sum;
  }

  const SpeckleSample& sample_;
  SpeckleSample without_photons_;
  int frames_, starts_;
  const Field& field_;
};

template <class Field>
Eigen::MatrixXd covariance_of_lags(const SpeckleSample& sample, int frames, const Field& field, const std::vector<int>& lags, const std::vector<int>& averaged,
                                   int starts) {
  require(averaged.size() == lags.size() && starts >= 1, "record_g2_covariance: lags and what they stand for differ in number");
  for (const int lag : lags) require(lag >= 1 && lag < frames, "record_g2_covariance: lags must lie within the record");
  const Record<Field> record(sample, frames, field, starts);
  const auto count = static_cast<Eigen::Index>(lags.size());
  Eigen::MatrixXd covariance(count, count);
  for (Eigen::Index i = 0; i < count; ++i)
    for (Eigen::Index j = 0; j <= i; ++j) {
      const auto first = static_cast<std::size_t>(i), second = static_cast<std::size_t>(j);
      covariance(i, j) = covariance(j, i) = record.covariance(lags[first], lags[second], averaged[first]);
    }
  return covariance;
}

}  // namespace

Eigen::MatrixXd record_g2_covariance(const SpeckleSample& sample, int frames, const RealField& field, const std::vector<int>& lags,
                                     const std::vector<int>& averaged, int starts) {
  return covariance_of_lags(sample, frames, field, lags, averaged, starts);
}
Eigen::MatrixXd record_g2_covariance(const SpeckleSample& sample, int frames, const PhasedField& field, const std::vector<int>& lags,
                                     const std::vector<int>& averaged, int starts) {
  return covariance_of_lags(sample, frames, field, lags, averaged, starts);
}
Eigen::MatrixXd record_g2_covariance(const SpeckleSample& sample, int frames, const MixedField& field, const std::vector<int>& lags,
                                     const std::vector<int>& averaged, int starts) {
  return covariance_of_lags(sample, frames, field, lags, averaged, starts);
}

double pair_covariance(const SpeckleSample& sample, const MixedField& field, int a, int b, int c, int d) {
  return covariance_of(sample, four_times(field, a, b, c, d));
}
double pair_covariance(const SpeckleSample& sample, const RealField& field, int a, int b, int c, int d) {
  return covariance_of(sample, four_times(field, a, b, c, d));
}
double pair_covariance(const SpeckleSample& sample, const PhasedField& field, int a, int b, int c, int d) {
  return covariance_of(sample, four_times(field, a, b, c, d));
}

}  // namespace patina
