// libvterm's function-like macros, which Swift cannot import.
#ifndef CVTERM_SHIM_H
#define CVTERM_SHIM_H

#include <vterm.h>

static inline int vterm_shim_is_rgb(const VTermColor *color) { return VTERM_COLOR_IS_RGB(color); }
static inline int vterm_shim_is_default_foreground(const VTermColor *color) {
  return VTERM_COLOR_IS_DEFAULT_FG(color);
}
static inline int vterm_shim_is_default_background(const VTermColor *color) {
  return VTERM_COLOR_IS_DEFAULT_BG(color);
}

#endif
