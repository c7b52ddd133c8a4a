// SPDX-License-Identifier: BSD-3-Clause
// Truths: the Voronoi polyhedra of crystals, known in closed form (fcc: rhombic dodecahedron; bcc: truncated octahedron; hcp:
// trapezo-rhombic dodecahedron; Frank-Kasper polyhedra of A15 and C15) and their areas; cells fill space, plain or radical, in any
// cell of the same lattice; faces look alike from both sides; the nearest atom, by brute force, decides whose a point is; the ideal
// icosahedron; bond orders by the addition theorem of spherical harmonics.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/error.hpp"
#include "md/composition.hpp"
#include "md/lattice.hpp"
#include "structure/bond_order.hpp"
#include "structure/closed_cell.hpp"
#include "structure/icosahedra.hpp"
#include "scattering_frames.hpp"

namespace patina {
namespace {

Structure crystal(const std::string& kind, double a, const std::array<int, 3>& repeat) {
  const Lattice lattice{kind, a, 1.632993161855452, repeat};
  if (kind == "B2" || kind == "C15") return make_compound(lattice, {"Zr", "Cu"});
  return make_solid_solution(lattice, {{"Cu"}, {1.0}}, 1);
}

Structure sample_of(const Box& box, const std::vector<Vec3>& position, const std::vector<int>& type = {}) {
  Structure sample{box, {"Cu", "Zr"}, {63.546, 91.224}, {}, type, position, {}, {}};
  sample.type.resize(position.size(), 0);
  sample.id.resize(position.size());
  std::iota(sample.id.begin(), sample.id.end(), 1);
  return sample;
}

// Cr3Si: A on the corners and the centre (Z12), B in pairs on the faces (Z14).
Structure a15(double a, int repeat) {
  const double site[8][3] = {{0, 0, 0}, {.5, .5, .5}, {.25, 0, .5}, {.75, 0, .5}, {.5, .25, 0}, {.5, .75, 0}, {0, .5, .25}, {0, .5, .75}};
  std::vector<Vec3> position;
  std::vector<int> type;
  for (int x = 0; x < repeat; ++x)
    for (int y = 0; y < repeat; ++y)
      for (int z = 0; z < repeat; ++z)
        for (int s = 0; s < 8; ++s) {
          position.push_back({{a * (x + site[s][0]), a * (y + site[s][1]), a * (z + site[s][2])}});
          type.push_back(s < 2 ? 0 : 1);
        }
  return sample_of(Box::orthogonal({{a * repeat, a * repeat, a * repeat}}), position, type);
}

Structure gas(const Box& box, int atoms) {
  const test::Sample sample = test::ideal_gas(box, atoms, 6);
  return sample_of(sample.box, sample.position, sample.type);
}

// The same atoms in another cell of the same lattice, turned out of LAMMPS's form and shifted through its faces.
Structure in_other_cell(const Structure& sample) {
  const Mat3 change{{{1, 0, 0}, {2, 1, 0}, {-3, 1, 1}}};
  const double c = std::cos(0.7), s = std::sin(0.7);
  const Mat3 turn = Mat3{{{c, s, 0}, {-s, c, 0}, {0, 0, 1}}} * Mat3{{{1, 0, 0}, {0, s, -c}, {0, c, s}}};
  Structure other = sample;
  other.box = Box(change * sample.box.edges() * turn, {{3.0, -7.0, 11.0}}, sample.box.periodic());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const int n[3] = {static_cast<int>(i % 5) - 2, static_cast<int>(i % 3), -static_cast<int>(i % 7)};
    other.position[i] = sample.position[i] * turn + other.box.origin() + other.box.translation(n);
  }
  return other;
}

std::map<std::string, int> populations(const Structure& sample, const VoronoiCells& cells) {
  std::map<std::string, int> found;
  for (const auto& [kind, count] : count_indices(sample, cells, voronoi_indices(cells)))
    found[sample.species[static_cast<std::size_t>(kind.first)] + name(kind.second)] += static_cast<int>(count);
  return found;
}

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

using Counts = std::map<std::string, int>;

TEST(VoronoiCellsTest, OfCrystalsAreTheirPolyhedraInAnyCell) {
  const std::pair<Structure, Counts> crystals[] = {
      {crystal("fcc", 3.6, {1, 1, 1}), {{"Cu<0,12,0,0>", 4}}},
      {crystal("fcc", 3.6, {5, 4, 3}), {{"Cu<0,12,0,0>", 240}}},
      {crystal("bcc", 2.9, {1, 1, 1}), {{"Cu<0,6,0,8>", 2}}},
      {crystal("bcc", 2.9, {3, 9, 4}), {{"Cu<0,6,0,8>", 216}}},
      {crystal("hcp", 2.56, {3, 2, 3}), {{"Cu<0,12,0,0>", 72}}},
      {crystal("B2", 3.2, {3, 3, 3}), {{"Cu<0,6,0,8>", 27}, {"Zr<0,6,0,8>", 27}}},
      {crystal("C15", 7.1, {2, 2, 2}), {{"Zr<0,0,12,4>", 64}, {"Cu<0,0,12,0>", 128}}},
      {a15(4.6, 3), {{"Cu<0,0,12,0>", 54}, {"Zr<0,0,12,2>", 162}}}};
  for (const auto& [sample, expected] : crystals) {
    for (const Structure& same : {sample, in_other_cell(sample)}) {
      const VoronoiCells cells = voronoi_cells(same);
      EXPECT_EQ(populations(same, cells), expected);
      EXPECT_NEAR(sum_of(cells.volume_A3) / same.box.volume(), 1.0, 1e-12);
    }
  }
}

// Every atom of these crystals has the same cell.
TEST(VoronoiCellsTest, OfCrystalsHaveTheirVolumesAndAreas) {
  const double a = 3.6;
  const VoronoiCells fcc = voronoi_cells(crystal("fcc", a, {4, 4, 4})), bcc = voronoi_cells(crystal("bcc", a, {4, 4, 4}));
  // Diamond: two fcc lattices, on C15's 8a.
  Structure c15 = crystal("C15", a, {3, 3, 3});
  std::vector<Vec3> sites;
  for (std::size_t i = 0; i < c15.size(); ++i)
    if (c15.species[static_cast<std::size_t>(c15.type[i])] == "Zr") sites.push_back(c15.position[i]);
  const VoronoiCells diamond = voronoi_cells(sample_of(c15.box, sites));
  ASSERT_EQ(diamond.atoms(), 216u);
  for (const double v : fcc.volume_A3) ASSERT_NEAR(v, a * a * a / 4.0, 1e-12 * v);
  for (const double v : bcc.volume_A3) ASSERT_NEAR(v, a * a * a / 2.0, 1e-12 * v);
  for (const double v : diamond.volume_A3) ASSERT_NEAR(v, a * a * a / 8.0, 1e-12 * v);
  for (const VoronoiFace& face : fcc.face) ASSERT_NEAR(face.area_A2, a * a / (4.0 * std::sqrt(2.0)), 1e-11);
  const double edge = a / (2.0 * std::sqrt(2.0));  // of the truncated octahedron
  for (const VoronoiFace& face : bcc.face)
    ASSERT_NEAR(face.area_A2, (face.edges == 6 ? 1.5 * std::sqrt(3.0) : 1.0) * edge * edge, 1e-11);
  // Hexagonal faces towards the four neighbours, triangles towards twelve more: the triakis truncated tetrahedron.
  for (std::size_t i = 0; i < diamond.atoms(); ++i) ASSERT_EQ(diamond.faces(i).size(), 16u);
}

// Faces name the neighbour and its image: seen from there, the same face leads back. Also where a cell is its own neighbour.
TEST(VoronoiCellsTest, FacesLookAlikeFromBothSides) {
  const Box skew({{{9.0, 0.0, 0.0}, {3.0, 8.0, 0.0}, {-2.0, 2.5, 10.0}}}, {{1.0, -4.0, 2.0}}, {true, true, true});
  for (const int atoms : {1, 2, 7, 60})
    for (const std::vector<double>& radii : {std::vector<double>{}, std::vector<double>{1.28, 1.6}})
      for (const Structure& sample : {gas(skew, atoms), in_other_cell(gas(skew, atoms))}) {
        const VoronoiCells cells = voronoi_cells(sample, radii);
        for (std::size_t i = 0; i < cells.atoms(); ++i)
          for (const VoronoiFace& face : cells.faces(i)) {
            const auto back = cells.faces(static_cast<std::size_t>(face.neighbor));
            const auto same = std::count_if(back.begin(), back.end(), [&](const VoronoiFace& other) {
              return other.neighbor == static_cast<int>(i) && std::abs(other.area_A2 - face.area_A2) < 1e-7 &&
                     norm(bond(sample, i, face) + bond(sample, static_cast<std::size_t>(face.neighbor), other)) < 1e-9;
            });
            // Faces that noise alone may open are left out.
            if (face.area_A2 > 1e-6) {
              EXPECT_EQ(same, 1) << atoms << " atoms, face of " << face.area_A2;
            }
          }
      }
}

// The share of random points that belong to an atom is its cell's share of the volume.
TEST(VoronoiCellsTest, HoldThePointsThatAreNearestByBruteForce) {
  const Box skew({{{11.0, 0.0, 0.0}, {3.0, 10.0, 0.0}, {-2.0, 2.5, 12.0}}}, {}, {true, true, true});
  const Structure sample = gas(skew, 20);
  const std::vector<double> radii{1.28, 1.6};
  for (const bool radical : {false, true}) {
    const VoronoiCells cells = voronoi_cells(sample, radical ? radii : std::vector<double>{});
    constexpr int points = 40000;
    std::vector<int> hits(sample.size(), 0);
    for (int p = 0; p < points; ++p) {
      const Vec3 point = skew.to_cartesian({{test::uniform(3, p), test::uniform(4, p), test::uniform(5, p)}});
      std::size_t nearest = 0;
      double least = INFINITY;
      for (std::size_t i = 0; i < sample.size(); ++i)
        for (int image = 0; image < 27; ++image) {
          const int n[3] = {image / 9 - 1, image / 3 % 3 - 1, image % 3 - 1};
          const Vec3 apart = sample.position[i] + skew.translation(n) - point;
          const double radius = radical ? radii[static_cast<std::size_t>(sample.type[i])] : 0.0, power = dot(apart, apart) - radius * radius;
          if (power < least) least = power, nearest = i;
        }
      ++hits[nearest];
    }
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const double share = cells.volume_A3[i] / skew.volume();
      EXPECT_NEAR(hits[i] / double(points), share, 4.5 * std::sqrt(share / points) + 1e-4) << i << " " << radical;
    }
  }
}

