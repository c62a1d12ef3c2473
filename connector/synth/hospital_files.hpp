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

inline constexpr const char* adjudications_file = "adjudications.csv";

class HospitalFiles {
public:
    // `shuffle`: lines of a file leave it out of order, within a bounded distance.
    HospitalFiles(std::filesystem::path output, bool shuffle);

    void add(const ResourceLine& line);
    void add_truth(const std::string& line);
    void add_decision(const std::string& row); // of adjudications.csv, which the first one begins
    void finish(const std::string& site);

    std::size_t resources() const { return resources_; }

    std::size_t decisions() const { return decisions_; }

private:
    void emit(const std::string& type, const std::string& line);
    std::ofstream open(const std::filesystem::path& path) const;

    std::filesystem::path output_;
    bool shuffle_;
    std::size_t resources_ = 0;
    std::size_t decisions_ = 0;
    std::deque<ResourceLine> held_;
    std::map<std::string, std::ofstream> files_;
    std::ofstream truth_;
    std::ofstream adjudications_;
};

} // namespace embolink::synth
