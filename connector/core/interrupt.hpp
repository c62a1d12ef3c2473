// SIGINT and SIGTERM end the program at the next safe point with exit code 130: results appear
// whole or not at all, and a second signal ends it at once.
#pragma once

namespace embolink {

void catch_interrupts();

// Whether a signal has come. Any thread may ask.
bool is_interrupted();

// Throws Error (interrupted) once a signal has come.
void throw_if_interrupted();

} // namespace embolink
