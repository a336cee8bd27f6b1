// The one file that compiles Boost.JSON (header-only mode otherwise costs 5 s in each file that includes it).
#include <boost/json/src.hpp>
