# cmake --install: bin/th and bin/pentimento, and everything it needs in one folder with the layout that lua/pen/ffi.lua looks for.
# That folder is under share/ although it holds a library: luarocks moves what it finds in lua/ and lib/.
set(root ${CMAKE_INSTALL_DATADIR}/pentimento)

install(PROGRAMS scripts/th scripts/pentimento DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS pen_cpu LIBRARY DESTINATION ${root})
install(FILES core/include/pen_api.h DESTINATION ${root}/include)
install(DIRECTORY lua DESTINATION ${root})
install(DIRECTORY scripts DESTINATION ${root} FILES_MATCHING PATTERN "*.lua")
install(DIRECTORY models DESTINATION ${root} USE_SOURCE_PERMISSIONS OPTIONAL)
install(DIRECTORY docs DESTINATION ${root} FILES_MATCHING PATTERN "*.md")
