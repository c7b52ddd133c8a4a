// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/two_time_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/types.hpp"
#include "scattering/two_time.hpp"

namespace patina {
namespace {

// Where both ways to products take the same time (docs/performance.md).
constexpr double dense_fill = 0.12;
constexpr std::uint32_t rows_at_once = 2048;  // of dense products

using Events = PixelSeries::BinEvents;

// Values of events as they go into products, and the columns that they go to.
struct ScaledEvents {
  std::vector<double> value;
  std::vector<std::uint32_t> column;
};

class BinMap {
 public:
  BinMap(const PixelCells& cells, const PixelSeries& series, int bin, const std::vector<double>& pixel_factor, const TwoTimeChoice& choice)
      : cells_(cells), series_(series), bin_(cells.bins[static_cast<std::size_t>(bin)]), pixel_factor_(pixel_factor), choice_(choice),
        columns_(static_cast<Eigen::Index>(series.frames() / choice.averaged_frames)), events_(series.events_of(bin)) {}

  Eigen::MatrixXd map() {
    scale();
    const double numbers = static_cast<double>(bin_.rows) * static_cast<double>(columns_);
    const PixelPairs pairs = pixel_pairs();
    Eigen::MatrixXd c = takes_dense_products(choice_, static_cast<double>(scaled_.value.size()) / numbers) ? dense_products(pairs) : sparse_products(pairs);
    mirror(c);
    if (choice_.normalisation != TwoTimeNormalisation::pearson) return c;
    const Eigen::ArrayXd spread = (c.diagonal().array() - 1.0).sqrt();
    return (((c.array() - 1.0).colwise() / spread).rowwise() / spread.transpose()).matrix();
  }

 private:
  std::size_t first_part() const { return static_cast<std::size_t>(bin_.first_part); }
  std::size_t part_of(std::uint32_t order) const { return static_cast<std::size_t>(cells_.cells[cells_.cell_of[order]].part); }

  // 1 / <I> of each part over its valid frames.
  std::vector<double> record_factors() const {
    std::vector<double> sum(static_cast<std::size_t>(bin_.parts)), factor(sum.size());
    for (std::size_t row = 0; row < bin_.rows; ++row)
      for (std::uint64_t k = events_.begin[row]; k < events_.begin[row + 1]; ++k) sum[part_of(events_.order[row]) - first_part()] += static_cast<double>(events_.value[k]);
    for (std::size_t s = 0; s < sum.size(); ++s) {
      double frames = 0.0;
      for (std::int64_t t = 0; t < series_.frames(); ++t) frames += series_.valid(t, first_part() + s);
      factor[s] = sum[s] > 0.0 ? cells_.parts[first_part() + s].pixels * frames / sum[s] : 0.0;
    }
    return factor;
  }

  void scale() {
    const bool whole_record = choice_.normalisation == TwoTimeNormalisation::global;
    const std::vector<double> of_record = whole_record ? record_factors() : std::vector<double>();
    photon_noise_ = Eigen::VectorXd::Zero(columns_);
    scaled_.value.reserve(events_.value.size());
    scaled_.column.reserve(events_.value.size());
    begin_.assign(1, 0);
    for (std::size_t row = 0; row < bin_.rows; ++row) {
      const std::size_t part = part_of(events_.order[row]);
      const double own = pixel_factor_.empty() ? 1.0 : pixel_factor_[events_.order[row]];
      for (std::uint64_t k = events_.begin[row]; k < events_.begin[row + 1]; ++k) {
        const auto column = static_cast<Eigen::Index>(events_.frame[k]) / choice_.averaged_frames;
        if (column >= columns_) continue;  // what is left over makes no whole mean
        const double factor = own * (whole_record ? of_record[part - first_part()] : series_.factor(events_.frame[k], part));
        const double value = static_cast<double>(events_.value[k]) * factor;
        photon_noise_[column] += choice_.photon * value * factor;
        if (scaled_.value.size() > begin_.back() && scaled_.column.back() == static_cast<std::uint32_t>(column)) {
          scaled_.value.back() += value;
        } else {
          scaled_.value.push_back(value);
          scaled_.column.push_back(static_cast<std::uint32_t>(column));
        }
      }
      begin_.push_back(scaled_.value.size());
    }
    events_ = {};
  }

