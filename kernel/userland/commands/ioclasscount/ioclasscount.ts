import type { KernelThread } from '../../../sim/index.ts'
import { CFDictionary, CFNumber, type CFType } from '../../CoreFoundation/index.ts'
import {
  IOObjectRelease, IORegistryEntryCreateCFProperty, IORegistryGetRootEntry, kIOMainPortDefault,
} from '../../IOKitLib/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { EX_OSERR } from '../support/system.ts'

const DIAGNOSTICS_KEY = 'IOKitDiagnostics'

/** A count as the tool prints it; it reads 32 bits with their sign. */
function countText(value: CFType | undefined): string {
  if (value === undefined) return '<no such class>'
  if (!(value instanceof CFNumber)) return '?? (error reading/converting value)'
  return String(BigInt.asUintN(64, BigInt.asIntN(32, value.unsigned())))
}

function* diagnostics(process: Process): KernelThread<CFType | null> {
  const root = yield* IORegistryGetRootEntry(process.task, kIOMainPortDefault)
  if (root === 0) return null
  const value = yield* IORegistryEntryCreateCFProperty(process.task, root, DIAGNOSTICS_KEY)
  IOObjectRelease(process.task, root)
  return value
}

function* main(process: Process): KernelThread<number> {
  const all = yield* diagnostics(process)
  const classes = all instanceof CFDictionary ? all.getValue('Classes') : undefined
  if (!(classes instanceof CFDictionary)) {
    const missing = all === null ? 'Allocation information missing.' : 'Class information missing.'
    yield* process.stderr.write(`Error: ${missing}\n`)
    return EX_OSERR
  }
  const names = process.argv.slice(1)
  const line = (name: string): string => `${name} = ${countText(classes.getValue(name))}`
  if (names.length > 0) {
    yield* process.stdout.write(`${names.map(line).join(', ')}\n`)
    return 0
  }
  const folded = (name: string): string => name.toLowerCase()
  const sorted = classes.keys.toSorted((a, b) => (folded(a) < folded(b) ? -1 : folded(a) > folded(b) ? 1 : 0))
  yield* process.stdout.write(sorted.map((name) => `${line(name)}\n`).join(''))
  return 0
}

/** `ioclasscount`: how many instances each class of the kernel has. */
export const ioclasscount = defineCommand({
  name: 'ioclasscount', path: '/usr/sbin/ioclasscount', summary: 'show instance counts of I/O Kit classes',
  main,
  man: {
    section: 8,
    synopsis: ['ioclasscount [classname ...]'],
    description: [
      'Writes how many instances each class has, those of the classes below it included; of all classes, or in '
        + 'one line of those named.',
    ],
    exitStatus: '0; 71 when the kernel does not tell.',
    examples: [['ioclasscount IOService IOMedia', 'two counts']],
    seeAlso: ['ioreg(8)'],
  },
})
