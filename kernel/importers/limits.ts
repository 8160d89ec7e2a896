/** What a reader accepts. Beyond it reading stops or a value stays text, and a problem says so. */
export const MAX_DUMP_BYTES = 400 * 1024 * 1024
export const MAX_ROWS = 1_000_000
export const MAX_TREE_DEPTH = 4_096
export const MAX_VALUE_DEPTH = 256
/** Lines that one value may span. */
export const MAX_VALUE_LINES = 10_000
/** Problems told one by one; the rest are counted. */
export const MAX_PROBLEMS = 200
/** Characters of the dump quoted in a problem. */
export const MAX_QUOTE = 80
/** Lines cut at more than this were cut by hand, not by a terminal. */
export const MAX_TERMINAL_WIDTH = 1_000
/** Devices that a list may hold. */
export const MAX_DEVICES = 10_000
