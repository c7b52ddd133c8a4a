// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/sparse_level.hpp"

#include <algorithm>
#include <bit>

namespace patina {

SparseLevel::SparseLevel(const PixelCells& cells, int level, int channels)
    : cells_(cells), sums_(cells, level, channels), newest_(cells.pixels(), -1), log_(1024), begin_(static_cast<std::size_t>(channels), 0) {}

double SparseLevel::bytes() const { return static_cast<double>(newest_.size() * sizeof(std::int64_t) + log_.size() * sizeof(Event)); }

void SparseLevel::make_room(std::int64_t events) {
  const std::int64_t oldest = begin_[static_cast<std::size_t>((sums_.frames() + 1) % sums_.channels())];
  const auto wanted = static_cast<std::uint64_t>(next_ - oldest + events);
  if (wanted <= log_.size()) return;
  std::vector<Event> larger(std::bit_ceil(wanted));
  for (std::int64_t place = oldest; place < next_; ++place) larger[static_cast<std::size_t>(place) & (larger.size() - 1)] = logged(place);
  log_ = std::move(larger);
}

void SparseLevel::add(const std::vector<OrderedValue>& values, const std::vector<double>& cell_sums, const std::vector<std::uint8_t>& valid) {
  const std::int64_t frame = sums_.frames();
  const int channels = sums_.channels(), first_channel = sums_.first_channel();
  make_room(static_cast<std::int64_t>(values.size()));
  begin_[static_cast<std::size_t>(frame % channels)] = next_;
  // Of the earliest frame that the longest lag reaches.
  const std::int64_t oldest = frame < channels ? 0 : begin_[static_cast<std::size_t>((frame + 1) % channels)];
  for (const OrderedValue& one : values) {
    double* const products = sums_.products.data() + cells_.cell_of[one.order] * static_cast<std::size_t>(channels);
    if (first_channel == 0) products[0] += one.value * one.value;
    const std::int64_t before = newest_[one.order];
    for (std::int64_t place = before; place >= oldest;) {
      const Event& event = logged(place);
      if (const std::int64_t k = frame - event.frame; k >= first_channel) products[k] += one.value * event.value;
      place = event.before;
    }
    newest_[one.order] = next_;
    logged(next_++) = {one.value, frame, before};
  }
  sums_.add(cell_sums, valid);
}

void add_frames(const PixelCells& cells, const FrameSum& first, const FrameSum& second, FrameSum& sum) {
  sum.valid.resize(first.valid.size());
  std::vector<Halves> factor(first.valid.size());
  bool whole = true;
  for (std::size_t s = 0; s < factor.size(); ++s) {
    factor[s] = halves(first.valid[s], second.valid[s]);
    sum.valid[s] = first.valid[s] || second.valid[s];
    whole = whole && first.valid[s] && second.valid[s];
  }
  sum.cell_sums.resize(first.cell_sums.size());
  for (std::size_t c = 0; c < sum.cell_sums.size(); ++c) {
    const Halves& f = factor[static_cast<std::size_t>(cells.cells[c].part)];
    sum.cell_sums[c] = f.first * first.cell_sums[c] + f.second * second.cell_sums[c];
  }
  sum.values.clear();
  auto a = first.values.begin(), b = second.values.begin();
  const auto end_a = first.values.end(), end_b = second.values.end();
  const auto half = [&](std::uint32_t order) { return whole ? Halves{1.0, 1.0} : factor[static_cast<std::size_t>(cells.cells[cells.cell_of[order]].part)]; };
  while (a != end_a || b != end_b) {
    const std::uint32_t order = b == end_b || (a != end_a && a->order < b->order) ? a->order : b->order;
    const Halves f = half(order);
    double value = 0.0;
    if (a != end_a && a->order == order) value += f.first * (a++)->value;
    if (b != end_b && b->order == order) value += f.second * (b++)->value;
    sum.values.push_back({order, value});
  }
}

}  // namespace patina
