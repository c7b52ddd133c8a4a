// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/g2_estimate.hpp"

#include <cmath>
#include <limits>

#include "beamline/measurement_plan.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// Sums of one channel over the cells of a part, in units in which the denominator is that of one pair and pixel.
struct PartSums {
  double pairs = 0.0, products = 0.0, past = 0.0, future = 0.0;
  double past_mean = 1.0, future_mean = 1.0, denominator = 1.0;
};

class Channel {
 public:
  Channel(const PixelCells& cells, const LevelSums& level, int k, const std::vector<double>* noise, G2Normalisation normalisation)
      : cells_(cells), level_(level), k_(k), noise_(noise), normalisation_(normalisation) {}

  double products(std::size_t cell) const {
    return level_.products[cell * static_cast<std::size_t>(level_.channels()) + static_cast<std::size_t>(k_)] - (noise_ ? (*noise_)[cell] : 0.0);
  }

  PartSums of_part(std::size_t s) const {
    const PixelCells::Part& part = cells_.parts[s];
    PartSums sums;
    sums.pairs = level_.pairs(s, k_);
    double total = 0.0;
    for (auto c = static_cast<std::size_t>(part.first_cell); c < static_cast<std::size_t>(part.first_cell + part.cells); ++c) {
      sums.products += products(c);
      sums.past += level_.past(c, k_);
      sums.future += level_.future(c, k_);
      total += level_.total(c);
    }
    if (sums.pairs == 0.0) return sums;
    sums.past_mean = sums.past / (part.pixels * sums.pairs);
    sums.future_mean = sums.future / (part.pixels * sums.pairs);
    const double mean = total / (part.pixels * level_.valid_frames(s));
    switch (normalisation_) {
      case G2Normalisation::frame:
      case G2Normalisation::pixel:
        sums.denominator = std::ldexp(1.0, 2 * level_.level());
        break;
      case G2Normalisation::frame_pairs:
        sums.denominator = level_.sum_products(s, k_) / (sums.pairs * part.pixels * part.pixels);
        break;
      case G2Normalisation::symmetric:
        sums.denominator = sums.past_mean * sums.future_mean;
        break;
      case G2Normalisation::global:
        sums.denominator = mean * mean;
        break;
    }
    return sums;
  }

  // Adds g2 of a bin and the deviations of its blocks.
  double of_bin(const PixelCells::Bin& bin, Eigen::VectorXd& deviations, double& pairs) const {
    double pixels = 0.0, sum = 0.0;
    pairs = 0.0;
    deviations.setZero(std::max(1, bin.blocks));
    for (auto s = static_cast<std::size_t>(bin.first_part); s < static_cast<std::size_t>(bin.first_part + bin.parts); ++s) {
      const PixelCells::Part& part = cells_.parts[s];
      const PartSums sums = of_part(s);
      if (sums.pairs == 0.0 || !(sums.denominator > 0.0)) continue;
      const double unit = sums.pairs * sums.denominator, g2 = sums.products / (part.pixels * unit);
      for (auto c = static_cast<std::size_t>(part.first_cell); c < static_cast<std::size_t>(part.first_cell + part.cells); ++c) {
        // x x' - g2 (x + x' - 1), summed over pairs and the pixels of the cell.
        const double away = products(c) / unit - g2 * ((level_.past(c, k_) / sums.past_mean + level_.future(c, k_) / sums.future_mean) / sums.pairs - cells_.cells[c].rows);
        deviations[cells_.cells[c].block] += away;
      }
      sum += part.pixels * g2;
      pixels += part.pixels;
      pairs = std::max(pairs, sums.pairs);
    }
    if (pixels == 0.0) return nothing;
    deviations /= pixels;
    return sum / pixels;
  }

 private:
  const PixelCells& cells_;
  const LevelSums& level_;
  int k_;
  const std::vector<double>* noise_;
  G2Normalisation normalisation_;
};

}  // namespace

