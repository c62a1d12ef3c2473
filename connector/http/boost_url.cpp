// Boost.URL's library, compiled here: Debian's libboost1.81-dev holds its headers only.
#include <boost/url/src.hpp>