  // How many pairs of numbers of a pixel stand behind each element: sum over parts of pixels times frames times frames.
  struct PixelPairs {
    double everywhere = 0.0;  // where all parts are valid in all frames
    Eigen::MatrixXd frames;   // else: [column][part], how many frames of a column are valid
    Eigen::VectorXd pixels;   // of each part
  };
  PixelPairs pixel_pairs() const {
    PixelPairs pairs{0.0, Eigen::MatrixXd::Zero(columns_, bin_.parts), Eigen::VectorXd(bin_.parts)};
    const double averaged = static_cast<double>(choice_.averaged_frames);
    for (Eigen::Index s = 0; s < bin_.parts; ++s) {
      pairs.pixels[s] = cells_.parts[first_part() + static_cast<std::size_t>(s)].pixels;
      for (std::int64_t t = 0; t < columns_ * choice_.averaged_frames; ++t) pairs.frames(t / choice_.averaged_frames, s) += series_.valid(t, first_part() + static_cast<std::size_t>(s));
    }
    if ((pairs.frames.array() == averaged).all()) pairs.everywhere = pairs.pixels.sum() * averaged * averaged;
    return pairs;
  }

  // From sums of products to their means, at and below the diagonal, while the column is in the nearest cache.
  void finish_column(Eigen::MatrixXd& c, Eigen::Index t, const PixelPairs& pairs) const {
    c(t, t) -= photon_noise_[t];
    const Eigen::Index below = columns_ - t;
    if (pairs.everywhere > 0.0) {
      c.col(t).tail(below) /= pairs.everywhere;
      return;
    }
    Eigen::ArrayXd of_column = Eigen::ArrayXd::Zero(below);
    for (Eigen::Index s = 0; s < pairs.pixels.size(); ++s)
      if (pairs.frames(t, s) > 0.0) of_column += pairs.frames(t, s) * pairs.pixels[s] * pairs.frames.col(s).tail(below).array();
    c.col(t).tail(below) = (of_column > 0.0).select(c.col(t).tail(below).array() / of_column, std::numeric_limits<double>::quiet_NaN());
  }

  // What lies above the diagonal, tile by tile: whole columns at a time would read a page for each number.
  static void mirror(Eigen::MatrixXd& c) {
    constexpr Eigen::Index tile = 32;
    const auto tiles = static_cast<int>((c.cols() + tile - 1) / tile);
    Kokkos::parallel_for("mirror_map", Kokkos::RangePolicy<HostExec, Kokkos::Schedule<Kokkos::Dynamic>>(0, tiles), [&](int b) {
      const Eigen::Index first = b * tile, last = std::min(first + tile, c.cols());
      for (Eigen::Index row = 0; row < last; row += tile)
        for (Eigen::Index j = first; j < last; ++j)
          for (Eigen::Index i = row; i < std::min({row + tile, j, last}); ++i) c(i, j) = c(j, i);
    });
  }

  Eigen::MatrixXd dense_products(const PixelPairs& pairs) const {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(columns_, columns_);
    for (std::uint32_t first = 0; first < bin_.rows; first += rows_at_once) {
      const std::uint32_t rows = std::min(rows_at_once, bin_.rows - first);
      Eigen::MatrixXd values = Eigen::MatrixXd::Zero(rows, columns_);
      for (std::uint32_t row = 0; row < rows; ++row)
        for (std::uint64_t k = begin_[first + row]; k < begin_[first + row + 1]; ++k) values(row, scaled_.column[k]) = scaled_.value[k];
      sum += two_time_sums(values, static_cast<int>(rows), 0).product;
    }
    Kokkos::parallel_for("finish_map", Kokkos::RangePolicy<HostExec, Kokkos::Schedule<Kokkos::Dynamic>>(0, static_cast<int>(columns_)), [&](int t) { finish_column(sum, t, pairs); });
    return sum;
  }

