#include "connector/store/lease.hpp"

#include "connector/core/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <signal.h>
#include <unistd.h>

namespace embolink {
namespace {

constexpr std::chrono::minutes lease_time{15};

// Host and namespace of process ids: containers may share a host's name, and a process id of one
// means nothing in another.
std::string this_host() {
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    char space[64] = "";
    const auto length = readlink("/proc/self/ns/pid", space, sizeof space - 1);
    return std::string(host) + (length > 0 ? " " + std::string(space) : "");
}

// A pass of this machine that was killed need not be waited for.
bool is_of_a_dead_process(const std::string& holder) {
    const std::string prefix = this_host() + " ";
    if (holder.rfind(prefix, 0) != 0) {
        return false;
    }
    const int pid = std::atoi(holder.substr(prefix.size()).c_str());
    return pid > 0 && kill(pid, 0) != 0 && errno == ESRCH;
}

} // namespace

RunLease::RunLease(Store& store)
    : store_(store), holder_(this_host() + " " + std::to_string(getpid())),
      renewed_(current_instant()) {
    if (is_of_a_dead_process(store_.lease_holder())) {
        store_.release_lease(store_.lease_holder());
    }
    if (!store_.acquire_lease(
            holder_, instant_text(renewed_), instant_text(renewed_ + lease_time))) {
        throw LeaseHeld(
            ErrorKind::store,
            "another pass is at work with this store",
            "the lease of the database",
            "wait for it to end; a pass that was killed loses its lease after 15 minutes");
    }
}

RunLease::~RunLease() {
    try {
        store_.release_lease(holder_);
    } catch (const Error&) {
        // It expires by itself.
    }
}

void RunLease::keep() {
    const Instant time = current_instant();
    if (time - renewed_ < std::chrono::minutes(1)) {
        return;
    }
    if (!store_.renew_lease(holder_, instant_text(time + lease_time))) {
        throw Error(ErrorKind::store,
                    "another pass has taken over this store",
                    "the lease of the database",
                    "this one was asleep for too long; the other one goes on");
    }
    renewed_ = time;
}

} // namespace embolink