TEST(VoronoiCellsTest, RadicalPlanesDivideB2ByTheSquaresOfRadii) {
  // Along [111] the plane between unlike atoms lies at (d^2 + R_a^2 - R_b^2) / 2 d.
  const Structure b2 = crystal("B2", 3.2, {3, 3, 3});
  const VoronoiCells plain = voronoi_cells(b2), same = voronoi_cells(b2, {1.4, 1.4}), radical = voronoi_cells(b2, {1.6, 1.3});
  EXPECT_NEAR(plain.volume_A3[0], 3.2 * 3.2 * 3.2 / 2.0, 1e-12);
  EXPECT_NEAR(sum_of(radical.volume_A3), b2.box.volume(), 1e-9);
  for (std::size_t i = 0; i < b2.size(); ++i) {
    EXPECT_NEAR(same.volume_A3[i], plain.volume_A3[i], 1e-12);
    // The octahedron |x| + |y| + |z| < s without its six tips beyond the cube of half-edge h = a/2, for h < s < 2 h.
    const double h = 1.6, s = 1.5 * h + (b2.type[i] == 0 ? 1.0 : -1.0) * (1.6 * 1.6 - 1.3 * 1.3) / (2.0 * h);
    EXPECT_NEAR(radical.volume_A3[i], 4.0 / 3.0 * s * s * s - 4.0 * std::pow(s - h, 3), 1e-9);
  }
}

