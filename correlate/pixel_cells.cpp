// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/pixel_cells.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/error.hpp"

namespace patina {
namespace {

constexpr std::int64_t least_pixels_of_block = 4;

}  // namespace

PixelCells make_pixel_cells(const RingMap& map, bool static_parts, int blocks) {
  PixelCells made;
  made.blocks = blocks;
  made.order_of_pixel.assign(map.dynamic_map.size(), -1);
  struct Place {
    std::int32_t bin, part;
    int block;
  };
  std::vector<Place> places;
  std::vector<std::int64_t> seen(map.rings.size());
  for (std::size_t p = 0; p < map.dynamic_map.size(); ++p) {
    if (map.dynamic_map[p] == 0) continue;
    const std::int32_t bin = map.dynamic_map[p] - 1;
    const auto b = static_cast<std::size_t>(bin);
    const std::int64_t of_bin = std::clamp<std::int64_t>(map.ring_pixels[b] / least_pixels_of_block, 1, blocks);
    places.push_back({bin, static_parts ? map.static_map[p] : 0, static_cast<int>(seen[b]++ * of_bin / map.ring_pixels[b])});
    made.order_of_pixel[p] = static_cast<std::int32_t>(made.pixel_of.size());
    made.pixel_of.push_back(static_cast<std::uint32_t>(p));
  }
  require(!places.empty(), "make_pixel_cells: no pixel at all");
  std::vector<std::uint32_t> order(places.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto key = [&](std::uint32_t k) { return std::tuple(places[k].bin, places[k].part, places[k].block); };
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  made.row_of.resize(order.size());
  made.cell_of.resize(order.size());
  for (std::uint32_t row = 0; row < order.size(); ++row) {
    const Place& place = places[order[row]];
    const Place* const before = row > 0 ? &places[order[row - 1]] : nullptr;
    const bool new_bin = !before || before->bin != place.bin, new_part = new_bin || before->part != place.part;
    if (new_bin) made.bins.push_back({0.0, static_cast<int>(made.parts.size()), 0, row, 0, 0});
    if (new_part) {
      made.parts.push_back({static_cast<int>(made.bins.size()) - 1, 0.0, static_cast<int>(made.cells.size()), 0});
      ++made.bins.back().parts;
    }
    if (new_part || before->block != place.block) {
      made.cells.push_back({row, 0, static_cast<int>(made.parts.size()) - 1, place.block});
      ++made.parts.back().cells;
    }
    ++made.cells.back().rows;
    ++made.parts.back().pixels;
    ++made.bins.back().pixels;
    ++made.bins.back().rows;
    made.bins.back().blocks = std::max(made.bins.back().blocks, place.block + 1);
    made.row_of[order[row]] = row;
    made.cell_of[order[row]] = static_cast<std::uint32_t>(made.cells.size()) - 1;
  }
  return made;
}

}  // namespace patina
