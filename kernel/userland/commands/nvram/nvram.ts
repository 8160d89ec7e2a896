import {
  kIOReturnNoMemory, kIOReturnNoSpace, kIOReturnNotFound, kIOReturnSuccess, type IOReturn,
} from '../../../abi/index.ts'
import type { KernelThread } from '../../../sim/index.ts'
import {
  CFData, CFDictionary, CFPropertyListCreateWithData, CFPropertyListCreateXMLData, type CFType,
} from '../../CoreFoundation/index.ts'
import {
  IOObjectRelease, IORegistryEntryCreateCFProperties, IORegistryEntryCreateCFProperty,
  IORegistryEntryFromPath,
  IORegistryEntrySetCFProperty, kIOMainPortDefault, mach_error_string,
} from '../../IOKitLib/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { strerror } from '../../libsystem/errno.ts'
import type { Process } from '../../libsystem/Process.ts'
import { decodeText } from '../../libsystem/text.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { nvramMan, USAGE } from './nvram.man.ts'
import { escaped, KINDS, kindOf, printedValue, readPatchFile, valueOf } from './variables.ts'

const OPTIONS_PATH = 'IODeviceTree:/options'
const DELETE_KEY = 'IONVRAM-DELETE-PROPERTY'
const DELETE_WITH_RESULT_KEY = 'IONVRAM-DELETEWRET-PROPERTY'
const FORCE_SYNC_KEY = 'IONVRAM-FORCESYNCNOW-PROPERTY'
const SYNC_KEY = 'IONVRAM-SYNCNOW-PROPERTY'
const COMMAND_KEYS: ReadonlySet<string> = new Set([
  DELETE_KEY, DELETE_WITH_RESULT_KEY, SYNC_KEY, FORCE_SYNC_KEY,
])
const MAX_BINARY_LENGTH = 0x800

/** Ends the program with a message. */
class NvramError extends Error {}

/** One run of the tool: its arguments act in their order. */
class Nvram {
  private useXML = false
  private inHex = false
  private forceSync = false
  private status = 0

  constructor(private readonly process: Process, private readonly entry: number) {}

