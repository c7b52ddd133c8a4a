#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Makes the *.dump files here with LAMMPS (Debian's lammps, 29 Sep 2021): positions, forces and energies per atom of
# 108 displaced fcc atoms in a triclinic cell smaller than twice the cutoff. eam/fs with symmetric and unsymmetric
# densities; eam/alloy; two funcfl files on unlike grids; an atom so close to others that the density leaves its
# table; a table that ends one step before its cutoff, not at zero.
set -e
cd "$(dirname "$0")"
potentials=/usr/share/lammps/potentials

evaluate() {  # name, lattice constant, number of types, extra commands
  lmp -log none -screen none -in /dev/stdin <<INPUT
units metal
atom_style atomic
lattice fcc $2
region box block 0 3 0 3 0 3
create_box $3 box
create_atoms 1 box
change_box all triclinic xy final 0.6 xz final -0.4 yz final 0.5 remap units box
displace_atoms all random 0.22 0.22 0.22 4711 units box
$4
compute energy all pe/atom
dump 1 all custom 1 $1.dump id type x y z fx fy fz c_energy
dump_modify 1 sort id format float %.17g
run 0
INPUT
}

two_types="group second id 1:108:3
set group second type 2"
funcfl="pair_style eam
pair_coeff 1 1 $potentials/Cu_u3.eam
pair_coeff 2 2 $potentials/Ni_u3.eam"
evaluate cu_ni_funcfl 3.6 2 "$two_types
$funcfl"
evaluate cu_ni_funcfl_close 3.6 2 "$two_types
$funcfl
group close id 1
displace_atoms close move 1.5 1.6 0.1 units box"
evaluate cu_zhou_alloy 3.615 1 "pair_style eam/alloy
pair_coeff * * $potentials/Cu_zhou.eam.alloy Cu"
evaluate cu_ni_alloy 3.65 2 "$two_types
pair_style eam/alloy
pair_coeff * * $potentials/CuNi.eam.alloy Cu Ni"
evaluate cu_zr_fs 4.2 2 "$two_types
pair_style eam/fs
pair_coeff * * $potentials/CuZr_mm.eam.fs Cu Zr"
evaluate al_h_ni_fs 3.8 3 "$two_types
group third id 2:108:9
set group third type 3
pair_style eam/fs
pair_coeff * * $potentials/NiAlH_jea.eam.fs Al H Ni"
