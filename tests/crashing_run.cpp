// SPDX-License-Identifier: BSD-3-Clause
// A program that md_crash_test kills: a make-believe run (atoms are a known function of the step) that writes
// thermo lines, trajectory frames and a checkpoint every third step, resumes from whatever it finds, and says
// "done STEP" for each checkpoint that write_checkpoint() acknowledged.
//   crashing_run FOLDER LAST_STEP CRASH_AT      kills itself before the CRASH_AT-th call that changes the
//   disk (0: never)
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "checkpoint_sample.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/kokkos_compat.hpp"
#include "md/thermo.hpp"
#include "md/trajectory.hpp"

namespace {

int calls_left = 0;

void crash_point() {
  if (calls_left > 0 && --calls_left == 0) kill(getpid(), SIGKILL);
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// The calls through which files become durable and get their names stand in front of the C library's own
// here.
extern "C" {
int fsync(int file) {
  crash_point();
  return next<int(int)>("fsync")(file);
}
int rename(const char* from, const char* to) noexcept {
  crash_point();
  return next<int(const char*, const char*)>("rename")(from, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
  crash_point();
  return next<int(int, const char*, int, const char*, unsigned)>("renameat2")(from_folder, from, to_folder,
                                                                              to, flags);
}
int remove(const char* path) noexcept {
  crash_point();
  return next<int(const char*)>("remove")(path);
}
int unlink(const char* path) noexcept {
  crash_point();
  return next<int(const char*)>("unlink")(path);
}
}

namespace patina {
namespace {

constexpr std::int64_t atoms = test::checkpoint_atoms;

int run(const std::string& folder, std::int64_t last_step) {
  const Comm world = Comm::world();
  Log log(false);
  make_folders(folder);
  const auto found = load_checkpoint(world, folder, log);
  std::vector<std::string> keep;
  if (found) {
    test::expect_step(*found, found->step);
    if (log.warnings() > 0 || ::testing::Test::HasFailure()) return 1;
    for (const auto& segment : found->segments) keep.push_back(segment.name);
  }
  const std::int64_t done = found ? found->step : -1;
  set_aside_segments(world, folder + "/trajectory", keep, log);
  TrajectoryWriter trajectory(world, {.folder = folder + "/trajectory", .velocities = true});
  if (found) trajectory.load(found->state);
  auto thermo = found || std::filesystem::exists(folder + "/thermo.csv")
                    ? ThermoFile::resume(world, folder + "/thermo.csv", done, 3, log)
                    : ThermoFile::create(world, folder + "/thermo.csv");
  for (std::int64_t step = done + 1; step <= last_step; ++step) {
    const System system = test::system_of(world, test::structure_at(atoms, step), step);
    trajectory.observe(frame_of(system));
    ThermoRow row;
    row.step = step;
    row.protocol_step = 3;
    thermo.write(row);
    if (step % 3 != 0) continue;
    StateMap ignored;  // the known state of the step goes into the checkpoint
    trajectory.save(ignored);
    test::checkpoint(folder, world, step);
    std::printf("done %lld\n", static_cast<long long>(step));
    std::fflush(stdout);
  }
  trajectory.finish();
  return 0;
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  patina::MpiSession mpi(argc, argv);
  patina::kokkos_compat::initialize(1);
  int result = 1;
  try {
    calls_left = std::atoi(argv[3]);
    result = patina::run(argv[1], std::atoll(argv[2]));
  } catch (const patina::Error& error) {
    std::printf("error %s\n", error.what());
    result = static_cast<int>(error.code());
  }
  Kokkos::finalize();
  return result;
}
