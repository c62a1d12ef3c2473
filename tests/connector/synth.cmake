# The synthetic hospital: the recipe against the numbers of its published program, the plan, the
# truth by hand, the files as a whole, and what dirt level 2 adds to the story.
embolink_test(synth_test
  SOURCES synth_recipe_test.cpp synth_truth_test.cpp synth_hospital_test.cpp synth_shapes_test.cpp
          ../support/temp_folder.cpp
  LIBRARIES synth ZLIB::ZLIB)
