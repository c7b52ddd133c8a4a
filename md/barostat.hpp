// SPDX-License-Identifier: BSD-3-Clause
// Barostats: they give the cell a strain rate for each Cartesian axis, and the integrator carries atoms and
// cell along:  dr_a/dt = v_a + rate_a (r_a - origin_a),  dL_a/dt = rate_a L_a,  dv_a/dt = F_a/m - damping_a
// v_a.
//   mtk: an extended system, with its own Nose-Hoover chain
//     W d rate_a/dt = V (P_aa - P_a) + 2K/N_f,   damping_a = rate_a + sum_b rate_b / N_f,
//     W = (N_f + d) kT tau^2 / d for d moving axes; isotropic: one rate, driven by the mean over the axes.
//     [Martyna, Tobias & Klein, J. Chem. Phys. 101, 4177 (1994), doi 10.1063/1.467468; Tuckerman, Alejandre,
//     Lopez-Rendon, Jochim & Martyna, J. Phys. A 39, 5629 (2006), doi 10.1088/0305-4470/39/19/S18]
//   cell_rescaling: first-order stochastic, strain of one step
//     d ln V = (beta/tau) (P_int - P) dt + sqrt(2 kT beta dt / (V tau)) R,   damping_a = rate_a
//     [Bernetti & Bussi, J. Chem. Phys. 153, 114107 (2020), doi 10.1063/5.0020514, their eq. 7 by Ito for ln
//     V]. Per axis: d ln L_a = (beta/(d tau)) (P_aa - P_a) dt + sqrt(2 kT beta dt / (d V tau)) R_a, which
//     leaves exp(-(F + P V)/kT) dL_x dL_y dL_z invariant: the Ito term of the mobility 1/V cancels that of d
//     ln L.
// Both sample the measure dV (isotropic), dL_x dL_y dL_z (per axis). Units: A, ps, eV, K; GPa where named so.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/box.hpp"
#include "core/state_map.hpp"
#include "md/nose_hoover_chain.hpp"

namespace patina {

enum class BarostatKind { none, mtk, cell_rescaling };
enum class CellCoupling { isotropic, per_axis };

struct BarostatSpec {
  BarostatKind kind = BarostatKind::none;
  double relaxation_ps = 1.0;
  CellCoupling coupling = CellCoupling::isotropic;
  std::array<bool, 3> axes = {true, true, true};  // Cartesian axes that may strain; each must be periodic
  int chain_length = 3;                           // mtk
  double compressibility_per_GPa = 0.01;          // cell_rescaling: an estimate, sets the rate only
};

// Simple shear: places go along `along` by rate times their height along `across`.
struct ShearRate {
  int along = 0, across = 1;
  double rate_per_ps = 0.0;
};

// What is imposed during one time step; ramps change it from step to step.
struct Targets {
  double temperature_K = 0.0;
  Vec3 pressure_GPa;  // on each Cartesian axis
  // Deformation that is prescribed, beside that of a barostat: d ln L_a/dt of each axis, on axes that no barostat may move, and shears.
  Vec3 strain_rate_per_ps = {};
  std::array<ShearRate, 3> shears = {};
  bool shears_cell() const { return shears[0].rate_per_ps != 0.0 || shears[1].rate_per_ps != 0.0 || shears[2].rate_per_ps != 0.0; }
  bool deforms() const { return !(strain_rate_per_ps == Vec3{}) || shears_cell(); }
};

// What the sample shows a barostat.
struct CellState {
  Vec3 pressure;  // diagonal of the pressure tensor with its kinetic part, eV/A^3
  double volume = 0.0;
  double twice_kinetic = 0.0;
};

class Barostat {
 public:
  virtual ~Barostat() = default;
  // Before the first half kick and after the second.
  virtual void first_half(const CellState& cell, const Targets& targets, std::int64_t step) = 0;
  virtual void second_half(const CellState& cell, const Targets& targets) = 0;
  const Vec3& rate() const { return rate_; }  // 1/ps
  virtual Vec3 damping() const = 0;           // 1/ps
  // Energy taken from the atoms so far, eV: kinetic energy of the cell, its chain, and the work P dV.
  virtual double energy() const = 0;
  virtual void save(StateMap& state) const = 0;
  virtual void load(const StateMap& state) = 0;

 protected:
  Vec3 rate_;
};

// Null for none. Throws Error(bad_input) for a free axis that may strain, or numbers that make no sense.
std::unique_ptr<Barostat> make_barostat(const BarostatSpec& spec, const Box& box, double degrees_of_freedom,
                                        double time_step_ps, std::uint64_t seed);

// What each axis that may strain is driven by, of a drive per axis: its own, or for isotropic the mean over
// them; 0 for the others.
Vec3 coupled_axes(CellCoupling coupling, const std::array<bool, 3>& axes, const Vec3& drive);

// Throws Error(bad_input) naming the axis if one that may strain is free, or none may.
void require_periodic(const std::array<bool, 3>& axes, const Box& box);

}  // namespace patina
