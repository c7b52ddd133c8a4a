// SPDX-License-Identifier: BSD-3-Clause
#include "structure/icosahedra.hpp"

#include <algorithm>
#include <map>

#include "structure/clusters.hpp"

namespace patina {

namespace {

using Image = std::array<int, 3>;

Image minus(const Image& a, const Image& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

// An icosahedron, by its number, that an atom belongs to: the atom is at `image`, counted from the centre's.
struct Membership {
  int icosahedron;
  Image image;
};

std::vector<std::int64_t> sizes(const std::vector<std::vector<Link>>& links) {
  std::vector<std::int64_t> found;
  for (const Cluster& cluster : find_clusters(links)) found.push_back(static_cast<std::int64_t>(cluster.members.size()));
  return found;
}

class Network {
 public:
  Network(const Structure& sample, const VoronoiCells& cells, const std::vector<VoronoiIndex>& index)
      : cells_(cells), memberships_(sample.size()) {
    for (std::size_t i = 0; i < index.size(); ++i)
      if (index[i] == full_icosahedron && !cells.open[i]) add(i);
  }

  IcosahedralNetwork found() const {
    IcosahedralNetwork network;
    network.icosahedra = static_cast<std::int64_t>(centre_.size());
    network.atoms_in_them = std::count_if(memberships_.begin(), memberships_.end(), [](const auto& list) { return !list.empty(); });
    std::vector<std::vector<Link>> neighbours(centre_.size()), sharing(centre_.size());
    for (std::size_t a = 0; a < centre_.size(); ++a)
      for (const auto& [other, shared] : shared_with(static_cast<int>(a))) {
        const auto& [b, image] = other;
        const bool once = b > static_cast<int>(a) || (b == static_cast<int>(a) && image > Image{});
        const bool bonded = are_neighbours(a, static_cast<std::size_t>(b), image);
        if (bonded) neighbours[a].push_back({b, {}});
        sharing[a].push_back({b, {}});
        if (!once) continue;
        if (bonded)
          ++network.interpenetrating;
        else
          ++network.sharing[static_cast<std::size_t>(std::min(shared, 12))];
      }
    network.cluster_sizes = sizes(neighbours);
    network.sharing_cluster_sizes = sizes(sharing);
    return network;
  }

 private:
  void add(std::size_t centre) {
    const auto number = static_cast<int>(centre_.size());
    centre_.push_back(centre);
    memberships_[centre].push_back({number, {}});
    for (const VoronoiFace& face : cells_.faces(centre)) memberships_[static_cast<std::size_t>(face.neighbor)].push_back({number, face.image});
  }

  // Numbers of shared atoms, by the other icosahedron and the image of its centre, counted from this centre's.
  std::map<std::pair<int, Image>, int> shared_with(int a) const {
    std::map<std::pair<int, Image>, int> shared;
    const std::size_t centre = centre_[static_cast<std::size_t>(a)];
    const auto meet = [&](std::size_t atom, const Image& image) {
      for (const Membership& other : memberships_[atom]) ++shared[{other.icosahedron, minus(image, other.image)}];
    };
    meet(centre, {});
    for (const VoronoiFace& face : cells_.faces(centre)) meet(static_cast<std::size_t>(face.neighbor), face.image);
    shared.erase({a, Image{}});
    return shared;
  }

  bool are_neighbours(std::size_t a, std::size_t b, const Image& image) const {
    const auto faces = cells_.faces(centre_[a]);
    return std::any_of(faces.begin(), faces.end(), [&](const VoronoiFace& face) {
      return static_cast<std::size_t>(face.neighbor) == centre_[b] && face.image == image;
    });
  }

  const VoronoiCells& cells_;
  std::vector<std::size_t> centre_;
  std::vector<std::vector<Membership>> memberships_;  // of each atom
};

}  // namespace

IcosahedralNetwork icosahedral_network(const Structure& sample, const VoronoiCells& cells, const std::vector<VoronoiIndex>& index) {
  return Network(sample, cells, index).found();
}

}  // namespace patina
