/** Namespaces of exit reasons (`OS_REASON_…`), by number. */
const namespaces = new Map<number, string>([
  [1, 'JETSAM'],
  [2, 'SIGNAL'],
  [3, 'CODESIGNING'],
  [4, 'HANGTRACER'],
  [5, 'TEST'],
  [6, 'DYLD'],
  [7, 'LIBXPC'],
  [8, 'OBJC'],
  [9, 'EXEC'],
  [10, 'SPRINGBOARD'],
  [11, 'TCC'],
  [12, 'REPORTCRASH'],
  [13, 'COREANIMATION'],
  [14, 'AGGREGATED'],
  [15, 'RUNNINGBOARD'],
  [16, 'SKYWALK'],
  [17, 'SETTINGS'],
  [18, 'LIBSYSTEM'],
  [19, 'FOUNDATION'],
  [20, 'WATCHDOG'],
  [21, 'METAL'],
  [22, 'WATCHKIT'],
  [23, 'GUARD'],
  [24, 'ANALYTICS'],
  [25, 'SANDBOX'],
  [26, 'SECURITY'],
  [27, 'ENDPOINTSECURITY'],
  [28, 'PAC_EXCEPTION'],
  [29, 'BLUETOOTH_CHIP'],
  [30, 'PORT_SPACE'],
  [31, 'WEBKIT'],
  [32, 'BACKLIGHTSERVICES'],
  [33, 'MEDIA'],
  [34, 'ROSETTA'],
  [35, 'LIBIGNITION'],
  [36, 'BOOTMOUNT'],
  [38, 'REALITYKIT'],
  [39, 'AUDIO'],
  [40, 'WAKEBOARD'],
  [41, 'CORERC'],
  [42, 'SELF_RESTRICT'],
  [43, 'ARKIT'],
])

/** Name of a namespace of exit reasons; null for a number that is none. */
export function exitReasonNamespace(number: number): string | null {
  return namespaces.get(number) ?? null
}

const EXEC = [
  'the executable is not a valid Mach-O file', 'the change of user or group failed',
  'the thread state could not be set',
  'the stack could not be allocated', 'the kernel\'s strings could not be set up',
  'arguments could not be copied out',
  'the dynamic linker could not be told', 'a security policy refused it', 'the signature daemon refused it',
  'the store\'s encryption could not be undone', 'decryption failed', 'unpacking failed',
  '32-bit programs do not run here',
  'the program is of another platform', 'file descriptors could not be set up', 'Rosetta could not be set up',
  'information for the linker could not be set', 'the machine thread failed', 'bad spawn attributes', null,
  'the executable could not be mapped',
]

const codes: Record<string, Record<number, string>> = {
  CODESIGNING: {
    1: 'the signature was refused when the program was started',
    2: 'a page of code does not match its signature',
    3: 'the task port of a protected process was asked for',
    4: 'a launch constraint does not allow this way of starting it',
  },
  DYLD: {
    1: 'a library that the program needs was not found',
    2: 'a library has no code for this processor',
    3: 'a library has a wrong version',
    4: 'a symbol that the program needs is not in its library',
    5: 'the code signature of a library was refused',
    6: 'the sandbox did not allow a library',
    7: 'a malformed Mach-O file',
    9: 'the program could not be linked',
  },
  GUARD: {
    1: 'a guarded file was touched', 2: 'a guarded part of memory was touched',
    3: 'a guarded Mach port was misused',
    4: 'an exclave was misused', 5: 'the rules of just-in-time code were broken',
  },
  EXEC: Object.fromEntries(EXEC.flatMap((text, index) => text === null ? [] : [[index + 1, text]])),
  JETSAM: {
    1: 'it was ended to free memory',
    2: 'it was over its high-water mark while memory was short',
    3: 'the system ran out of vnodes',
    4: 'memory ran out',
    5: 'processes thrashed',
    6: 'the file cache thrashed',
    7: 'it used more memory than it may',
    8: 'disk space was short',
    9: 'it was idle and memory was short',
    10: 'the kernel\'s zones were exhausted',
    11: 'the memory compressor thrashed',
    12: 'the memory compressor ran out of space',
    13: 'swap space was short',
    14: 'memory had been short for long',
    15: 'the pageout daemon starved',
    17: 'it had been idle for long and memory was short',
    100: 'it used more processor time than it may',
  },
}

/** Codes that the system's own watchers use in any namespace, readable as words. */
const known = new Map<number, readonly [name: string, meaning: string]>([
  [0x8badf00d, ['ate bad food', 'the watchdog ended it: it did not launch, answer or end in time']],
  [0xc00010ff, ['cool off', 'it was ended because the device was too hot']],
  [0xdead10cc, ['dead lock', 'it held a file lock or database lock while it was suspended']],
  [0x2182bad2, ['', 'a background task did not end in time']],
  [0x2182bad3, ['', 'a background URL session did not end in time']],
  [0x2182bad4, ['', 'a background fetch did not end in time']],
  [0xbaaaaaad, ['all bad', 'a report of the whole system was asked for; nothing crashed']],
  [0xbad22222, ['bad too', 'an internet telephony app was resumed too often']],
  [0xbaadca11, ['bad call', 'it did not report a call after a call notification']],
  [0xdeadfa11, ['dead fall', 'a person forced it to quit']],
  [0x2bad45ec, ['too bad for security', 'it broke a security rule']],
  [0xc51bad01, ['', 'a watch app used too much processor time in the background']],
  [0xc51bad02, ['', 'a watch app did not end its background work in time']],
  [0xc51bad03, ['', 'a watch app did not end its background work in time; the system was busy']],
])

/** What a code of a namespace means; null where no table knows it. */
export function exitReasonMeaning(
  namespace: string | null, code: number,
): { name: string | null; meaning: string } | null {
  const word = known.get(code)
  if (word !== undefined) return { name: word[0] === '' ? null : word[0], meaning: word[1] }
  const meaning = namespace === null ? undefined : codes[namespace]?.[code]
  return meaning === undefined ? null : { name: null, meaning }
}

const flags = [
  'NO_CRASH_REPORT', 'GENERATE_CRASH_REPORT', 'FROM_USERSPACE', 'FAILED_DATA_COPYIN', 'PAYLOAD_TRUNCATED',
  'BAD_PARAMS',
  'CONSISTENT_FAILURE', 'ONE_TIME_FAILURE', 'NO_CRASHED_TID', 'ABORT', 'SHAREDREGION_FAULT', 'CAPTURE_LOGS',
  'SECURITY_SENSITIVE',
]

/** Names of the flags of an exit reason that are set. */
export function exitReasonFlags(value: number): string[] {
  return flags.filter((_, bit) => (value >>> bit & 1) === 1)
}
