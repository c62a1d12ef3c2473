#include "connector/pull/failed_patients.hpp"

namespace embolink {

bool may_be_one_patients(const Error& error) {
    return error.kind() == ErrorKind::http || error.kind() == ErrorKind::protocol;
}

bool is_the_server(std::size_t failed, std::size_t pulled, std::size_t all) {
    constexpr std::size_t few = 3; // in a small cohort two are soon a tenth
    return failed >= few && (pulled == 0 || failed * 10 > all);
}

} // namespace embolink