  // Column after column, whose sums stay in the nearest cache: of each event of a column, those of its pixel from there on.
  Eigen::MatrixXd sparse_products(const PixelPairs& pairs) const {
    std::vector<std::uint64_t> first(static_cast<std::size_t>(columns_) + 1), by_column(scaled_.value.size()), end(scaled_.value.size());
    for (const std::uint32_t column : scaled_.column) ++first[column + 1];
    for (std::size_t t = 0; t < static_cast<std::size_t>(columns_); ++t) first[t + 1] += first[t];
    std::vector<std::uint64_t> next(first.begin(), first.end() - 1);
    for (std::size_t row = 0; row < bin_.rows; ++row)
      for (std::uint64_t k = begin_[row]; k < begin_[row + 1]; ++k) {
        end[k] = begin_[row + 1];
        by_column[next[scaled_.column[k]]++] = k;
      }
    Eigen::MatrixXd product(columns_, columns_);  // each column is first written by who makes it
    Kokkos::parallel_for("event_products", Kokkos::RangePolicy<HostExec, Kokkos::Schedule<Kokkos::Dynamic>>(0, static_cast<int>(columns_)), [&](int t) {
      double* const sums = product.col(t).data();
      std::fill(sums + t, sums + columns_, 0.0);
      for (std::uint64_t e = first[static_cast<std::size_t>(t)]; e < first[static_cast<std::size_t>(t) + 1]; ++e) {
        const std::uint64_t begin = by_column[e], last = end[begin];
        const double value = scaled_.value[begin];
        for (std::uint64_t k = begin; k < last; ++k) sums[scaled_.column[k]] += value * scaled_.value[k];
      }
      finish_column(product, t, pairs);
    });
    return product;
  }

  const PixelCells& cells_;
  const PixelSeries& series_;
  const PixelCells::Bin& bin_;
  const std::vector<double>& pixel_factor_;
  const TwoTimeChoice& choice_;
  Eigen::Index columns_;
  Events events_;
  ScaledEvents scaled_;
  std::vector<std::uint64_t> begin_;
  Eigen::VectorXd photon_noise_;
};

}  // namespace

TwoTimeNormalisation two_time_normalisation(const std::string& name) {
  if (name == "frame") return TwoTimeNormalisation::frame;
  if (name == "global") return TwoTimeNormalisation::global;
  if (name == "pixel") return TwoTimeNormalisation::pixel;
  require(name == "pearson", "two_time_normalisation: no normalisation " + name);
  return TwoTimeNormalisation::pearson;
}

std::string formula(TwoTimeNormalisation normalisation) {
  switch (normalisation) {
    case TwoTimeNormalisation::frame: return "frame: <I1 I2> / (<I1> <I2>), < > over pixels";
    case TwoTimeNormalisation::global: return "global: <I1 I2> over pixels / <I>^2 over pixels and the record";
    case TwoTimeNormalisation::pixel: return "pixel: as frame, of I / <I> of its own pixel over the record";
    case TwoTimeNormalisation::pearson: return "pearson: (C12 - 1) / sqrt((C11 - 1) (C22 - 1)), C = <I1 I2> / (<I1> <I2>) over pixels; baseline 0";
  }
  return "";
}

Scaling scaling_of(TwoTimeNormalisation normalisation) {
  if (normalisation == TwoTimeNormalisation::global) return Scaling::none;
  return normalisation == TwoTimeNormalisation::pixel ? Scaling::pixel_and_frame : Scaling::frame;
}

Eigen::MatrixXd two_time_map(const PixelCells& cells, const PixelSeries& series, int bin, const std::vector<double>& pixel_factor, const TwoTimeChoice& choice) {
  return BinMap(cells, series, bin, pixel_factor, choice).map();
}

bool takes_dense_products(const TwoTimeChoice& choice, double fill) {
  return choice.density == Density::dense || (choice.density == Density::automatic && fill > dense_fill);
}

double two_time_map_bytes(const PixelCells& cells, std::int64_t frames, const TwoTimeChoice& choice, double fill) {
  double largest = 0.0;
  for (const PixelCells::Bin& bin : cells.bins) largest = std::max(largest, bin.pixels);
  const double columns = static_cast<double>(frames / choice.averaged_frames), events = largest * static_cast<double>(frames) * fill;
  const bool dense = takes_dense_products(choice, std::min(1.0, fill * choice.averaged_frames));
  return 4.0 * 8.0 * columns * columns + 12.0 * events + (dense ? 8.0 * rows_at_once * columns + two_time_bytes(rows_at_once, columns) : 16.0 * events);
}

}  // namespace patina
