// SPDX-License-Identifier: BSD-3-Clause
#include "core/mpi.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/launcher.hpp"

namespace patina {

namespace detail {
void check_mpi(int code, const char* expression, const char* file, int line) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  fail_one(ExitCode::internal, fmt::format("{}:{}: {} failed: {}", file, line, expression,
                                           std::string(text, static_cast<std::size_t>(length))));
}

namespace {
int checked_int(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(INT_MAX))
    fail_one(ExitCode::internal, fmt::format("an MPI message of {} bytes is over the limit of 2^31 - 1", bytes));
  return static_cast<int>(bytes);
}
}  // namespace
}  // namespace detail

Comm::Comm(MPI_Comm comm, bool owned) : comm_(comm), owned_(owned) {
  PATINA_MPI_CHECK(MPI_Comm_rank(comm_, &rank_));
  PATINA_MPI_CHECK(MPI_Comm_size(comm_, &size_));
}

Comm Comm::world() { return Comm(MPI_COMM_WORLD, false); }

Comm Comm::split(const Comm& parent, int color) {
  MPI_Comm comm = MPI_COMM_NULL;
  PATINA_MPI_CHECK(MPI_Comm_split(parent.comm_, color, parent.rank_, &comm));
  return Comm(comm, true);
}

Comm Comm::split_by_machine(const Comm& parent) {
  MPI_Comm comm = MPI_COMM_NULL;
  PATINA_MPI_CHECK(MPI_Comm_split_type(parent.comm_, MPI_COMM_TYPE_SHARED, parent.rank_, MPI_INFO_NULL, &comm));
  return Comm(comm, true);
}

Comm::~Comm() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (owned_ && !finalized) MPI_Comm_free(&comm_);
}

Comm::Comm(Comm&& other) noexcept { *this = std::move(other); }

Comm& Comm::operator=(Comm&& other) noexcept {
  std::swap(comm_, other.comm_);
  std::swap(owned_, other.owned_);
  std::swap(rank_, other.rank_);
  std::swap(size_, other.size_);
  return *this;
}

void Comm::sum(double* values, int count) const {
  PATINA_MPI_CHECK(MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, comm_));
}
void Comm::sum(long long* values, int count) const {
  PATINA_MPI_CHECK(MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_LONG_LONG, MPI_SUM, comm_));
}
double Comm::sum(double value) const {
  sum(&value, 1);
  return value;
}
long long Comm::sum(long long value) const {
  sum(&value, 1);
  return value;
}
void Comm::sum(Int128* values, int count) const {
  if (size_ == 1) return;
  // Three limbs of 48, 48 and 32 bits: the sums of as many as 2^15 ranks fit.
  constexpr long long limb = 1LL << 48;
  std::vector<long long> limbs(3 * static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k) {
    const auto bits = static_cast<unsigned __int128>(values[k]);
    limbs[3 * k] = static_cast<long long>(bits % limb);
    limbs[3 * k + 1] = static_cast<long long>((bits >> 48) % limb);
    limbs[3 * k + 2] = static_cast<long long>(values[k] >> 96);
  }
  sum(limbs.data(), static_cast<int>(limbs.size()));
  for (int k = 0; k < count; ++k)
    values[k] = (static_cast<Int128>(limbs[3 * k + 2]) * limb + limbs[3 * k + 1]) * limb + limbs[3 * k];
}
double Comm::max(double value) const {
  PATINA_MPI_CHECK(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, comm_));
  return value;
}
double Comm::min(double value) const {
  PATINA_MPI_CHECK(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MIN, comm_));
  return value;
}
bool Comm::any(bool value) const {
  int flag = value ? 1 : 0;
  PATINA_MPI_CHECK(MPI_Allreduce(MPI_IN_PLACE, &flag, 1, MPI_INT, MPI_MAX, comm_));
  return flag != 0;
}
void Comm::barrier() const { PATINA_MPI_CHECK(MPI_Barrier(comm_)); }

void Comm::broadcast(std::string& text) const {
  unsigned long long bytes = text.size();
  PATINA_MPI_CHECK(MPI_Bcast(&bytes, 1, MPI_UNSIGNED_LONG_LONG, 0, comm_));
  text.resize(bytes);
  constexpr std::size_t block = 1u << 30;
  for (std::size_t start = 0; start < bytes; start += block) {
    const int count = static_cast<int>(std::min<std::size_t>(block, bytes - start));
    PATINA_MPI_CHECK(MPI_Bcast(text.data() + start, count, MPI_CHAR, 0, comm_));
  }
}
void Comm::broadcast(double* values, int count) const {
  PATINA_MPI_CHECK(MPI_Bcast(values, count, MPI_DOUBLE, 0, comm_));
}