TEST(VoronoiCellsTest, OfAnIcosahedronWithoutPeriodicity) {
  const double g = 0.5 * (1.0 + std::sqrt(5.0));
  std::vector<Vec3> position{{{0, 0, 0}}};
  for (const double s : {-1.0, 1.0})
    for (const double t : {-g, g})
      for (int d = 0; d < 3; ++d) {
        Vec3 r;
        r[d] = s, r[(d + 1) % 3] = t;
        position.push_back(1.3 * r);
      }
  const Structure cluster = sample_of(Box({{{4, 0, 0}, {1, 3, 0}, {0, 1, 5}}}, {{-1, 2, 0}}, {false, false, false}), position);
  const VoronoiCells cells = voronoi_cells(cluster);
  const auto index = voronoi_indices(cells);
  EXPECT_EQ(index[0], full_icosahedron);
  EXPECT_FALSE(cells.open[0]);
  // A dodecahedron of inradius r: V = 10 sqrt(130 - 58 sqrt 5) r^3.
  const double r = 0.5 * 1.3 * std::sqrt(1.0 + g * g);
  EXPECT_NEAR(cells.volume_A3[0], 10.0 * std::sqrt(130.0 - 58.0 * std::sqrt(5.0)) * r * r * r, 1e-9);
  for (std::size_t i = 1; i < 13; ++i) EXPECT_TRUE(cells.open[i] && cells.volume_A3[i] == 0.0) << i;
  EXPECT_EQ(populations(cluster, cells), (Counts{{"Cu<0,0,12,0>", 1}}));
  const IcosahedralNetwork network = icosahedral_network(cluster, cells, index);
  EXPECT_EQ(network.icosahedra, 1);
  EXPECT_EQ(network.atoms_in_them, 13);
  EXPECT_EQ(network.interpenetrating, 0);
  EXPECT_EQ(network.cluster_sizes, (std::vector<std::int64_t>{1}));
}

