// SPDX-License-Identifier: BSD-3-Clause
#include "structure/voronoi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <voro++/voro++.hh>

#include "core/error.hpp"
#include "md/lammps_cell.hpp"
#include "structure/closed_cell.hpp"

namespace patina {

namespace {

constexpr int attempts = 8;
constexpr double surface_gap_A = 20.0;  // any gap gives the same closed cells

// voro++ takes cells of LAMMPS's form only, and looks for images near by: hence reduced edges, turned.
struct Turned {
  Mat3 edges, back;  // back: from turned vectors to the sample's
  explicit Turned(const Mat3& reduced) : edges(lammps_edges(reduced)), back(inverse(edges) * reduced) {}
};

class Images {
 public:
  explicit Images(const Mat3& reduced) : edges_(reduced), inverse_(inverse(reduced)) {
    double least = INFINITY;
    for (int d = 0; d < 3; ++d) least = std::min(least, 1.0 / norm(transpose(inverse_).row(d)));
    surely_nearest_ = 0.25 * least * least;
  }

  // The translation that makes `apart` shortest; not none at all if `another` is wanted.
  Vec3 to_nearest(const Vec3& apart, bool another) const {
    Vec3 n = apart * inverse_;
    for (int d = 0; d < 3; ++d) n[d] = -std::round(n[d]);
    const Vec3 first = n * edges_;
    if (!another && dot(apart + first, apart + first) < surely_nearest_) return first;
    Vec3 best;
    double least = INFINITY;
    for (int x = -1; x <= 1; ++x)
      for (int y = -1; y <= 1; ++y)
        for (int z = -1; z <= 1; ++z) {
          const Vec3 steps = n + Vec3{{double(x), double(y), double(z)}}, translation = steps * edges_;
          const double square = dot(apart + translation, apart + translation);
          if (square >= least || (another && dot(steps, steps) == 0.0)) continue;
          least = square;
          best = translation;
        }
    return best;
  }

 private:
  Mat3 edges_, inverse_;
  double surely_nearest_ = 0.0;
};

struct Found {
  std::vector<VoronoiFace> face;
  double volume_A3 = 0.0;
  bool open = false, nameless = false;  // has a face towards an atom that is not there
};

class Tessellation {
 public:
  Tessellation(const Structure& sample, const std::vector<double>& radius_A)
      : sample_(sample), radius_A_(radius_A), closed_(close_cell(sample, surface_gap_A)), to_steps_(closed_.box.inverse_edges()),
        reduced_(reduced_edges(closed_.box.edges())), turned_(reduced_), images_(reduced_) {}

  // In about one of 10^5 cells of a liquid voro++ 0.4.6 makes a mistake in a cut: the cell comes out too large, or empty. Seen from its
  // neighbours the faces are others then. Both are made again on another grid, where planes come in another order.
  VoronoiCells compute() {
    found_.resize(sample_.size());
    std::vector<char> wanted(sample_.size(), true);
    for (int attempt = 0; attempt < attempts; ++attempt) {
      compute_cells(wanted, blocks(attempt));
      wanted = doubtful();
      if (std::find(wanted.begin(), wanted.end(), true) == wanted.end()) break;
    }
    require_consistent();
    return joined();
  }

 private:
  double radius(std::size_t atom) const { return radius_A_.empty() ? 0.0 : radius_A_[static_cast<std::size_t>(sample_.type[atom])]; }

  // Of the grid of voro++, for the number of atoms in each that it likes best; somewhat finer ones after that.
  std::array<int, 3> blocks(int attempt) const {
    const double block_A = std::cbrt(closed_.box.volume() * voro::optimal_particles / static_cast<double>(sample_.size()));
    std::array<int, 3> n;
    for (int d = 0; d < 3; ++d) n[static_cast<std::size_t>(d)] = std::clamp(static_cast<int>(turned_.edges[d][d] / block_A) + attempt, 1, 1000);
    return n;
  }

  void compute_cells(const std::vector<char>& wanted, const std::array<int, 3>& n) {
    const Mat3& e = turned_.edges;
    voro::container_periodic_poly container(e[0][0], e[1][0], e[1][1], e[2][0], e[2][1], e[2][2], n[0], n[1], n[2], 8);
    fill(container);
    voro::voronoicell_neighbor cell;
    voro::c_loop_all_periodic loop(container);
    if (loop.start()) do {
        const auto atom = static_cast<std::size_t>(loop.pid());
        if (wanted[atom]) found_[atom] = container.compute_cell(cell, loop) ? take(atom, cell) : Found{};
      } while (loop.inc());
  }

  // Atoms of faces that do not look alike from both sides, unless they are as small as noise.
  std::vector<char> doubtful() const {
    constexpr double noise_A2 = 1e-6;
    std::vector<char> doubt(found_.size(), false);
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (found_[i].nameless) doubt[i] = true;
      for (const VoronoiFace& face : found_[i].face) {
        const auto j = static_cast<std::size_t>(face.neighbor);
        const auto same = [&](const VoronoiFace& other) {
          return other.neighbor == static_cast<int>(i) && other.image == std::array{-face.image[0], -face.image[1], -face.image[2]} &&
                 std::abs(other.area_A2 - face.area_A2) < noise_A2 * (1.0 + face.area_A2);
        };
        if (face.area_A2 > noise_A2 && std::none_of(found_[j].face.begin(), found_[j].face.end(), same)) doubt[i] = doubt[j] = true;
      }
    }
    return doubt;
  }

