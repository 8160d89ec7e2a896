import type { ImportedRegistry } from '../../importers/index.ts'
import { scheduler, type KernelThread, type Simulation } from '../../sim/index.ts'
import { ioreg } from '../../userland/commands/ioreg/index.ts'
import { getopt } from '../../userland/getopt/index.ts'
import { OpenFile, shellStatus, spawnProcess, type Process, EBADF } from '../../userland/libsystem/index.ts'
import { ServedDump } from './ServedDump.ts'

/** Where the program's output goes. */
export interface DumpOutput {
  readonly stdout: (bytes: Uint8Array) => void
  readonly stderr: (bytes: Uint8Array) => void
  /** What `TERM` is to be, for -b; none when it is not given. */
  readonly terminal?: string
}

const OPTIONS = 'abc:d:fik:ln:p:rsStw:xy'

/**
 * Runs `ioreg` with `options` on a dump, as a process of the world that serves it. A text that holds several
 * trees one after another is gone through tree by tree, each under its title, unless -p asks for one. What
 * can be but one document (-a) or looks for entries (-r) is about the service plane, as on a Mac. Answers the
 * exit status.
 */
export function runIoregOnDump(
  registry: ImportedRegistry,
  options: readonly string[],
  output: DumpOutput,
): number {
  const { plane, isOfOnePlane } = asked(options)
  const dump = new ServedDump(registry, plane ?? 'IOService')
  const shown = linesEnding(registry.style.lineEnding, output)
  if (isOfOnePlane || registry.format !== 'text' || dump.planes.length < 2) {
    const usual = dump.planes.includes('IOService') ? 'IOService' : (dump.planes[0] ?? 'IOService')
    const wanted = plane ?? usual
    return runIoreg((dump.section(wanted) ?? dump.anySection()).world, ['-p', wanted, ...options], shown)
  }
  let status = 0
  for (const section of dump.sections()) {
    if (section.title !== null) shown.stdout(asciiBytes(`${section.title}:\n`))
    status = runIoreg(section.world, ['-p', section.plane, ...options], shown)
    if (status !== 0) break
  }
  return status
}

function asked(options: readonly string[]): { plane: string | null; isOfOnePlane: boolean } {
  const parsed = getopt(['ioreg', ...options], OPTIONS).options
  const plane = parsed.findLast(({ option }) => option === 'p')?.argument ?? null
  const isOne = parsed.some(({ option }) => option === 'a' || option === 'r')
  return { plane, isOfOnePlane: plane !== null || isOne }
}

/** A dump with carriage returns gets them back. */
function linesEnding(lineEnding: '\n' | '\r\n', output: DumpOutput): DumpOutput {
  if (lineEnding === '\n') return output
  return { ...output, stdout: (bytes) => output.stdout(withReturns(bytes)) }
}

function withReturns(bytes: Uint8Array): Uint8Array {
  const wide = new Uint8Array(bytes.length * 2)
  let length = 0
  for (const byte of bytes) {
    if (byte === 10) wide[length++] = 13
    wide[length++] = byte
  }
  return wide.subarray(0, length)
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** A descriptor whose other end is the caller. */
class Sink extends OpenFile {
  readonly kind = 'pipe'

  constructor(private readonly take: (bytes: Uint8Array) => void) {
    super()
  }

  override *read(): KernelThread<Uint8Array | number> {
    return EBADF
  }

  override *write(_process: Process, bytes: Uint8Array): KernelThread<number> {
    this.take(bytes)
    return 0
  }
}

function runIoreg(world: Simulation, options: readonly string[], output: DumpOutput): number {
  const ended: { status: number | null } = { status: null }
  world.enter(() => {
    spawnProcess({
      parent: null,
      argv: ['ioreg', ...options],
      env: new Map(output.terminal === undefined ? [] : [['TERM', output.terminal]]),
      files: new Map<number, OpenFile>([
        [1, new Sink(output.stdout)],
        [2, new Sink(output.stderr)],
      ]),
      body: ioreg.main,
      onExit: (status) => (ended.status = shellStatus(status)),
    })
    while (ended.status === null && scheduler().step(Infinity));
  })
  return ended.status ?? 1
}
