// What a server's refusal of a write speaks about: of the outcome itself, which sending it again
// does not mend, or of the way there.
#pragma once

namespace embolink {

enum class Refusal {
    of_content, // waits for another content, another software version, or some days
    later,      // the next run tries again
    conflict    // it changed on the server meanwhile: look again
};

// `status`: 400 to 599, of a transaction or of one of its entries.
Refusal refusal_of(int status);

} // namespace embolink
