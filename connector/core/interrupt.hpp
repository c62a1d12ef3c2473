// SIGINT and SIGTERM end the program at the next safe point with exit code 130: results appear
// whole or not at all, and a second signal ends it at once.
#pragma once

namespace embolink {

void catch_interrupts();

// Whether a signal has come. Any thread may ask.
bool is_interrupted();

// SIGHUP ends the program no more; take_hangup() tells once of one that came.
void catch_hangups();
bool take_hangup();

// Throws Error (interrupted) once a signal has come.
void throw_if_interrupted();

} // namespace embolink
