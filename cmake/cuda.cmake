# The CUDA side of the kernels, where nvcc is found: each kernels/x.c is compiled once more, as CUDA C++, through a
# generated x.cu that includes it. kernels/cuda holds what only that world needs (launch.cuh, and the device twins of
# core/cpu). Without nvcc nothing is added and nothing is missed.
if(NOT PEN_CUDA)
  return()
endif()
include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  message(STATUS "nvcc not found: no CUDA kernels")
  return()
endif()

set(CMAKE_CUDA_ARCHITECTURES ${PEN_CUDA_ARCHITECTURES})
set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
enable_language(CUDA)

set(cuda_sources)
foreach(source ${kernel_sources})
  cmake_path(GET source STEM name)
  set(wrapper ${CMAKE_BINARY_DIR}/cuda/${name}.cu)
  file(CONFIGURE OUTPUT ${wrapper} CONTENT "#include \"${source}\"\n")
  list(APPEND cuda_sources ${wrapper})
endforeach()

# Not called pen_cuda: that is this plus contexts, GEMM, convolution and sort, whose symbols it leaves open.
add_library(pen_cuda_kernels SHARED EXCLUDE_FROM_ALL ${cuda_sources})
target_include_directories(pen_cuda_kernels PRIVATE core core/include kernels)
target_compile_features(pen_cuda_kernels PRIVATE cuda_std_17)
# -fmad=false: the same bits as on the CPU, whose side is compiled with -ffp-contract=off.
target_compile_options(pen_cuda_kernels PRIVATE -fmad=false)
