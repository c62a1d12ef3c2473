// What the program is and is not for. The sentences stand verbatim in the README, `--version` and
// every report (contracts section 8).
#pragma once

#include <string>
#include <string_view>

namespace embolink {

inline constexpr std::string_view intended_use_en =
    "embolink describes how a hospital's own embolization outcomes compare with one published "
    "trial of 26 patients, for quality review and research. It is not intended to diagnose, to "
    "choose or time treatment, or to predict an individual's outcome. Figures are derived by "
    "software and preliminary until confirmed by a clinician.";

inline constexpr std::string_view intended_use_fr =
    "embolink décrit comment les résultats des embolisations d'un hôpital se comparent à un essai "
    "publié de 26 patients, pour l'évaluation de la qualité et la recherche. Il n'est pas destiné "
    "à poser un diagnostic, à choisir un traitement ou son moment, ni à prédire l'évolution d'une "
    "personne. Les chiffres sont calculés par un logiciel et restent provisoires tant qu'un "
    "clinicien ne les a pas confirmés.";

std::string software_version(); // "0.1.0"

} // namespace embolink
