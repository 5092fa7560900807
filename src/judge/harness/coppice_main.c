/*
 * Loaded into the programs that CTest runs, which are judged by their exit code: a program that exits in the middle of a test
 * looks like one whose tests have passed. This says on stderr that it watches, and later that main has returned 0. Only programs
 * below BUILD are watched (a shell never returns from its main function), and not those that a test starts itself: what they print
 * is the test's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int main_function(int, char **, char **);
typedef int start_function(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static main_function *watched;
static pid_t self;

static void say(const char *word) {
  char line[128];
  int length = snprintf(line, sizeof line, "\n%s %s\n", MARK, word);
  if (write(2, line, length) < 0) return;
}

static int watch(int argc, char **argv, char **environment) {
  int code = watched(argc, argv, environment);
  if (code == 0 && getpid() == self) {
    fflush(NULL);
    say("returned");
  }
  return code;
}

int __libc_start_main(main_function *program, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader)(void), void *stack) {
  start_function *start = (start_function *)dlsym(RTLD_NEXT, "__libc_start_main");
  if (strcmp(program_invocation_short_name, "ctest") == 0) return start(program, argc, argv, init, fini, loader, stack);
  unsetenv("LD_PRELOAD");
  char path[4096] = "";
  if (readlink("/proc/self/exe", path, sizeof path - 1) < 0 || strncmp(path, BUILD, sizeof BUILD - 1) != 0)
    return start(program, argc, argv, init, fini, loader, stack);
  watched = program;
  self = getpid();
  say("watches");
  return start(watch, argc, argv, init, fini, loader, stack);
}
