// Text that is kept for long and seldom read, packed by zlib. Internal to connector/store.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace embolink {

std::string packed(std::string_view text);

// The inverse; nullopt: the bytes are damaged.
std::optional<std::string> unpacked(std::string_view bytes);

} // namespace embolink
