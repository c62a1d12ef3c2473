// A folder of a test's own that is gone when the test ends.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace embolink::test {

class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    // Writes a file (folders above it are made) and gives its path.
    std::string file(const std::string& name, std::string_view text) const;

private:
    std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& path);

std::string gzip(std::string_view text); // one member

} // namespace embolink::test
