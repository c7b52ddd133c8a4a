// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/dense_levels.hpp"

#include <algorithm>

#include "core/types.hpp"

namespace patina {
namespace {

// New panels of the first level are correlated so many at once: what lags reach back to is then read from memory once for all of them.
constexpr int most_new_panels = 4;

int panels_at_once(std::size_t level) { return level == 0 ? most_new_panels : 1; }
int panels_back(int channels) { return (channels - 1 + panel_width - 1) / panel_width; }

}  // namespace

DenseLevels::DenseLevels(const PixelCells& cells, int first_level, int channels)
    : cells_(cells), first_level_(first_level), channels_(channels), panels_back_(panels_back(channels)) {}

double DenseLevels::bytes(const PixelCells& cells, int channels, int levels) {
  const double panel = sizeof(double) * panel_width * static_cast<double>(cells.pixels());
  return panel * (levels * (panels_back(channels) + 1.0) + most_new_panels);
}

DenseLevels::Panel DenseLevels::empty_panel() const { return {std::vector<double>(panel_width * cells_.pixels(), 0.0), {}}; }

void DenseLevels::begin_level() {
  levels_.push_back({LevelSums(cells_, first_level_ + static_cast<int>(levels_.size()), channels_), {}, 0});
  levels_.back().panels.push_back(empty_panel());
}

void DenseLevels::add(const std::vector<OrderedValue>& values, const std::vector<std::uint8_t>& valid) {
  if (levels_.empty()) begin_level();
  Panel& panel = levels_[0].panels.back();
  double* const column = panel.values.data() + panel.frames();
  for (const OrderedValue& one : values) column[panel_width * static_cast<std::size_t>(cells_.row_of[one.order])] = one.value;
  panel.valid.push_back(valid);
  if (panel.frames() == panel_width) close_panel(0);
}

// The panel that is being filled is complete, or the record is over.
void DenseLevels::close_panel(std::size_t level) {
  ++levels_[level].new_panels;
  if (levels_[level].panels.back().frames() == panel_width && levels_[level].new_panels < panels_at_once(level)) {
    levels_[level].panels.push_back(empty_panel());
    return;
  }
  correlate(levels_[level]);
  const std::size_t first_new = levels_[level].panels.size() - static_cast<std::size_t>(levels_[level].new_panels);
  for (std::size_t p = first_new; p < levels_[level].panels.size(); ++p) pass_on(level, levels_[level].panels[p]);
  // The oldest panel becomes the next empty one.
  Level& here = levels_[level];
  here.new_panels = 0;
  Panel next;
  while (here.panels.size() > static_cast<std::size_t>(panels_back_)) {
    next = std::move(here.panels.front());
    here.panels.erase(here.panels.begin());
  }
  if (next.values.empty()) next = empty_panel();
  std::fill(next.values.begin(), next.values.end(), 0.0);
  next.valid.clear();
  here.panels.push_back(std::move(next));
}

void DenseLevels::correlate(Level& level) {
  const std::size_t cells = cells_.cells.size(), first_new = level.panels.size() - static_cast<std::size_t>(level.new_panels);
  std::vector<double> frame_sums(static_cast<std::size_t>(level.new_panels) * panel_width * cells);  // [new frame][cell]
  Kokkos::parallel_for("frame_products", Kokkos::RangePolicy<HostExec, Kokkos::Schedule<Kokkos::Dynamic>>(0, static_cast<int>(cells)), [&](int c) {
    const auto cell = static_cast<std::size_t>(c);
    add_cell(level, cell);
    for (std::size_t p = first_new; p < level.panels.size(); ++p) {
      double sums[panel_width] = {};
      const double* row = level.panels[p].values.data() + panel_width * static_cast<std::size_t>(cells_.cells[cell].first_row);
      for (std::uint32_t r = 0; r < cells_.cells[cell].rows; ++r, row += panel_width)
        for (int t = 0; t < panel_width; ++t) sums[t] += row[t];
      for (std::size_t t = 0; t < panel_width; ++t) frame_sums[((p - first_new) * panel_width + t) * cells + cell] = sums[t];
    }
  });
  for (std::size_t p = first_new; p < level.panels.size(); ++p)
    for (int t = 0; t < level.panels[p].frames(); ++t) {
      const auto begin = frame_sums.begin() + static_cast<std::ptrdiff_t>(((p - first_new) * panel_width + static_cast<std::size_t>(t)) * cells);
      level.sums.add({begin, begin + static_cast<std::ptrdiff_t>(cells)}, level.panels[p].valid[static_cast<std::size_t>(t)]);
    }
}

void DenseLevels::add_cell(Level& level, std::size_t c) const {
  static const PanelKernels& kernels = *panel_kernel_versions().all[0];
  const PixelCells::Cell& cell = cells_.cells[c];
  const std::size_t begin = panel_width * static_cast<std::size_t>(cell.first_row);
  double* const products = level.sums.products.data() + c * static_cast<std::size_t>(channels_);
  const int first_channel = level.sums.first_channel(), panels = static_cast<int>(level.panels.size());
  alignas(64) double tile[panel_width * panel_width];
  for (int p = panels - level.new_panels; p < panels; ++p)
    for (int back = 0; back <= std::min(p, panels_back_); ++back) {
      if (panel_width * back + panel_width - 1 < first_channel) continue;
      kernels.product(level.panels[static_cast<std::size_t>(p)].values.data() + begin, level.panels[static_cast<std::size_t>(p - back)].values.data() + begin,
                      static_cast<int>(cell.rows), tile);
      for (int i = 0; i < panel_width; ++i)
        for (int j = 0; j < panel_width; ++j)
          if (const int k = panel_width * back + i - j; k >= first_channel && k < channels_) products[k] += tile[panel_width * i + j];
    }
}

// Sums of neighbours within a panel fill half of one of the next level.
void DenseLevels::pass_on(std::size_t level, const Panel& panel) {
  const int pairs = panel.frames() / 2;
  if (pairs == 0) return;
  if (level + 1 == levels_.size()) begin_level();
  Panel& next = levels_[level + 1].panels.back();
  const int place = next.frames();
  for (const PixelCells::Cell& cell : cells_.cells) {
    Halves factor[panel_width / 2];
    bool whole = pairs == panel_width / 2;
    for (int t = 0; t < pairs; ++t) {
      factor[t] = halves(panel.valid[static_cast<std::size_t>(2 * t)][static_cast<std::size_t>(cell.part)], panel.valid[static_cast<std::size_t>(2 * t + 1)][static_cast<std::size_t>(cell.part)]);
      whole = whole && factor[t].first == 1.0 && factor[t].second == 1.0;
    }
    if (whole) {
      const double* from = panel.values.data() + panel_width * static_cast<std::size_t>(cell.first_row);
      double* to = next.values.data() + panel_width * static_cast<std::size_t>(cell.first_row) + static_cast<std::size_t>(place);
      for (std::uint32_t r = 0; r < cell.rows; ++r, from += panel_width, to += panel_width)
        for (int t = 0; t < panel_width / 2; ++t) to[t] = from[2 * t] + from[2 * t + 1];
      continue;
    }
    for (std::size_t r = cell.first_row; r < cell.first_row + cell.rows; ++r) {
      const double* from = panel.values.data() + panel_width * r;
      double* to = next.values.data() + panel_width * r + static_cast<std::size_t>(place);
      for (int t = 0; t < pairs; ++t) to[t] = factor[t].first * from[2 * t] + factor[t].second * from[2 * t + 1];
    }
  }
  for (int t = 0; t < pairs; ++t) {
    std::vector<std::uint8_t> valid = panel.valid[static_cast<std::size_t>(2 * t)];
    for (std::size_t s = 0; s < valid.size(); ++s) valid[s] = valid[s] || panel.valid[static_cast<std::size_t>(2 * t + 1)][s];
    next.valid.push_back(std::move(valid));
  }
  if (next.frames() == panel_width) close_panel(level + 1);
}

void DenseLevels::finish() {
  for (std::size_t level = 0; level < levels_.size(); ++level)
    if (levels_[level].panels.back().frames() > 0 || levels_[level].new_panels > 0) close_panel(level);
}

std::vector<const LevelSums*> DenseLevels::sums() const {
  std::vector<const LevelSums*> all;
  for (const Level& level : levels_) all.push_back(&level.sums);
  return all;
}

}  // namespace patina
