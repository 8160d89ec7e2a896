/** Made-up panic texts of about 7.7 kB each: 24 frames, 180 kexts; the same on every machine. */
const FRAMES = 24
const KEXTS = 180
const WORDS = ['page fault', 'general protection', 'invalid opcode', 'debug']

const hex = (value: number): string => value.toString(16).padStart(8, '0')

function frames(number: number): string[] {
  return Array.from(
    { length: FRAMES },
    (_, i) =>
      `0xffffffa0${hex(0xc000_0000 - i * 64)} : 0xffffff80${hex(0x1000_0000 + number * 4096 + i * 97)} `,
  )
}

function kexts(number: number): string[] {
  return Array.from({ length: KEXTS }, (_, i) =>
    i % 9 === 0
      ? `org.example.driver.Part${(number + i) % 50}\t${i % 7}.${number % 10}`
      : `com.example.iokit.Family${i}\t${i % 5}.1.${i % 3}`,
  )
}

/** The text of panic `number`; neighbours differ in addresses, trap, suspect and versions. */
export function panicText(number: number): string {
  const type = number % WORDS.length
  return [
    `panic(cpu ${number % 8} caller 0xffffff80${hex(0x1a00_0000 + number)}): Kernel trap at 0xffffff7f${hex(0x9000_0000 + number)}, type ${13 + type}=${WORDS[type]}, registers:`,
    `CR0: 0x0000000080010033, CR2: 0x${hex(number).padStart(16, '0')}, CR3: 0x000000001f0f3000, CR4: 0x00000000003626e0`,
    'RAX: 0x0000000000000000, RBX: 0xffffff9a00000000, RCX: 0x0000000000000000, RDX: 0x0000000000000000',
    `RFL: 0x0000000000010246, RIP: 0xffffff7f${hex(0x9000_0000 + number)}, CS:  0x0000000000000008, SS:  0x0000000000000010`,
    '',
    `Panicked task 0xffffff91${hex(number)}: ${1 + (number % 20)} threads: pid ${number % 900}: program${number % 40}`,
    `Backtrace (CPU ${number % 8}), panicked thread: 0xffffff90${hex(number)}, Frame : Return Address`,
    ...frames(number),
    '      Kernel Extensions in backtrace:',
    `         org.example.driver.Part${number % 50}(1.${number % 10})[CCCCCCCC-0000-3000-8000-0000${hex(number)}]@0xffffff7f90000000->0xffffff7f90ffffff`,
    '',
    `Process name corresponding to current thread (0xffffff90${hex(number)}): program${number % 40}`,
    'Boot args: keepsyms=1',
    '',
    'Mac OS version:',
    '22G90',
    '',
    'Kernel version:',
    'Darwin Kernel Version 22.6.0: Wed Jul  5 22:21:56 PDT 2023; root:xnu-8796.141.3~6/RELEASE_X86_64',
    'Kernel UUID: CCCCCCCC-0000-3000-8000-0000000000FF',
    'KernelCache slide: 0x000000001c000000',
    'Kernel slide:      0x000000001c010000',
    'Kernel text base:  0xffffff801c210000',
    'System model name: Orchard20,1 (Mac-0000000000000003)',
    '',
    `System uptime in nanoseconds: ${81_290_311_234 + number}`,
    'last started kext at 78123456789: org.example.driver.Part1\t1.0 (addr 0xffffff8021e2d000, size 28672)',
    'loaded kexts:',
    ...kexts(number),
    '',
  ].join('\n')
}

/** A needle that stands in exactly one of the texts. */
export function uniqueWord(number: number): string {
  return `0000${hex(number)}`
}
