// The headless host: one subcommand per file, loaded when it is asked for.
import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { EXIT, UsageError, type CliCommand, type CliIo } from './Command.ts'
import { version } from '../version.ts'

/** Explicit list; each loads only what it needs, so that small commands start fast. */
const commands: Record<string, () => Promise<CliCommand>> = {
  app: async () => (await import('./commands/serve.ts')).appCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  ioreg: async () => (await import('./commands/ioreg.ts')).ioregCommand,
  registry: async () => (await import('./commands/registry.ts')).registryCommand,
  coverage: async () => (await import('./commands/coverage.ts')).coverageCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  lint: async () => (await import('./commands/lint.ts')).lintCommand,
  kext: async () => (await import('./commands/kext.ts')).kextCommand,
  panic: async () => (await import('./commands/panic.ts')).panicCommand,
  rematch: async () => (await import('./commands/rematch.ts')).rematchCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  machines: async () => (await import('./commands/machines.ts')).machinesCommand,
  machine: async () => (await import('./commands/machines.ts')).machineCommand,
  run: async () => (await import('./commands/run.ts')).runCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  sessions: async () => (await import('./commands/sessions.ts')).sessionsCommand,
  symbolicate: async () => (await import('./commands/symbolicate.ts')).symbolicateCommand,
  decode: async () => (await import('./commands/decode.ts')).decodeCommand,
  crash: async () => (await import('./commands/crash.ts')).crashCommand,
  crashes: async () => (await import('./commands/crashes.ts')).crashesCommand,
}

/** Writes everything, also into a full pipe. */
function writeAll(descriptor: number, data: string | Uint8Array): void {
  let bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE') process.exit(EXIT.done)
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

const io: CliIo = {
  out: (data) => writeAll(1, data),
  error: (text) => writeAll(2, text),
  isErrorTerminal: isatty(2),
}

async function help(): Promise<void> {
  io.out('usage: workbench COMMAND …\n\n')
  for (const load of Object.values(commands)) {
    const command = await load()
    io.out(`  ${command.synopsis}\n      ${command.summary}\n`)
  }
  io.out('\nTimes are written 250ms, 5s, 2m, 1h. - is standard input. --json prints one document.\n')
}

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2)
  if (name === '--version') {
    io.out(`${version}\n`)
    return EXIT.done
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    await help()
    return name === undefined ? EXIT.usage : EXIT.done
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) throw new UsageError(`There is no command ${name}: workbench help lists them.`)
  return (await load()).run(args, io)
}

try {
  process.exitCode = await main()
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) {
    io.error(`workbench: ${(error as Error).message}\n`)
    process.exitCode = EXIT.usage
  } else {
    io.error(`workbench: this is a bug of the workbench; please report it with the command line.\n${(error as Error).stack ?? String(error)}\n`)
    process.exitCode = EXIT.bug
  }
}
