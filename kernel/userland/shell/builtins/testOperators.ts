import type { Process } from '../../libsystem/Process.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import type { Inode } from '../../libsystem/vfs/Inode.ts'

/** A number where `test` wants one, or null. */
export function testNumber(text: string): number | null {
  return /^\s*[-+]?[0-9]+\s*$/.test(text) ? Number(text) : null
}

function inodeAt(process: Process, path: string, follow = true): Inode | null {
  const inode = vfs().lookup(process, path, follow)
  return typeof inode === 'number' ? null : inode
}

/** The value of `test -x operand`; null for an operator that does not exist. */
export function unaryTest(process: Process, operator: string, operand: string): boolean | null {
  switch (operator) {
    case '-n': return operand !== ''
    case '-z': return operand === ''
    case '-t': return /^[0-9]+$/.test(operand) && process.isTty(Number(operand))
    case '-h': case '-L': return inodeAt(process, operand, false)?.kind === 'symlink'
    default: return fileTest(process, operator, operand)
  }
}

function fileTest(process: Process, operator: string, operand: string): boolean | null {
  const inode = inodeAt(process, operand)
  switch (operator) {
    case '-a': case '-e': return inode !== null
    case '-f': return inode?.kind === 'file'
    case '-d': return inode?.kind === 'directory'
    case '-c': return inode?.kind === 'device'
    case '-b': case '-p': case '-S': return false
    case '-s': return inode !== null && inode.sizeBytes > 0
    case '-r': return inode !== null && vfs().may(process, inode, 4)
    case '-w': return inode !== null && !inode.volume.readOnly && vfs().may(process, inode, 2)
    case '-x': return inode !== null && vfs().may(process, inode, 1)
    case '-u': return inode !== null && (inode.permissions & 0o4000) !== 0
    case '-g': return inode !== null && (inode.permissions & 0o2000) !== 0
    case '-k': return inode !== null && (inode.permissions & 0o1000) !== 0
    case '-O': return inode !== null && inode.uid === process.uid
    case '-G': return inode !== null && inode.gid === process.gid
    default: return null
  }
}

/** The value of `test left operator right`; null for an unknown operator, the bad text when a number is missing. */
export function binaryTest(process: Process, operator: string, left: string, right: string): boolean | string | null {
  switch (operator) {
    case '=': case '==': return left === right
    case '!=': return left !== right
    case '<': return left < right
    case '>': return left > right
    case '-nt': return modified(process, left) > modified(process, right)
    case '-ot': return modified(process, left) < modified(process, right)
    case '-ef': return inodeAt(process, left) !== null && inodeAt(process, left) === inodeAt(process, right)
    default: return compareNumbers(operator, left, right)
  }
}

function modified(process: Process, path: string): number {
  return inodeAt(process, path)?.modifiedNs ?? -Infinity
}

const COMPARISONS = new Map<string, (left: number, right: number) => boolean>([
  ['-eq', (left, right) => left === right],
  ['-ne', (left, right) => left !== right],
  ['-lt', (left, right) => left < right],
  ['-le', (left, right) => left <= right],
  ['-gt', (left, right) => left > right],
  ['-ge', (left, right) => left >= right],
])

function compareNumbers(operator: string, left: string, right: string): boolean | string | null {
  const compare = COMPARISONS.get(operator)
  if (compare === undefined) return null
  const leftNumber = testNumber(left)
  if (leftNumber === null) return left
  const rightNumber = testNumber(right)
  return rightNumber === null ? right : compare(leftNumber, rightNumber)
}
