# libpen_cuda.so, where nvcc, cuBLAS and cuDNN are found: each kernels/x.c compiled once more, as CUDA C++, through a
# generated x.cu that includes it; kernels/cuda, which holds what only that world needs (launch.cuh and the device twins
# of core/cpu); and those parts of core/ that know no device. Without nvcc nothing is added and nothing is missed.
if(NOT PEN_CUDA)
  return()
endif()
include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  message(STATUS "nvcc not found: no CUDA kernels")
  return()
endif()

find_package(CUDAToolkit QUIET)
find_path(CUDNN_INCLUDE cudnn.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
find_library(CUDNN_LIBRARY cudnn HINTS ${CUDAToolkit_LIBRARY_DIR})
if(NOT TARGET CUDA::cublas OR NOT CUDNN_INCLUDE OR NOT CUDNN_LIBRARY)
  message(STATUS "nvcc is there, but not cuBLAS and cuDNN with their headers: no CUDA library")
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

# Built by scripts/test and on request, not by default: it takes minutes, and nobody without a GPU needs it.
file(GLOB device_sources CONFIGURE_DEPENDS kernels/cuda/*.cu)
set(shared_sources core/status.c core/view.c core/shape.c core/map.c core/memory.c core/storage.c core/conv_shape.c)
add_library(pen_cuda SHARED EXCLUDE_FROM_ALL ${cuda_sources} ${device_sources} ${shared_sources})
target_include_directories(pen_cuda PRIVATE core core/include kernels kernels/cuda ${CUDNN_INCLUDE})
target_compile_features(pen_cuda PRIVATE cuda_std_17)
# -fmad=false: the same bits as on the CPU, whose side is compiled with -ffp-contract=off.
target_compile_options(pen_cuda PRIVATE
  $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false -Werror=all-warnings -Xcompiler=-Wall,-Wno-tautological-compare>
  $<$<COMPILE_LANGUAGE:C>:-O3 -Wall -Wextra -Werror>)
target_link_options(pen_cuda PRIVATE -Wl,-z,nodelete -Wl,--no-undefined)
target_link_libraries(pen_cuda PRIVATE CUDA::cudart_static CUDA::cublas ${CUDNN_LIBRARY})