TEST(VoronoiCellsTest, OfASlabAreOpenAtItsSurfacesOnly) {
  Structure slab = crystal("fcc", 3.6, {3, 3, 5});
  slab.box = Box(slab.box.edges(), {}, {true, true, false});
  const VoronoiCells cells = voronoi_cells(slab);
  for (std::size_t i = 0; i < slab.size(); ++i) {
    const double z = slab.position[i][2] / 3.6;
    EXPECT_EQ(bool(cells.open[i]), z < 0.1 || z > 4.4) << z;
    EXPECT_NEAR(cells.volume_A3[i], cells.open[i] ? 0.0 : 3.6 * 3.6 * 3.6 / 4.0, 1e-9);
  }
}

// voro++ 0.4.6 finds one cell of each of these samples empty on its best grid; another one on the next grid, or one too large.
TEST(VoronoiCellsTest, FillTheVolumeWhereVoroMeetsAPlaneThatItCannotTake) {
  for (const auto& [edge, atoms] : {std::pair{20.0 + 0.37 * 53, 1901}, {20.0 + 0.37 * 59, 2003}}) {
    const Structure sample = gas(Box::orthogonal({{edge, edge, edge}}), atoms);
    const VoronoiCells cells = voronoi_cells(sample);
    EXPECT_NEAR(sum_of(cells.volume_A3) / sample.box.volume(), 1.0, 1e-12);
    EXPECT_GT(*std::min_element(cells.volume_A3.begin(), cells.volume_A3.end()), 0.0);
  }
}

