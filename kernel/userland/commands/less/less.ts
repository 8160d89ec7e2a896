import type { KernelThread } from '../../../sim/index.ts'
import { getopt } from '../../getopt/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { strerror } from '../../libsystem/errno.ts'
import { openInput, openPath } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import { SIGINT, SIGWINCH } from '../../libsystem/signals.ts'
import type { InputStream } from '../../libsystem/streams.ts'
import { rawTermios } from '../../libsystem/tty/Termios.ts'
import type { Tty } from '../../libsystem/tty/Tty.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { lessMan } from './less.man.ts'
import { LessDocument } from './LessDocument.ts'
import { LessKeys } from './LessKeys.ts'
import { Pager, type LessOptions } from './Pager.ts'

const LETTERS = 'SNRrFXeEimMnsqQ'
const HELP = '("less --help" for help)'
const ENTER = '\x1b[?1049h'
const LEAVE = '\x1b[?1049l'

/** Opens an input; null after a complaint. */
function* openDocument(process: Process, path: string | null): KernelThread<LessDocument | null> {
  if (path === null) return new LessDocument(null, process.stdin)
  const inode = vfs().lookup(process, path)
  if (typeof inode !== 'number' && inode.kind === 'directory') {
    yield* process.stderr.write(`${path} is a directory\n`)
    return null
  }
  const stream = openInput(process, path)
  if (typeof stream !== 'number') return new LessDocument(path, stream)
  yield* process.stderr.write(`${path}: ${strerror(stream)}\n`)
  return null
}

/** Without a terminal there is nothing to page: as `cat`. */
function* copyAll(process: Process, paths: readonly (string | null)[]): KernelThread<number> {
  let status = 0
  for (const path of paths) {
    const stream: InputStream | number = path === null ? process.stdin : openInput(process, path)
    if (typeof stream === 'number') {
      yield* process.stderr.write(`${path}: ${strerror(stream)}\n`)
      status = 1
      continue
    }
    for (let chunk = yield* stream.read(); chunk !== null; chunk = yield* stream.read()) {
      yield* process.stdout.write(chunk)
    }
    if (stream !== process.stdin) stream.close()
  }
  return status
}

/** Pages through the inputs on a terminal, whose settings are put back at the end. */
function* page(
  process: Process, tty: Tty, paths: readonly (string | null)[], letters: ReadonlySet<string>,
): KernelThread<number> {
  const file = openPath(process, '/dev/tty', { read: true })
  if (typeof file === 'number') return yield* copyAll(process, paths)
  const options: LessOptions = {
    chop: letters.has('S'), numbers: letters.has('N'), raw: letters.has('R') || letters.has('r'),
    ignoreCase: letters.has('i'), prompt: letters.has('M') ? 'long' : letters.has('m') ? 'medium' : 'short',
    quitAtEnd: letters.has('e') || letters.has('E'),
  }
  const pager = new Pager(process, tty, new LessKeys(process, process.addFile(file)), options)
  const settings = tty.termios
  process.setSignal(SIGINT, () => pager.interrupt())
  process.setSignal(SIGWINCH, () => {})
  const ownScreen = !letters.has('X')
  let entered = false
  try {
    for (let index = 0; index < paths.length;) {
      const document = yield* openDocument(process, paths[index]!)
      if (document === null) return 1
      if (letters.has('F') && paths.length === 1 && (yield* pager.fits(document))) {
        yield* process.stdout.write(document.lines.map((line) => `${line}\n`).join(''))
        return 0
      }
      if (!entered) {
        entered = true
        tty.setTermios({ ...rawTermios(), isig: true })
        if (ownScreen) yield* process.stdout.write(ENTER)
      }
      const outcome = yield* pager.show(document, index, paths.length)
      document.close()
      if (outcome === 'quit') break
      index = Math.max(0, Math.min(paths.length - 1, index + (outcome === 'next' ? 1 : -1)))
    }
    return 0
  } finally {
    if (entered) tty.setTermios(settings)
    if (entered) yield* process.stdout.write(ownScreen ? LEAVE : '\r\x1b[K')
  }
}

function* main(process: Process): KernelThread<number> {
  const { options, operands } = getopt(process.argv, LETTERS)
  const bad = options.find(({ option }) => option === '?')
  if (bad !== undefined) {
    const letter = (bad.message ?? '').at(-1) ?? ''
    yield* process.stderr.write(`There is no ${letter} option ${HELP}\n`)
    return 1
  }
  const named = operands.map((path) => (path === '-' ? null : path))
  const paths: (string | null)[] = named.length === 0 ? [null] : named
  const tty = process.files.get(1)?.tty ?? null
  if (operands.length === 0 && process.isTty(0)) {
    yield* process.stderr.write(`Missing filename ${HELP}\n`)
    return 1
  }
  if (tty === null) return yield* copyAll(process, paths)
  return yield* page(process, tty, paths, new Set(options.map(({ option }) => option)))
}

/** `less`: shows text page by page. */
export const less = defineCommand({
  name: 'less', path: '/usr/bin/less', alsoAt: ['/usr/bin/more'], summary: 'view files on a terminal',
  man: lessMan, main,
})
