-- libhdf5 through FFI: what hdf5 needs of it, loaded on first use. Versions from 1.10 on, whose handles have 64 bits.
local ffi = require 'ffi'

ffi.cdef [[
  typedef int64_t pen_hid;
  typedef unsigned long long pen_hsize;
  int H5open(void);
  int H5get_libversion(unsigned *, unsigned *, unsigned *);
  int H5Eset_auto2(pen_hid, void *, void *);
  pen_hid H5Fopen(const char *, unsigned, pen_hid);
  pen_hid H5Fcreate(const char *, unsigned, pen_hid, pen_hid);
  int H5Fclose(pen_hid);
  int H5Fis_hdf5(const char *);
  pen_hid H5Dcreate2(pen_hid, const char *, pen_hid, pen_hid, pen_hid, pen_hid, pen_hid);
  pen_hid H5Dget_space(pen_hid);
  pen_hid H5Dget_type(pen_hid);
  int H5Dread(pen_hid, pen_hid, pen_hid, pen_hid, pen_hid, void *);
  int H5Dwrite(pen_hid, pen_hid, pen_hid, pen_hid, pen_hid, const void *);
  int H5Dclose(pen_hid);
  pen_hid H5Screate_simple(int, const pen_hsize *, const pen_hsize *);
  int H5Sget_simple_extent_ndims(pen_hid);
  int H5Sget_simple_extent_dims(pen_hid, pen_hsize *, pen_hsize *);
  int H5Sselect_hyperslab(pen_hid, int, const pen_hsize *, const pen_hsize *, const pen_hsize *, const pen_hsize *);
  int H5Sclose(pen_hid);
  int H5Tget_class(pen_hid);
  size_t H5Tget_size(pen_hid);
  int H5Tget_sign(pen_hid);
  int H5Tclose(pen_hid);
  pen_hid H5Gcreate2(pen_hid, const char *, pen_hid, pen_hid, pen_hid);
  int H5Gclose(pen_hid);
  pen_hid H5Oopen(pen_hid, const char *, pen_hid);
  int H5Oclose(pen_hid);
  int H5Iget_type(pen_hid);
  int H5Lexists(pen_hid, const char *, pen_hid);
  long H5Lget_name_by_idx(pen_hid, const char *, int, int, pen_hsize, char *, size_t, pen_hid);
  pen_hid H5Pcreate(pen_hid);
  int H5Pset_create_intermediate_group(pen_hid, unsigned);
  extern pen_hid H5P_CLS_LINK_CREATE_ID_g, H5T_NATIVE_UINT8_g, H5T_NATIVE_INT8_g, H5T_NATIVE_INT16_g,
    H5T_NATIVE_INT32_g, H5T_NATIVE_INT64_g, H5T_NATIVE_FLOAT_g, H5T_NATIVE_DOUBLE_g;
]]

-- PENTIMENTO_HDF5 names another library. Debian calls the one without MPI hdf5_serial.
local function find()
  local own = os.getenv('PENTIMENTO_HDF5')
  local candidates = own and {own} or {'hdf5_serial', 'libhdf5_serial.so.310', 'libhdf5_serial.so.103',
    'libhdf5_serial.so.100', 'hdf5', 'libhdf5.so.310', 'libhdf5.so.200', 'libhdf5.so.103'}
  for _, name in ipairs(candidates) do
    local ok, lib = pcall(ffi.load, name)
    if ok then return lib end
  end
  error('hdf5: the HDF5 library is missing; install the package libhdf5-dev (Debian, Ubuntu), or name the library in '
    .. 'PENTIMENTO_HDF5', 0)
end

local lib = find()
local version = ffi.new('unsigned[3]')
lib.H5get_libversion(version, version + 1, version + 2)
if version[0] * 100 + version[1] < 110 then
  error(('hdf5: HDF5 %d.%d is too old, 1.10 is the first that works'):format(version[0], version[1]), 0)
end
lib.H5open()
lib.H5Eset_auto2(0, nil, nil) -- it would print what our messages say

return lib
