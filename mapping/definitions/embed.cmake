# Writes a C++ source whose function gives text files as pairs of name and raw string.
# cmake -DFOLDER=... -DFILES="a.json;b.json" -DHEADER=... -DFUNCTION=... -DOUTPUT=... -P embed.cmake
set(entries "")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" text)
  string(APPEND entries "        {\"${file}\", R\"embolink(${text})embolink\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"

namespace embolink {

std::vector<std::pair<std::string_view, std::string_view>> ${FUNCTION}() {
    return {
${entries}    };
}

} // namespace embolink
")