std::vector<char> Comm::gather_bytes(const void* data, std::size_t bytes) const {
  const int mine = detail::checked_int(bytes);
  std::vector<int> counts(static_cast<std::size_t>(size_)), starts(static_cast<std::size_t>(size_));
  PATINA_MPI_CHECK(MPI_Gather(&mine, 1, MPI_INT, counts.data(), 1, MPI_INT, 0, comm_));
  std::size_t total = 0;
  if (is_root()) {
    for (int r = 0; r < size_; ++r) {
      starts[r] = detail::checked_int(total);
      total += static_cast<std::size_t>(counts[r]);
    }
  }
  std::vector<char> all(total);
  PATINA_MPI_CHECK(
      MPI_Gatherv(data, mine, MPI_CHAR, all.data(), counts.data(), starts.data(), MPI_CHAR, 0, comm_));
  return all;
}

std::vector<std::vector<char>> Comm::exchange_bytes(
    const std::vector<std::pair<const void*, std::size_t>>& send) const {
  require(static_cast<int>(send.size()) == size_, "Comm::exchange needs one part per rank");
  const auto ranks = static_cast<std::size_t>(size_);
  std::vector<int> send_counts(ranks), receive_counts(ranks);
  for (std::size_t r = 0; r < ranks; ++r) send_counts[r] = detail::checked_int(send[r].second);
  PATINA_MPI_CHECK(MPI_Alltoall(send_counts.data(), 1, MPI_INT, receive_counts.data(), 1, MPI_INT, comm_));
  std::vector<std::vector<char>> received(ranks);
  std::vector<MPI_Request> requests;
  for (int r = 0; r < size_; ++r) {
    received[r].resize(static_cast<std::size_t>(receive_counts[r]));
    if (r == rank_) {
      if (send[r].second > 0) std::memcpy(received[r].data(), send[r].first, send[r].second);
      continue;
    }
    if (receive_counts[r] > 0) {
      requests.emplace_back();
      PATINA_MPI_CHECK(
          MPI_Irecv(received[r].data(), receive_counts[r], MPI_CHAR, r, 0, comm_, &requests.back()));
    }
  }
  for (int r = 0; r < size_; ++r) {
    if (r == rank_ || send_counts[r] == 0) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Isend(send[r].first, send_counts[r], MPI_CHAR, r, 0, comm_, &requests.back()));
  }
  PATINA_MPI_CHECK(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE));
  return received;
}

namespace {

// An environment variable while this lives, unless the user has set it.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name), ours_(!std::getenv(name) && setenv(name, value, 1) == 0) {}
  ~Setting() {
    if (ours_) unsetenv(name_);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
  bool ours_;
};

void start_mpi(int& argc, char**& argv) {
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
}

}  // namespace

MpiSession::MpiSession(int& argc, char**& argv) {
  if (was_launched()) {
    start_mpi(argc, argv);
  } else {
    // Beside a process without mpirun, Open MPI would start a daemon, and make a folder for both in /tmp over which programs
    // that begin at one moment quarrel ("File exists"). One process needs neither.
    const Setting no_daemon("OMPI_MCA_ess_singleton_isolated", "1"), no_folder("OMPI_MCA_orte_create_session_dirs", "false");
    start_mpi(argc, argv);
  }
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}
MpiSession::~MpiSession() { MPI_Finalize(); }

std::string read_file_on_root(const Comm& comm, const std::string& path, std::size_t max_bytes) {
  std::string text, failure;
  int code = 0;
  if (comm.is_root()) {
    struct stat info {};
    std::ifstream file(path, std::ios::binary);
    if (!file || stat(path.c_str(), &info) != 0) {
      failure = fmt::format("{}: cannot be read: {}", path, std::strerror(errno));
      code = static_cast<int>(ExitCode::missing_input);
    } else if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode) && !S_ISDIR(info.st_mode)) {
      failure = fmt::format("{}: is not a regular file", path);
      code = static_cast<int>(ExitCode::missing_input);
    } else if (S_ISDIR(info.st_mode)) {
      failure = fmt::format("{}: is a folder, not a file", path);
      code = static_cast<int>(ExitCode::missing_input);
    } else if (static_cast<std::size_t>(info.st_size) > max_bytes) {
      failure = fmt::format("{}: has {} bytes; at most {} are read", path, info.st_size, max_bytes);
      code = static_cast<int>(ExitCode::bad_input);
    } else {
      // A pipe tells no size.
      std::vector<char> block(std::size_t{1} << 16);
      while (text.size() <= max_bytes && (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0))
        text.append(block.data(), static_cast<std::size_t>(file.gcount()));
      if (text.size() > max_bytes) {
        failure = fmt::format("{}: has more than {} bytes", path, max_bytes);
        code = static_cast<int>(ExitCode::bad_input);
      }
    }
  }
  PATINA_MPI_CHECK(MPI_Bcast(&code, 1, MPI_INT, 0, comm.handle()));
  comm.broadcast(code ? failure : text);
  if (code) throw Error(static_cast<ExitCode>(code), failure);
  return text;
}

}  // namespace patina
