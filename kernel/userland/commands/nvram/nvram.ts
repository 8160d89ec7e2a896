import { IOKit } from '../../../abi/index.ts'
import { host_get_io_main, mach_host_self, mach_port_deallocate, mach_rpc } from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { CFData, CFDictionary, CFNumber, IOCFUnserializeBinary, type CFType } from '../../CoreFoundation/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseOptions } from '../support/inputs.ts'

const OPTIONS_PATH = 'IODeviceTree:/options'

/** A value as the tool prints it: bytes that are not printable as %xx. */
function printed(value: CFType): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof CFNumber) return `0x${value.unsigned().toString(16)}`
  if (!(value instanceof CFData)) return ''
  return Array.from(value.bytes, (byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x25
    ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function* variables(process: Process): KernelThread<CFDictionary | null> {
  const { task } = process
  const mainPort = host_get_io_main(task, mach_host_self(task))
  const found = yield* mach_rpc(task, mainPort, IOKit.registry_entry_from_path.id, [OPTIONS_PATH])
  const [entry] = found.body
  if (found.code !== 0 || typeof entry !== 'number' || entry === 0) return null
  const answer = yield* mach_rpc(task, entry, IOKit.registry_entry_get_properties_bin.id, [])
  mach_port_deallocate(task, entry)
  const [bytes] = answer.body
  const value = bytes instanceof Uint8Array ? IOCFUnserializeBinary(bytes) : null
  return value instanceof CFDictionary ? value : null
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'p', 'usage: nvram [-p] [name ...]')
  if (parsed === null) return 1
  const table = yield* variables(process)
  if (table === null) {
    yield* process.stderr.write("nvram: nvram is not supported on this system\n")
    return 1
  }
  if (parsed.options.length > 0) {
    for (const [i, key] of table.keys.entries()) yield* process.stdout.write(`${key}\t${printed(table.values[i]!)}\n`)
  }
  let status = 0
  for (const name of parsed.operands) {
    const value = table.getValue(name)
    if (value === undefined) {
      yield* process.stderr.write(`nvram: Error getting variable - '${name}': (iokit/common) data was not found\n`)
      status = 1
    } else yield* process.stdout.write(`${name}\t${printed(value)}\n`)
  }
  return status
}

/** `nvram`: firmware variables. */
export const nvram = defineCommand({
  name: 'nvram', path: '/usr/sbin/nvram', summary: 'get firmware NVRAM variables', main,
  man: { section: 8, synopsis: ['nvram [-p] [name ...]'], description: ['Writes firmware variables: all with -p, or those named.'] },
})
