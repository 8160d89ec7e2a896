import { kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import {
  OSBoolean, OSData, OSDictionary, OSNumber, OSString, defineMetaClass, type OSMetaClass, type OSObject,
} from '../../libkern/index.ts'
import { IOService } from '../service/index.ts'

const DELETE_KEY = 'IONVRAM-DELETE-PROPERTY'
const SYNC_KEYS = new Set(['IONVRAM-SYNCNOW-PROPERTY', 'IONVRAM-FORCESYNCNOW-PROPERTY'])
/** Variables whose values stay strings; every other text is kept as bytes. */
const STRING_VARIABLES = new Set(['boot-args'])
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
 * @xnu iokit/Kernel/IONVRAM.cpp IODTNVRAM — simplified: the variables live as long as the machine is on
 */
export class IODTNVRAM extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODTNVRAM', IODTNVRAM, IOService)

  private system: IODTNVRAMVariables | null = null
  private common: IODTNVRAMVariables | null = null

  /** Registers the node, its two views and the resource. Boot context. */
  publish(): void {
    this.removeProperty('name')
    this.removeProperty('AAPL,phandle')
    this.system = this.makeView('options-system')
    this.common = this.makeView('options-common')
    for (const [key, value] of this.propertyEntries()) {
      this.viewOf(key.getCStringNoCopy()).setProperty(key, value)
    }
    this.registerService()
    this.system.registerService()
    this.common.registerService()
    IOService.publishResource('IONVRAM')
  }

  /**
   * Sets, deletes or synchronises variables. Any thread. @xnu IONVRAM.cpp setProperties — simplified: no
   * permission per variable
   */
  override setProperties(properties: OSObject): IOReturn {
    if (!(properties instanceof OSDictionary)) return kIOReturnBadArgument
    let result = kIOReturnSuccess
    for (const [key, value] of properties.entries()) {
      const outcome = this.setVariable(key.getCStringNoCopy(), value)
      if (outcome !== kIOReturnSuccess) result = outcome
    }
    return result
  }

  /** Sets one variable, or does what one of the command keys asks for. */
  setVariable(name: string, value: OSObject): IOReturn {
    if (SYNC_KEYS.has(name)) return kIOReturnSuccess
    if (name === DELETE_KEY) {
      if (!(value instanceof OSString)) return kIOReturnBadArgument
      return this.removeVariable(value.getCStringNoCopy())
    }
    const kept = keptForm(name, value)
    if (kept === null) return kIOReturnBadArgument
    this.setProperty(name, kept)
    this.viewOf(name).setProperty(name, kept)
    kept.release()
    return kIOReturnSuccess
  }

  private removeVariable(name: string): IOReturn {
    if (this.getProperty(name) === null) return kIOReturnSuccess
    this.removeProperty(name)
    this.viewOf(name).removeProperty(name)
    return kIOReturnSuccess
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

/** The object kept for a value, with one reference to the caller; null when it cannot be kept. */
function keptForm(name: string, value: OSObject): OSObject | null {
  if (value instanceof OSString && !STRING_VARIABLES.has(name)) {
    const text = value.getCStringNoCopy()
    return text.length > MAX_VALUE_BYTES ? null
      : OSData.withBytes(Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff))
  }
  const known = value instanceof OSString || value instanceof OSData || value instanceof OSBoolean
    || value instanceof OSNumber
  if (!known || (value instanceof OSData && value.getLength() > MAX_VALUE_BYTES)) return null
  value.retain()
  return value
}
