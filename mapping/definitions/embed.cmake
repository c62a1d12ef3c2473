# Writes a C++ source that holds the definition files as raw strings.
# cmake -DFOLDER=... -DFILES="a.json;b.json" -DOUTPUT=... -P embed.cmake
set(entries "")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" text)
  string(APPEND entries "        {\"${file}\", R\"embolink(${text})embolink\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"mapping/definitions/embedded.hpp\"

namespace embolink {

std::vector<std::pair<std::string_view, std::string_view>> embedded_definitions() {
    return {
${entries}    };
}

} // namespace embolink
")
