// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/photon_sieve.hpp"

namespace patina {

#if defined(__x86_64__)
namespace lanes_avx512 {
extern const PhotonSieve photon_sieve;
}
namespace lanes_avx2 {
extern const PhotonSieve photon_sieve;
}
#endif
namespace lanes_generic {
extern const PhotonSieve photon_sieve;
}

LanesVersions<PhotonSieve> photon_sieve_versions() {
#if defined(__x86_64__)
  return runnable_lanes(&lanes_avx512::photon_sieve, &lanes_avx2::photon_sieve, &lanes_generic::photon_sieve);
#else
  return runnable_lanes<PhotonSieve>(nullptr, nullptr, &lanes_generic::photon_sieve);
#endif
}

}  // namespace patina
