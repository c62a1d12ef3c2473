// That no two passes write at once, across processes: the lease of one source in the database.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/core/error.hpp"
#include "connector/store/store.hpp"

#include <string>

namespace embolink {

// Somebody else has it: wait, nothing is broken.
class LeaseHeld : public Error {
public:
    using Error::Error;
};

// Held from construction to the end of the scope. Throws LeaseHeld when somebody else has it;
// one that a killed process of this machine left behind is taken over at once, any other when it
// expires, after 15 minutes.
class RunLease {
public:
    explicit RunLease(Store& store);
    ~RunLease();
    RunLease(const RunLease&) = delete;
    RunLease& operator=(const RunLease&) = delete;

    // To be called now and then. Throws Error (store) when another process has taken over.
    void keep();

private:
    Store& store_;
    std::string holder_;
    Instant renewed_;
};

} // namespace embolink
