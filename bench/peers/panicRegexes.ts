/** What a script takes out of a panic: eleven expressions over the whole text, and the list of kexts. */
const EXPRESSIONS = {
  head: /^panic\(cpu (\d+) caller (0x[0-9a-f]+)\): (.*)$/mu,
  task: /^Panicked task (0x[0-9a-f]+): (\d+) threads: pid (\d+): (.*)$/mu,
  thread: /panicked thread: (0x[0-9a-f]+)/u,
  process: /^Process name corresponding to current thread .*: (.*)$/mu,
  os: /^Mac OS version:\n(.*)$/mu,
  kernel: /^Kernel version:\n(.*)$/mu,
  uuid: /^Kernel UUID: (.*)$/mu,
  slide: /^Kernel slide: +(0x[0-9a-f]+)$/mu,
  model: /^System model name: (.*)$/mu,
  uptime: /^System uptime in nanoseconds: (\d+)$/mu,
  bootArgs: /^Boot args: (.*)$/mu,
} as const
const FRAME = /^(0x[0-9a-f]+) : (0x[0-9a-f]+)/gmu
const KEXT = /^([A-Za-z0-9_.]+)\t(\S+)$/gmu

/** The record that the bare expressions give. */
export interface BarePanic {
  readonly facts: Readonly<Record<keyof typeof EXPRESSIONS, readonly string[]>>
  readonly frames: readonly (readonly string[])[]
  readonly kexts: readonly { readonly id: string; readonly version: string }[]
}

export function readByRegexes(text: string): BarePanic {
  const facts = {} as Record<keyof typeof EXPRESSIONS, readonly string[]>
  for (const [name, expression] of Object.entries(EXPRESSIONS)) {
    facts[name as keyof typeof EXPRESSIONS] = expression.exec(text)?.slice(1) ?? []
  }
  const list = text.slice(text.indexOf('loaded kexts:'))
  return {
    facts,
    frames: [...text.matchAll(FRAME)].map((match) => match.slice(1)),
    kexts: [...list.matchAll(KEXT)].map(([, id = '', version = '']) => ({ id, version })),
  }
}
