/* Times libplist: driver MODE FILE TIMES [OUT]. MODE: r reads, x writes XML, b writes binary. OUT: what was read. */
#include <plist/plist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int count, char **args) {
  FILE *file = fopen(args[2], "rb");
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *in = malloc(size);
  if (fread(in, 1, size, file) != (size_t)size) return 1;
  for (int left = atoi(args[3]); left > 0; left--) {
    plist_t tree = NULL;
    char *out = NULL;
    uint32_t length = 0;
    double began = now();
    if (memcmp(in, "bplist00", 8) == 0) plist_from_bin(in, size, &tree);
    else plist_from_xml(in, size, &tree);
    double read = now() - began;
    if (tree == NULL) return 2;
    began = now();
    if (args[1][0] == 'x') plist_to_xml(tree, &out, &length);
    if (args[1][0] == 'b') plist_to_bin(tree, &out, &length);
    printf("%.3f\n", args[1][0] == 'r' ? read : now() - began);
    if (left == 1 && count > 4) {
      if (out == NULL) plist_to_bin(tree, &out, &length);
      file = fopen(args[4], "wb");
      fwrite(out, 1, length, file);
      fclose(file);
    }
    free(out);
    plist_free(tree);
  }
  return 0;
}