  *run(): KernelThread<number> {
    const words = this.process.argv.slice(1)
    if (words.length === 0) return yield* this.usage('no arguments specified')
    let hasNames = false
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!
      if (!word.startsWith('-') || word === '-') {
        hasNames = true
        yield* this.variable(word)
        continue
      }
      for (const letter of word.slice(1)) {
        const taken = yield* this.option(letter, words.slice(at + 1))
        if (taken < 0) return 1
        at += taken
      }
    }
    if (!hasNames && this.forceSync) yield* this.set(FORCE_SYNC_KEY, FORCE_SYNC_KEY)
    return this.status
  }

  /** Acts on one letter; how many of the words that follow it took, or -1 to end. */
  private *option(letter: string, rest: readonly string[]): KernelThread<number> {
    const [argument, second] = rest
    switch (letter) {
      case 'p':
        yield* this.printAll()
        return 0
      case 'x':
      case 'X': return yield* this.format(letter)
      case 's':
        this.forceSync = true
        return 0
      case 'c':
        yield* this.clear()
        return 0
      case 'f':
        if (argument === undefined || argument.startsWith('-')) return yield* this.failed('missing filename')
        yield* this.setFromFile(argument)
        return 1
      case 'd':
      case 'r':
        if (argument === undefined || argument.startsWith('-')) return yield* this.failed('missing name')
        yield* this.remove(argument, letter === 'r')
        return 1
      case 'b':
        if (argument === undefined || second === undefined || rest.length !== 2) {
          return yield* this.failed('missing arguments')
        }
        yield* this.setFromBinary(argument, second)
        return 2
      case 'h': return yield* this.failed('')
      case 'z': return yield* this.failed('unsupported option -z')
      default: return yield* this.failed(`no such option as -${letter}`)
    }
  }

  private *format(letter: string): KernelThread<number> {
    const other = letter === 'x' ? this.inHex : this.useXML
    if (other) {
      yield* this.process.stderr.write(letter === 'x'
        ? '-x not supported with -X hex mode.\n' : '-X hex mode not supported with -x XMLmode.\n')
      return -1
    }
    if (letter === 'x') this.useXML = true
    else this.inHex = true
    return 0
  }

  private *failed(message: string): KernelThread<number> {
    yield* this.usage(message)
    return -1
  }

  private *usage(message: string): KernelThread<number> {
    yield* this.warn(`(usage: ${message})`)
    yield* this.process.stdout.write(USAGE)
    return 1
  }

  private *warn(text: string): KernelThread {
    yield* this.process.stdout.flush()
    yield* this.process.stderr.write(`nvram: ${text}\n`)
  }

  /** `name`, `name=value`, `name+=value` or `name-=value`. */
  private *variable(word: string): KernelThread {
    const match = /^(.*?)(\+=|-=|=)(.*)$/su.exec(word)
    if (match === null) {
      yield* this.print(word, yield* this.existing(word))
      return
    }
    const [, name, operator, text] = match as unknown as readonly [string, string, string, string]
    const value = operator === '=' ? text : joined(yield* this.existing(name), operator, text)
    const result = yield* this.set(name, value)
    yield* this.set(SYNC_KEY, SYNC_KEY)
    if (result !== kIOReturnSuccess) throw settingError(name, result)
  }

  /** The value of a variable. Throws `NvramError` when there is none. */
  private *existing(name: string): KernelThread<CFType> {
    const value = yield* IORegistryEntryCreateCFProperty(this.process.task, this.entry, name)
    if (value !== null) return value
    throw new NvramError(`Error getting variable - '${name}': ${mach_error_string(kIOReturnNotFound)}`)
  }

  private *print(name: string, value: CFType): KernelThread {
    yield* this.process.stdout.write(this.useXML
      ? CFPropertyListCreateXMLData(new CFDictionary([name], [value]))
      : `${name}\t${printedValue(value, this.inHex)}\n`)
  }

  private *all(): KernelThread<CFDictionary> {
    const { result, value } = yield* IORegistryEntryCreateCFProperties(this.process.task, this.entry)
    if (value !== null) return value
    throw new NvramError(`Error getting the firmware variables: ${mach_error_string(result)}`)
  }

  private *printAll(): KernelThread {
    const table = yield* this.all()
    if (this.useXML) yield* this.process.stdout.write(CFPropertyListCreateXMLData(table))
    else for (const [index, name] of table.keys.entries()) yield* this.print(name, table.values[index]!)
  }

  /** Sets a variable from its text: in the kind it has, or in the first kind that is accepted. */
  private *set(name: string, text: string): KernelThread<IOReturn> {
    const { task } = this.process
    if (COMMAND_KEYS.has(name)) return yield* IORegistryEntrySetCFProperty(task, this.entry, name, text)
    const present = yield* IORegistryEntryCreateCFProperty(task, this.entry, name)
    if (present !== null) {
      const kind = kindOf(present)
      const value = kind === null ? null : valueOf(kind, text)
      if (value === null) throw new NvramError(`Error creating CFTypeRef for value ${text}`)
      return yield* IORegistryEntrySetCFProperty(task, this.entry, name, value)
    }
    let result: IOReturn = kIOReturnSuccess
    for (const kind of KINDS) {
      const value = valueOf(kind, text)
      if (value === null) continue
      result = yield* IORegistryEntrySetCFProperty(task, this.entry, name, value)
      if (result === kIOReturnSuccess || result === kIOReturnNoMemory || result === kIOReturnNoSpace) break
    }
    return result
  }

  private *remove(name: string, tellsResult: boolean): KernelThread {
    const result = yield* this.set(tellsResult ? DELETE_WITH_RESULT_KEY : DELETE_KEY, name)
    if (!tellsResult || result === kIOReturnSuccess) return
    const code = `0x${result.toString(16).padStart(8, '0')}`
    throw new NvramError(`Error deleting variable - '${name}': ${mach_error_string(result)} (${code})`)
  }

  /** Deletes what there is, one by one; those that stay are told. */
  private *clear(): KernelThread {
    for (const name of (yield* this.all()).keys) {
      const result = yield* this.set(DELETE_WITH_RESULT_KEY, name)
      if (result === kIOReturnSuccess) continue
      yield* this.warn(`Error clearing firmware variable ${name}: ${mach_error_string(result)}`)
      this.status = 1
    }
  }

  private *setFromFile(path: string): KernelThread {
    const bytes = vfs().readFile(this.process, path)
    if (typeof bytes === 'number') {
      throw new NvramError(this.useXML
        ? `Could not open ${path}: ${strerror(bytes)}`
        : `Couldn't open patch file - '${path}': ${strerror(bytes)}`)
    }
    if (this.useXML) return yield* this.setFromPlist(bytes)
    const { entries, problems } = readPatchFile(decodeText(bytes))
    for (const [name, text] of entries) {
      const result = yield* this.set(name, text)
      if (result !== kIOReturnSuccess) throw settingError(name, result)
    }
    for (const problem of problems) yield* this.warn(problem)
    if (problems.length > 0) this.status = 1
  }

  private *setFromPlist(bytes: Uint8Array): KernelThread {
    const table = CFPropertyListCreateWithData(bytes)
    if (!(table instanceof CFDictionary)) throw new NvramError('Error parsing XML file')
    for (const [index, name] of table.keys.entries()) {
      const value = table.values[index]!
      const result = yield* IORegistryEntrySetCFProperty(this.process.task, this.entry, name, value)
      if (result !== kIOReturnSuccess) throw settingError(name, result)
    }
  }

  private *setFromBinary(name: string, path: string): KernelThread {
    const bytes = vfs().readFile(this.process, path)
    if (typeof bytes === 'number') {
      throw new NvramError(`Couldn't open binary file - '${path}': ${strerror(bytes)}`)
    }
    const text = escaped(bytes)
    if (text.length > MAX_BINARY_LENGTH) {
      throw new NvramError(`Value exceeded max length of ${MAX_BINARY_LENGTH}`)
    }
    const result = yield* this.set(name, text)
    if (result !== kIOReturnSuccess) throw settingError(name, result)
  }
}

