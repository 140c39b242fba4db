-- The version, the same as in CMakeLists.txt.
return '0.2.0'