  void fill(voro::container_periodic_poly& container) const {
    const Mat3 turn = transpose(turned_.back);
    for (std::size_t i = 0; i < sample_.size(); ++i) {
      const Vec3 r = (closed_.position[i] - closed_.box.origin()) * turn;
      container.put(static_cast<int>(i), r[0], r[1], r[2], radius(i));
    }
  }

  Found take(std::size_t atom, voro::voronoicell_neighbor& cell) {
    cell.neighbors(neighbor_);
    cell.face_orders(order_);
    cell.face_areas(area_);
    cell.face_vertices(face_vertex_);
    cell.vertices(vertex_);
    Found found;
    std::size_t at = 0;
    for (std::size_t f = 0; f < neighbor_.size(); ++f) {
      const auto corners = static_cast<std::size_t>(face_vertex_[at]);
      Vec3 middle;
      for (std::size_t k = 1; k <= corners; ++k) {
        const auto v = static_cast<std::size_t>(3 * face_vertex_[at + k]);
        middle += Vec3{{vertex_[v], vertex_[v + 1], vertex_[v + 2]}};
      }
      at += corners + 1;
      const auto face = name(atom, (1.0 / static_cast<double>(corners)) * middle * turned_.back, neighbor_[f], order_[f], area_[f]);
      if (!face) {
        found.nameless = true;
        continue;
      }
      bool beyond = false;
      for (int d = 0; d < 3; ++d) beyond = beyond || (!sample_.box.periodic(d) && face->image[static_cast<std::size_t>(d)] != 0);
      if (beyond)
        found.open = true;
      else
        found.face.push_back(*face);
    }
    if (!found.open) found.volume_A3 = cell.volume();
    return found;
  }

  // Which image of which atom a face is towards: none is nearer to the face's middle. voro++ does not name the neighbour where
  // that is an image of the atom itself.
  std::optional<VoronoiFace> name(std::size_t atom, const Vec3& middle, int neighbor, int edges, double area_A2) const {
    const double own = dot(middle, middle) - radius(atom) * radius(atom);
    for (const int j : {neighbor, static_cast<int>(atom)}) {
      const auto other = static_cast<std::size_t>(j);
      if (j < 0 || other >= sample_.size()) continue;
      const Vec3 apart = closed_.position[other] - closed_.position[atom] - middle;
      const Vec3 translation = images_.to_nearest(apart, other == atom), nearest = apart + translation;
      const double power = dot(nearest, nearest) - radius(other) * radius(other);
      if (std::abs(power - own) > 1e-6 * (1.0 + dot(middle, middle))) continue;
      VoronoiFace face{j, {}, edges, area_A2};
      const Vec3 steps = translation * to_steps_;
      for (int d = 0; d < 3; ++d) {
        const auto k = static_cast<std::size_t>(d);
        face.image[k] = static_cast<int>(std::lround(steps[d])) + closed_.image[atom][k] - closed_.image[other][k];
      }
      return face;
    }
    return {};
  }

  void require_consistent() const {
    const std::vector<char> doubt = doubtful();
    const auto first = std::find(doubt.begin(), doubt.end(), true);
    if (first != doubt.end())
      throw Error(ExitCode::bad_input, fmt::format("no Voronoi cell of atom {} fits those of its neighbours: are two atoms in one place?",
                                                   sample_.id[static_cast<std::size_t>(first - doubt.begin())]));
  }

  VoronoiCells joined() const {
    VoronoiCells cells;
    cells.begin.push_back(0);
    for (const Found& one : found_) {
      cells.face.insert(cells.face.end(), one.face.begin(), one.face.end());
      cells.begin.push_back(cells.face.size());
      cells.volume_A3.push_back(one.volume_A3);
      cells.open.push_back(one.open);
    }
    return cells;
  }

  const Structure& sample_;
  const std::vector<double>& radius_A_;
  const ClosedCell closed_;
  const Mat3 to_steps_, reduced_;
  const Turned turned_;
  const Images images_;
  std::vector<Found> found_;
  std::vector<int> neighbor_, order_, face_vertex_;
  std::vector<double> area_, vertex_;
};

}  // namespace

VoronoiCells voronoi_cells(const Structure& sample, const std::vector<double>& radius_A) {
  return Tessellation(sample, radius_A).compute();
}

VoronoiCells without_small_faces(const VoronoiCells& cells, double fraction) {
  VoronoiCells kept{{0}, {}, cells.volume_A3, cells.open};
  for (std::size_t i = 0; i < cells.atoms(); ++i) {
    double area_A2 = 0.0;
    for (const VoronoiFace& face : cells.faces(i)) area_A2 += face.area_A2;
    for (const VoronoiFace& face : cells.faces(i))
      if (face.area_A2 >= fraction * area_A2) kept.face.push_back(face);
    kept.begin.push_back(kept.face.size());
  }
  return kept;
}

Vec3 bond(const Structure& sample, std::size_t atom, const VoronoiFace& face) {
  return sample.position[static_cast<std::size_t>(face.neighbor)] + sample.box.translation(face.image.data()) - sample.position[atom];
}

}  // namespace patina
