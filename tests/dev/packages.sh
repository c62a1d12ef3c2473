# The Debian 12 packages that ./dev installs, in groups; sourced by ./dev.
# shellcheck disable=SC2034

# The program and the demo.
build_packages="g++ cmake ninja-build libboost1.81-dev nlohmann-json3-dev libsimdjson-dev libspdlog-dev \
libssl-dev zlib1g-dev libcli11-dev libhowardhinnant-date-dev tzdata libsqlitecpp-dev libsqlite3-dev \
libcsv-dev prometheus-cpp-dev libcjose-dev libjansson-dev pkgconf"

# ./dev test
test_packages="libgtest-dev libgmock-dev librapidcheck-dev"

# ./dev bench: the peers that are measured beside ours
bench_packages="r-base-core r-cran-survival r-cran-jsonlite nginx-light wrk python3 openssl"

# ./dev test --all, fmt, lint, tidy
check_packages="git clang-format-14 clang-tidy-14 r-base-core r-cran-survival r-cran-jsonlite \
chromium curl jq openssl python3 python3-venv maven openjdk-17-jdk-headless"
# npm also comes with Node's own packages, and Debian's cannot be installed beside those.
command -v npm >/dev/null 2>&1 || check_packages="$check_packages npm"

package_reason() {
    case $1 in
    g++ | cmake | ninja-build) echo "builds the program" ;;
    libboost1.81-dev) echo "exact decimals and statistical distributions" ;;
    nlohmann-json3-dev) echo "reads and writes JSON" ;;
    libsimdjson-dev) echo "reads the calls of CDS Hooks, where time counts" ;;
    libspdlog-dev) echo "what the program says while it works" ;;
    libssl-dev) echo "TLS, and SHA-256 of inputs and definitions" ;;
    libsqlitecpp-dev | libsqlite3-dev) echo "what is remembered between runs" ;;
    zlib1g-dev) echo "gzip input" ;;
    libcsv-dev) echo "spreadsheets of readers' decisions" ;;
    libcjose-dev | libjansson-dev | pkgconf) echo "signatures of the EHR's tokens (JWT, JWK)" ;;
    prometheus-cpp-dev) echo "what the service counts" ;;
    libcli11-dev) echo "the command line" ;;
    libhowardhinnant-date-dev | tzdata) echo "time zones" ;;
    libgtest-dev | libgmock-dev) echo "tests" ;;
    librapidcheck-dev) echo "property tests" ;;
    git) echo "lists the sources that are checked" ;;
    clang-format-14 | clang-tidy-14) echo "formatting and static checks" ;;
    r-base-core | r-cran-survival | r-cran-jsonlite) echo "recomputes the report's figures, and the peer of the benchmark" ;;
    nginx-light) echo "the peer of the service's benchmark" ;;
    wrk) echo "asks both, and measures how long they take" ;;
    chromium) echo "opens the report as a reader would" ;;
    curl | jq) echo "ask the FHIR servers that others wrote, independently of the program" ;;
    openssl) echo "signs the tokens of CDS clients in tests" ;;
    python3) echo "loads those servers, and compares what they hold with what they should" ;;
    python3-venv) echo "holds schemathesis, which asks the service everything that its OpenAPI document allows, and scipy, which attacks exports" ;;
    maven | openjdk-17-jdk-headless) echo "the FHIR validator, and the HAPI FHIR server of the loop's tests" ;;
    npm) echo "mCODE's profiles, the UCUM library, and the Medplum server of the loop's tests with the Node that it needs" ;;
    *) echo "" ;;
    esac
}
