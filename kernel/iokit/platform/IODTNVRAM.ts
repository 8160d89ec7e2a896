import {
  kIOReturnBadArgument, kIOReturnError, kIOReturnNoSpace, kIOReturnNotFound, kIOReturnNotPrivileged,
  kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import {
  OSBoolean, OSData, OSDictionary, OSString, defineMetaClass, type OSMetaClass, type OSObject,
} from '../../libkern/index.ts'
import { current_task } from '../../mach/index.ts'
import { IOService } from '../service/index.ts'
import { mayDeleteVariable, mayWriteVariable } from './variablePermissions.ts'

const DELETE_KEY = 'IONVRAM-DELETE-PROPERTY'
const SYNC_KEYS = new Set(['IONVRAM-SYNCNOW-PROPERTY', 'IONVRAM-FORCESYNCNOW-PROPERTY'])
const DELETE_WITH_RESULT_KEY = 'IONVRAM-DELETEWRET-PROPERTY'
const BOOT_ARGS = 'boot-args'
const BOOT_LINE_LENGTH = 1024
/** Variables whose values are strings, or booleans; every other one is bytes. */
const STRING_VARIABLES = new Set([BOOT_ARGS])
const BOOLEAN_VARIABLES = new Set(['auto-boot', 'auto-boot?'])
/** Variables that belong to the system: they are shown by `options-system` as well. */
const SYSTEM_VARIABLES = new Set([
  'auto-boot', 'backlight-nits', 'boot-volume', 'SystemAudioVolume', 'SystemAudioVolumeExtension',
  'update-volume',
])
const MAX_VALUE_BYTES = 65_536

/** One of the two views of the variables. @xnu iokit/Kernel/IONVRAM.cpp IODTNVRAMVariables — faithful */
export class IODTNVRAMVariables extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODTNVRAMVariables', IODTNVRAMVariables, IOService)
}

/**
 * The non-volatile variables: its properties are the variables, and setting properties sets variables.
 * They live in the machine's description: whoever starts it anew reads `variables` first.
 * @xnu iokit/Kernel/IONVRAM.cpp IODTNVRAM — simplified: names with a GUID are plain names
 */
export class IODTNVRAM extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODTNVRAM', IODTNVRAM, IOService)

  private system: IODTNVRAMVariables | null = null
  private common: IODTNVRAMVariables | null = null

  /**
   * Registers the node, its two views and the resource. Boot context.
   * @xnu ours: `start` of the original, for firmware that has read the variables already
   */
  publish(): void {
    this.removeProperty('name')
    this.removeProperty('AAPL,phandle')
    this.system = this.makeView('options-system')
    this.common = this.makeView('options-common')
    this.adoptKinds()
    for (const [key, value] of this.propertyEntries()) {
      this.viewOf(key.getCStringNoCopy()).setProperty(key, value)
    }
    this.registerService()
    this.system.registerService()
    this.common.registerService()
    IOService.publishResource('IONVRAM')
  }

  /**
   * Name and value of each variable as `nvram` prints them, %xx for bytes that cannot be shown. Any context.
   * @xnu ours: for who keeps the machine's description
   */
  variables(): Record<string, string> {
    const texts: Record<string, string> = {}
    for (const [key, value] of this.propertyEntries()) {
      const text = variableText(value)
      if (text !== null) texts[key.getCStringNoCopy()] = text
    }
    return texts
  }

  /**
   * Sets, deletes or synchronises variables, up to the first that fails. Any thread.
   * @xnu iokit/Kernel/IONVRAM.cpp IODTNVRAM::setProperties — faithful
   */
  override setProperties(properties: OSObject): IOReturn {
    if (!(properties instanceof OSDictionary)) return kIOReturnBadArgument
    for (const [key, value] of properties.entries()) {
      const result = this.setVariable(key.getCStringNoCopy(), value)
      if (result !== kIOReturnSuccess) return result
    }
    return kIOReturnSuccess
  }

  /**
   * Sets one variable, or does what one of the command keys asks for. Any thread; who may is a matter of the
   * variable.
   * @xnu iokit/Kernel/IONVRAM.cpp setPropertyWithGUIDAndName — simplified: a GUID is a part of the name
   */
  setVariable(name: string, value: OSObject): IOReturn {
    if (SYNC_KEYS.has(name)) return value instanceof OSString ? kIOReturnSuccess : kIOReturnError
    if (name === DELETE_KEY || name === DELETE_WITH_RESULT_KEY) {
      if (!(value instanceof OSString)) return kIOReturnError
      const result = this.removeVariable(value.getCStringNoCopy())
      return name === DELETE_KEY ? kIOReturnSuccess : result
    }
    if (!mayWriteVariable(name, current_task())) return kIOReturnNotPrivileged
    const kept = keptForm(name, value)
    if (typeof kept === 'number') return kept
    if (kept instanceof OSData && kept.getLength() === 0) this.removeVariable(name)
    else {
      this.setProperty(name, kept)
      this.viewOf(name).setProperty(name, kept)
    }
    kept.release()
    return kIOReturnSuccess
  }

  private removeVariable(name: string): IOReturn {
    if (!mayDeleteVariable(name, current_task())) return kIOReturnNotPrivileged
    if (this.getProperty(name) === null) return kIOReturnNotFound
    this.removeProperty(name)
    this.viewOf(name).removeProperty(name)
    return kIOReturnSuccess
  }

  /** The firmware leaves bytes; some variables are strings or booleans. */
  private adoptKinds(): void {
    for (const name of [...STRING_VARIABLES, ...BOOLEAN_VARIABLES]) {
      const bytes = this.getProperty(name)
      if (!(bytes instanceof OSData)) continue
      const text = String.fromCharCode(...bytes.bytes()).replace(/\0+$/u, '')
      this.setProperty(name, STRING_VARIABLES.has(name) ? text : text === 'true')
    }
  }

  private viewOf(name: string): IOService {
    return (SYSTEM_VARIABLES.has(name) ? this.system : this.common) ?? this
  }

  private makeView(name: string): IODTNVRAMVariables {
    const view = new IODTNVRAMVariables()
    view.init()
    view.setName(name)
    view.attach(this)
    view.release()
    return view
  }
}

/** The object kept for a value, with one reference to the caller; an error for what cannot be kept. */
function keptForm(name: string, value: OSObject): OSObject | IOReturn {
  if (STRING_VARIABLES.has(name)) {
    if (!(value instanceof OSString)) return kIOReturnBadArgument
    if (value.getLength() >= BOOT_LINE_LENGTH) return kIOReturnNoSpace
    return retained(value)
  }
  if (BOOLEAN_VARIABLES.has(name)) return value instanceof OSBoolean ? retained(value) : kIOReturnBadArgument
  if (value instanceof OSString) {
    const text = value.getCStringNoCopy()
    return text.length > MAX_VALUE_BYTES ? kIOReturnNoSpace
      : OSData.withBytes(Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff))
  }
  if (!(value instanceof OSData)) return kIOReturnBadArgument
  return value.getLength() > MAX_VALUE_BYTES ? kIOReturnNoSpace : retained(value)
}

function retained(value: OSObject): OSObject {
  value.retain()
  return value
}

function variableText(value: OSObject): string | null {
  if (value instanceof OSString) {
    return percentText(Uint8Array.from(value.getCStringNoCopy(), (c) => c.charCodeAt(0)))
  }
  if (value instanceof OSBoolean) return value.isTrue() ? 'true' : 'false'
  return value instanceof OSData ? percentText(value.bytes()) : null
}

function percentText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x25
    ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`).join('')
}
