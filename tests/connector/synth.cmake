# The synthetic hospital: the recipe against the numbers of its published program, the plan, the
# truth by hand, and the files as a whole.
embolink_test(synth_test
  SOURCES synth_recipe_test.cpp synth_truth_test.cpp synth_hospital_test.cpp
          ../support/temp_folder.cpp
  LIBRARIES synth ZLIB::ZLIB)
