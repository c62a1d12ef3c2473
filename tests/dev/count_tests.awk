# Reads ctest's LastTest.log and prints "PASSED FAILED", counting the single tests inside each
# GoogleTest program; a program of another kind, and one that died half-way, counts as one.
function close_program() {
    if (name == "") return
    if (failed_here) {
        passed += passed_here
        failed += listed_here > 0 ? listed_here : 1
    } else {
        passed += passed_here > 0 ? passed_here : 1
    }
}
/^[0-9]+\/[0-9]+ Testing: / {
    close_program()
    name = $0
    passed_here = listed_here = failed_here = 0
}
/^\[  PASSED  \] [0-9]+ test/ { passed_here += $4 }
/^ *[0-9]+ FAILED TEST/ { listed_here += $1 }
/^Test Failed\./ { failed_here = 1 }
/^Test timeout/ { failed_here = 1 }
END {
    close_program()
    printf "%d %d\n", passed, failed
}
