-- Installs a checkout:  luarocks --lua-version 5.1 make rocks/pentimento-scm-1.rockspec
-- The C libraries come from the system's packages; scripts/setup names them.
rockspec_format = '3.0'
package = 'pentimento'
version = 'scm-1'
source = {url = 'git+file://.'}
description = {
  summary = 'Deep painterly harmonization on a Torch7-compatible LuaJIT runtime, without Torch',
  license = 'MIT',
}
dependencies = {'lua == 5.1'}
build = {
  type = 'cmake',
  variables = {CMAKE_INSTALL_PREFIX = '$(PREFIX)', CMAKE_BUILD_TYPE = 'Release', PEN_CUDA = 'OFF'},
}
