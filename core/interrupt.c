/* Ctrl-C and termination as a question that long work asks between two steps, so that it can save what it has. A second
 * signal ends the process as usual. */
#include <signal.h>
#include <string.h>

#include "internal.h"

static volatile sig_atomic_t received;

static void note(int number) { received = number; }

int pen_interrupt_watch(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = note;
  action.sa_flags = (int)(SA_RESETHAND | SA_RESTART);
  const int signals[] = {SIGINT, SIGTERM};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    if (sigaction(signals[i], &action, NULL)) PEN_FAIL(PEN_EARG, "cannot watch signal %d", signals[i]);
  received = 0;
  return PEN_OK;
}

int pen_interrupt_pending(int *number) {
  PEN_REQUIRE(number, "number is NULL");
  *number = received;
  return PEN_OK;
}
