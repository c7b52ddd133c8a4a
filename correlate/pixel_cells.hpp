// SPDX-License-Identifier: BSD-3-Clause
// The pixels that are correlated, and how sums over them are kept apart. A dynamic bin, over which correlations are averaged, consists of
// parts, over which intensities are (static bins, or the whole bin), and is cut into blocks of neighbouring pixels all the same: what blocks
// scatter is the error. A cell is what a part and a block have in common, the smallest unit that is summed over.
#pragma once

#include <cstdint>
#include <vector>

#include "frames/ring_map.hpp"

namespace patina {

struct PixelCells {
  struct Cell {
    std::uint32_t first_row = 0, rows = 0;  // of arrays that go by row
    int part = 0, block = 0;
  };
  struct Part {
    int bin = 0;
    double pixels = 0.0;
    int first_cell = 0, cells = 0;
  };
  struct Bin {
    double pixels = 0.0;
    int first_part = 0, parts = 0;
    std::uint32_t first_row = 0, rows = 0;
    int blocks = 0;
  };

  // Pixels in row-major order of the detector have an order 0, 1, ...; sorted by bin, part and block they have a row.
  std::vector<std::int32_t> order_of_pixel;             // of each pixel of a frame; -1: in no bin
  std::vector<std::uint32_t> pixel_of, row_of, cell_of;  // of each order
  std::vector<Cell> cells;
  std::vector<Part> parts;
  std::vector<Bin> bins;
  int blocks = 1;  // at most, of a bin

  std::size_t pixels() const { return pixel_of.size(); }
};

// `static_parts`: intensities are averaged over static bins, else over the whole dynamic bin. Bins of few pixels have fewer blocks.
PixelCells make_pixel_cells(const RingMap& map, bool static_parts, int blocks);

}  // namespace patina