function settingError(name: string, result: IOReturn): NvramError {
  return new NvramError(`Error setting variable - '${name}': ${mach_error_string(result)}`)
}

/** A value with a text added to its end, or with the first occurrence of one taken out. */
function joined(value: CFType, operator: string, text: string): string {
  if (typeof value !== 'string' && !(value instanceof CFData)) {
    throw new NvramError('Unsupported named variable CFTypeID')
  }
  const present = typeof value === 'string' ? value : escaped(value.bytes)
  if (operator === '+=') return present + text
  if (!present.includes(text)) throw new NvramError(`substring ${text} not found in ${present}\n`)
  return present.replace(text, () => '')
}

function* main(process: Process): KernelThread<number> {
  const entry = yield* IORegistryEntryFromPath(process.task, kIOMainPortDefault, OPTIONS_PATH)
  if (entry === 0) {
    yield* process.stderr.write('nvram: nvram is not supported on this system\n')
    return 1
  }
  try {
    return yield* new Nvram(process, entry).run()
  } catch (error) {
    if (!(error instanceof NvramError)) throw error
    yield* process.stdout.flush()
    yield* process.stderr.write(`nvram: ${error.message}\n`)
    return 1
  } finally {
    IOObjectRelease(process.task, entry)
  }
}

/** `nvram`: reads, sets and deletes firmware variables. */
export const nvram = defineCommand({
  name: 'nvram', path: '/usr/sbin/nvram', summary: 'manipulate firmware NVRAM variables', main, man: nvramMan,
})