G2Normalisation g2_normalisation(const std::string& name) {
  if (name == "frame") return G2Normalisation::frame;
  if (name == "frame_pairs") return G2Normalisation::frame_pairs;
  if (name == "symmetric") return G2Normalisation::symmetric;
  if (name == "global") return G2Normalisation::global;
  require(name == "pixel", "g2_normalisation: no normalisation " + name);
  return G2Normalisation::pixel;
}

std::string formula(G2Normalisation normalisation) {
  switch (normalisation) {
    case G2Normalisation::frame: return "frame: <x x'> over pixels and pairs of frames, x = I / <I> of its own frame";
    case G2Normalisation::frame_pairs: return "frame_pairs: sum over pairs of <I I'> / sum over pairs of <I> <I'>, < > over pixels";
    case G2Normalisation::symmetric: return "symmetric: <I I'> / (<I> <I'>), < > over pixels and pairs, earlier and later frames apart";
    case G2Normalisation::global: return "global: <I I'> over pixels and pairs / <I>^2 over pixels and the record";
    case G2Normalisation::pixel: return "pixel: as frame, of I / <I> of its own pixel over the record";
  }
  return "";
}

Scaling scaling_of(G2Normalisation normalisation) {
  if (normalisation == G2Normalisation::frame) return Scaling::frame;
  return normalisation == G2Normalisation::pixel ? Scaling::pixel_and_frame : Scaling::none;
}

Eigen::MatrixXd G2Curve::covariance() const {
  const auto blocks = static_cast<double>(block_deviations.rows());
  if (block_deviations.rows() < 2) return Eigen::MatrixXd::Constant(block_deviations.cols(), block_deviations.cols(), nothing);
  const Eigen::MatrixXd away = block_deviations.rowwise() - block_deviations.colwise().mean();
  return away.transpose() * away * (blocks / (blocks - 1.0));
}

G2Curve log_binned_g2(const Eigen::MatrixXd& two_time, int lags_per_decade) {
  G2Curve curve;
  curve.contrast = nothing;
  for (const LagRange& range : plan_lags(static_cast<int>(two_time.rows()), {lags_per_decade, 0.9})) {
    double sum = 0.0, lags = 0.0, pairs = 0.0;
    for (int lag = range.first; lag <= range.last; ++lag) {
      const Eigen::VectorXd c = two_time.diagonal(lag);
      const auto finite = c.array() == c.array();  // bad frames are NaN
      const auto count = static_cast<double>(finite.count());
      if (count == 0.0) continue;
      sum += finite.select(c.array(), 0.0).sum() / count;
      pairs += count;
      ++lags;
    }
    curve.channels.push_back({range.middle(), 1, range.first, range.last});
    curve.value.push_back(sum / lags);
    curve.pairs.push_back(pairs);
  }
  return curve;
}

std::vector<G2Curve> multi_tau_g2(const PixelCells& cells, const std::vector<const LevelSums*>& levels, const std::vector<double>& photon_noise,
                                  G2Normalisation normalisation) {
  std::vector<G2Curve> curves;
  for (const PixelCells::Bin& bin : cells.bins) {
    G2Curve curve;
    std::vector<Eigen::VectorXd> deviations;
    Eigen::VectorXd one;
    double pairs = 0.0;
    curve.contrast = nothing;
    if (!photon_noise.empty() && !levels.empty()) curve.contrast = Channel(cells, *levels[0], 0, &photon_noise, normalisation).of_bin(bin, one, pairs) - 1.0;
    for (const LevelSums* level : levels)
      for (int k = std::max(1, level->first_channel()); k < level->channels() && k < level->frames(); ++k) {
        curve.value.push_back(Channel(cells, *level, k, nullptr, normalisation).of_bin(bin, one, pairs));
        curve.channels.push_back({std::int64_t{k} << level->level(), 1 << level->level()});
        curve.pairs.push_back(pairs);
        deviations.push_back(one);
      }
    curve.block_deviations.resize(std::max(1, bin.blocks), static_cast<Eigen::Index>(deviations.size()));
    for (std::size_t k = 0; k < deviations.size(); ++k) curve.block_deviations.col(static_cast<Eigen::Index>(k)) = deviations[k];
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace patina
