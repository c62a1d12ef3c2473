// The output folder of a synthetic hospital: one NDJSON file per resource type, written as the
// patients come.
#pragma once

#include "connector/synth/chart.hpp"

#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace embolink::synth {

class HospitalFiles {
public:
    // `shuffle`: lines of a file leave it out of order, within a bounded distance.
    HospitalFiles(std::filesystem::path output, bool shuffle);

    void add(const ResourceLine& line);
    void add_truth(const std::string& line);
    void finish(const std::string& site);

    std::size_t resources() const { return resources_; }

private:
    void emit(const std::string& type, const std::string& line);
    std::ofstream open(const std::filesystem::path& path) const;

    std::filesystem::path output_;
    bool shuffle_;
    std::size_t resources_ = 0;
    std::deque<ResourceLine> held_;
    std::map<std::string, std::ofstream> files_;
    std::ofstream truth_;
};

} // namespace embolink::synth