TEST(VoronoiCellsTest, RefusesAtomsInOnePlace) {
  Structure sample = crystal("fcc", 3.6, {3, 3, 3});
  sample.position[5] = sample.position[80];
  try {
    voronoi_cells(sample);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
  }
}

// Without the smaller ones of bcc's two kinds of faces: squares have 3.9 % of the cell's area, hexagons 9.6 %.
TEST(SmallFaces, AreLeftOutByTheirShareOfTheArea) {
  const Structure bcc = crystal("bcc", 2.9, {4, 4, 4});
  const VoronoiCells cells = voronoi_cells(bcc);
  const double square = 1.0 / (6.0 + 12.0 * std::sqrt(3.0));
  EXPECT_EQ(populations(bcc, without_small_faces(cells, 0.99 * square)), (Counts{{"Cu<0,6,0,8>", 128}}));
  EXPECT_EQ(populations(bcc, without_small_faces(cells, 1.01 * square)), (Counts{{"Cu<0,0,0,8>", 128}}));
  EXPECT_EQ(without_small_faces(cells, 0.05).volume_A3, cells.volume_A3);
}

// C15: each Cu has six Cu and six Zr around it. Its icosahedra interpenetrate along the network of tetrahedra: all are one.
TEST(Icosahedra, OfC15AreOneNetwork) {
  for (const int repeat : {1, 2, 3}) {
    const Structure c15 = crystal("C15", 7.1, {repeat, repeat, repeat});
    const int cells_n = repeat * repeat * repeat;
    const VoronoiCells cells = voronoi_cells(c15);
    const auto coordination = face_coordination(c15, cells);
    EXPECT_EQ(coordination, (std::vector<double>{4.0, 12.0, 6.0, 6.0}));
    const IcosahedralNetwork network = icosahedral_network(c15, cells, voronoi_indices(cells));
    EXPECT_EQ(network.icosahedra, 16 * cells_n);
    EXPECT_EQ(network.interpenetrating, 3 * 16 * cells_n);
    EXPECT_EQ(network.atoms_in_them, 24 * cells_n);
    EXPECT_EQ(network.cluster_sizes, (std::vector<std::int64_t>{16 * cells_n}));
  }
}

// Pairs of icosahedra of A15 by brute force over their atoms: sites of the corners and centres lie apart by a sqrt(3)/2 and a.
TEST(Icosahedra, OfA15ShareAtomsAsCountedByBruteForce) {
  const double a = 4.6;
  const Structure sample = a15(a, 4);
  const VoronoiCells cells = voronoi_cells(sample);
  const IcosahedralNetwork network = icosahedral_network(sample, cells, voronoi_indices(cells));
  // Around one centre, all atoms of its and of another icosahedron that coincide, in the endless crystal. The twelve neighbours
  // of a Z12 site stand sqrt(5)/4 a away; those of the corner and of the centre are each other's mirror images.
  const auto around = [&](const Vec3& centre) {
    std::vector<Vec3> atoms{centre};
    for (const Vec3& r : sample.position)
      for (int image = 0; image < 27; ++image) {
        const int n[3] = {image / 9 - 1, image / 3 % 3 - 1, image % 3 - 1};
        const Vec3 at = r + sample.box.translation(n);
        if (std::abs(norm(at - centre) - std::sqrt(5.0) / 4.0 * a) < 1e-6) atoms.push_back(at);
      }
    return atoms;
  };
  std::array<std::int64_t, 13> expected{};
  const Vec3 home{{2 * a, 2 * a, 2 * a}};
  const auto own = around(home);
  ASSERT_EQ(own.size(), 13u);
  for (int half = 0; half < 2; ++half)
    for (int x = 0; x < 4; ++x)
      for (int y = 0; y < 4; ++y)
        for (int z = 0; z < 4; ++z) {
          const Vec3 other{{a * (x + 0.5 * half), a * (y + 0.5 * half), a * (z + 0.5 * half)}};
          if (norm(other - home) < 1e-6) continue;
          std::size_t shared = 0;
          for (const Vec3& p : own)
            for (const Vec3& q : around(other)) shared += norm(p - q) < 1e-6;
          if (shared > 0) ++expected[shared];
        }
  for (std::size_t n = 1; n < 13; ++n) EXPECT_EQ(network.sharing[n], expected[n] * 128 / 2) << n;
  EXPECT_EQ(network.interpenetrating, 0);
  EXPECT_EQ(network.icosahedra, 128);
}

