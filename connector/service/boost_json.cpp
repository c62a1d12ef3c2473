// Boost's own source, compiled once: Debian's libboost1.81-dev has headers only.
#include <boost/json/src.hpp>
