// SPDX-License-Identifier: BSD-3-Clause
#include "structure/clusters.hpp"

#include <algorithm>

namespace patina {

std::vector<Cluster> find_clusters(const std::vector<std::vector<Link>>& links) {
  std::vector<Cluster> clusters;
  std::vector<char> seen(links.size(), false);
  for (std::size_t start = 0; start < links.size(); ++start) {
    if (seen[start]) continue;
    seen[start] = true;
    Cluster cluster{{static_cast<int>(start)}, {Vec3{}}};
    for (std::size_t k = 0; k < cluster.members.size(); ++k) {
      const Vec3 here = cluster.apart[k];
      for (const Link& link : links[static_cast<std::size_t>(cluster.members[k])]) {
        char& known = seen[static_cast<std::size_t>(link.to)];
        if (known) continue;
        known = true;
        cluster.members.push_back(link.to);
        cluster.apart.push_back(here + link.apart);
      }
    }
    clusters.push_back(std::move(cluster));
  }
  std::stable_sort(clusters.begin(), clusters.end(),
                   [](const Cluster& a, const Cluster& b) { return a.members.size() > b.members.size(); });
  return clusters;
}

}  // namespace patina
