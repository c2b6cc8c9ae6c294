# Applies what saycart changes in the native libraries to the copies that cargo builds.
# CMake includes this at each project() of theirs: see CMAKE_PROJECT_INCLUDE in .cargo/config.toml.
if(NOT PROJECT_NAME STREQUAL "whisper.cpp")
  return()
endif()

set(patch_file "${CMAKE_CURRENT_LIST_DIR}/whisper.cpp.patch")
set(applied_file "${PROJECT_SOURCE_DIR}/.saycart-patch")
file(SHA256 "${patch_file}" wanted)
if(EXISTS "${applied_file}")
  file(READ "${applied_file}" applied)
  if(NOT applied STREQUAL wanted)
    message(FATAL_ERROR "whisper.cpp was built with another patch. Run: cargo clean -p whisper-rs-sys")
  endif()
  return()
endif()

find_program(PATCH_PROGRAM patch)
if(NOT PATCH_PROGRAM)
  message(FATAL_ERROR "The program `patch` is missing. Run: scripts/install-deps")
endif()
execute_process(
  COMMAND "${PATCH_PROGRAM}" --strip=1 --forward --batch --input=${patch_file}
  WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${patch_file} does not fit this whisper.cpp: it must be brought up to its version.")
endif()
file(WRITE "${applied_file}" "${wanted}")
