// What Swift needs from wide-character ncurses and cannot import by itself: attribute macros, mutable globals
// (not concurrency-safe in Swift 6), functions the Glibc module hides. Nothing here keeps state.
#ifndef CNCURSES_SHIM_H
#define CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1  // before ncurses.h: declares cchar_t, setcchar, add_wchnstr
#define NCURSES_NOMACROS 1  // functions instead of macros of the same name
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

// term.h names capabilities with short macros that would leak into every importer.
#undef lines
#undef columns
#undef tab
#undef bell

extern int wcwidth(wchar_t);

static const attr_t terminal_attribute_normal = A_NORMAL;
static const attr_t terminal_attribute_bold = A_BOLD;
static const attr_t terminal_attribute_dim = A_DIM;
static const attr_t terminal_attribute_italic = A_ITALIC;
static const attr_t terminal_attribute_underline = A_UNDERLINE;
static const attr_t terminal_attribute_reverse = A_REVERSE;

static inline int terminal_color_count(void) { return COLORS; }

// Forgets what setupterm loaded last.
static inline void terminal_forget_description(void) {
  if (cur_term) del_curterm(cur_term);
}

// A screen on the given descriptors; the streams are owned by the screen's user and live as long as it does.
static inline SCREEN *terminal_newterm(const char *type, int output, int input, FILE **out, FILE **in) {
  *out = fdopen(output, "w");
  *in = fdopen(input, "r");
  if (!*out || !*in) return NULL;
  return newterm(type, *out, *in);
}

// One cell of at most five scalars (CCHARW_MAX); a zero ends the list.
static inline cchar_t terminal_cell(unsigned a, unsigned b, unsigned c, unsigned d, unsigned e, attr_t attributes,
                                    int pair) {
  wchar_t text[6] = {(wchar_t)a, (wchar_t)b, (wchar_t)c, (wchar_t)d, (wchar_t)e, 0};
  cchar_t cell;
  setcchar(&cell, text, attributes, 0, &pair);
  return cell;
}

// A capability with its parameters filled in; valid until the next call.
static inline const char *terminal_filled(const char *capability, int first, int second) {
  return tiparm(capability, first, second);
}

// Tells ncurses that an area has moved on the terminal itself: up by so many lines (down where negative), plain blanks after
// them. The next refresh compares all of its rows.
static inline void terminal_area_moved(int top, int row_count, int left, int column_count, int line_count) {
  cchar_t cells[column_count + 1];
  int step = line_count > 0 ? 1 : -1;
  for (int i = 0; i < row_count; i++) {
    int row = step > 0 ? top + i : top + row_count - 1 - i;
    int source = row + line_count;
    if (source >= top && source < top + row_count) {
      mvwin_wchnstr(curscr, source, left, cells, column_count);
      int count = 0, columns = 0;
      // A wide character is one cell here and two columns there.
      while (columns < column_count) {
        int width = wcwidth(cells[count].chars[0]);
        columns += width > 1 ? width : 1;
        count++;
      }
      mvwadd_wchnstr(curscr, row, left, cells, count);
    } else {
      for (int x = 0; x < column_count; x++) cells[x] = terminal_cell(' ', 0, 0, 0, 0, A_NORMAL, 0);
      mvwadd_wchnstr(curscr, row, left, cells, column_count);
    }
  }
  wtouchln(newscr, top, row_count, 1);
}

// 0 where the descriptor is a terminal that knows its size.
static inline int terminal_window_size(int descriptor, int *column_count, int *row_count) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return -1;
  *column_count = size.ws_col;
  *row_count = size.ws_row;
  return 0;
}

// Hidden by the Glibc module, which is built without _XOPEN_SOURCE and _GNU_SOURCE.
extern int memfd_create(const char *, unsigned);
extern int pipe2(int[2], int);
extern int dup3(int, int, int);
extern locale_t newlocale(int, const char *, locale_t);
extern locale_t uselocale(locale_t);

static inline void *terminal_width_locale(void) {
  locale_t found = newlocale(1 << LC_CTYPE, "C.UTF-8", (locale_t)0);
  return found ? (void *)found : (void *)newlocale(1 << LC_CTYPE, "en_US.UTF-8", (locale_t)0);
}

// Columns of a scalar in the given locale, whatever the process's locale is; -1 where it cannot be shown.
static inline int terminal_columns(unsigned scalar, void *locale) {
  locale_t before = uselocale((locale_t)locale);
  int width = wcwidth((wchar_t)scalar);
  uselocale(before);
  return width;
}

#endif
