#include "connector/core/about.hpp"

namespace embolink {

std::string software_version() {
    return EMBOLINK_VERSION;
}

} // namespace embolink
