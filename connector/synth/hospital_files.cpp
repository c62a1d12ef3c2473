#include "connector/synth/hospital_files.hpp"

#include "connector/synth/recipe.hpp"

#include <stdexcept>
#include <system_error>

namespace embolink::synth {
namespace {

constexpr std::size_t held_lines = 500;

void must_exist(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw std::runtime_error("cannot make the folder " + folder.string() + ": " +
                                 error.message() + "; choose another --output");
}

} // namespace

HospitalFiles::HospitalFiles(std::filesystem::path output, bool shuffle)
    : output_(std::move(output)), shuffle_(shuffle) {
    must_exist(output_ / "resources");
    // Types of an earlier run that this one may not write would otherwise stay behind.
    for (const auto& entry : std::filesystem::directory_iterator(output_ / "resources"))
        if (entry.path().extension() == ".ndjson")
            std::filesystem::remove(entry.path());
    std::filesystem::remove(output_ / adjudications_file);
    truth_ = open(output_ / "truth.ndjson");
}

std::ofstream HospitalFiles::open(const std::filesystem::path& path) const {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (!file)
        throw std::runtime_error("cannot write " + path.string() +
                                 "; check that the folder may be written and the disk has room");
    return file;
}

void HospitalFiles::add(const ResourceLine& line) {
    ++resources_;
    if (!shuffle_) {
        emit(line.type, line.text);
        return;
    }
    held_.push_back(line);
    if (held_.size() <= held_lines)
        return;
    const double u = uniform(0, resources_, 0);
    const auto chosen = held_.begin() + static_cast<std::ptrdiff_t>(u * held_lines);
    emit(chosen->type, chosen->text);
    std::swap(*chosen, held_.front());
    held_.pop_front();
}

void HospitalFiles::add_truth(const std::string& line) {
    truth_ << line << '\n';
}

void HospitalFiles::add_decision(const std::string& row) {
    if (decisions_++ == 0) {
        adjudications_ = open(output_ / adjudications_file);
        adjudications_ << decision_columns << '\n';
    }
    adjudications_ << row << '\n';
}

void HospitalFiles::emit(const std::string& type, const std::string& line) {
    auto found = files_.find(type);
    if (found == files_.end())
        found = files_.emplace(type, open(output_ / "resources" / (type + ".ndjson"))).first;
    found->second << line << '\n';
}

void HospitalFiles::finish(const std::string& site) {
    for (const ResourceLine& line : held_)
        emit(line.type, line.text);
    held_.clear();
    std::ofstream site_file = open(output_ / "site.json");
    site_file << site << '\n';
    bool good = site_file.flush() && truth_.flush();
    if (adjudications_.is_open())
        good = adjudications_.flush() && good;
    for (auto& [type, file] : files_)
        good = file.flush() && good;
    if (!good)
        throw std::runtime_error("writing below " + output_.string() +
                                 " failed; the disk may be full: free some room and run again");
}

} // namespace embolink::synth