// sum_m |Y_6m|^2 of two directions is 13/(4 pi) P_6 of the angle between them: q_6^2 = sum_fg A_f A_g P_6(cos) / A^2. In a crystal of
// one kind of cell qbar is q, where all cells are oriented alike.
TEST(BondOrder, OfCrystalsFollowsFromTheAdditionTheorem) {
  const auto legendre6 = [](double x) { return (231.0 * std::pow(x, 6) - 315.0 * std::pow(x, 4) + 105.0 * x * x - 5.0) / 16.0; };
  for (const std::string kind : {"fcc", "bcc"}) {
    const double a = 3.0;
    std::vector<std::pair<Vec3, double>> faces;
    for (int x = -2; x <= 2; ++x)
      for (int y = -2; y <= 2; ++y)
        for (int z = -2; z <= 2; ++z) {
          const Vec3 half{{double(x), double(y), double(z)}};
          const double square = dot(half, half);
          if (kind == "fcc" && square == 2.0) faces.push_back({half, 1.0});
          if (kind == "bcc" && (square == 3.0 || (square == 4.0 && x * y == 0 && y * z == 0 && x * z == 0)))
            faces.push_back({half, square == 3.0 ? 1.5 * std::sqrt(3.0) : 1.0});
        }
    ASSERT_EQ(faces.size(), kind == "fcc" ? 12u : 14u);
    double sum = 0.0, area = 0.0;
    for (const auto& [u, weight] : faces) {
      area += weight;
      for (const auto& [v, other] : faces) sum += weight * other * legendre6(dot(u, v) / (norm(u) * norm(v)));
    }
    const double expected = std::sqrt(sum) / area;
    EXPECT_TRUE(kind == "bcc" || std::abs(expected - std::sqrt(169.0 / 512.0)) < 1e-12);
    const Structure sample = in_other_cell(crystal(kind, a, {3, 3, 3}));
    for (const double q : averaged_bond_order(sample, voronoi_cells(sample))) ASSERT_NEAR(q, expected, 1e-9) << kind;
  }
  // Of random places qbar_6 is small: its square is that of 15 x 15 random bonds or so.
  const Structure random = gas(Box::orthogonal({{30.0, 30.0, 30.0}}), 1500);
  EXPECT_LT(sum_of(averaged_bond_order(random, voronoi_cells(random))) / 1500.0, 0.2);
}

TEST(ReducedEdges, SpanTheSameLatticeWithTheShortestEdges) {
  const Mat3 cubic = diagonal({{3.0, 4.0, 5.0}});
  const Mat3 reduced = reduced_edges(Mat3{{{1, 0, 0}, {7, 1, 0}, {-12, 9, 1}}} * cubic);
  EXPECT_NEAR(determinant(reduced), 60.0, 1e-9);
  std::vector<double> lengths{norm(reduced.row(0)), norm(reduced.row(1)), norm(reduced.row(2))};
  std::sort(lengths.begin(), lengths.end());
  for (int d = 0; d < 3; ++d) EXPECT_NEAR(lengths[static_cast<std::size_t>(d)], 3.0 + d, 1e-9);
}

}  // namespace
}  // namespace patina
