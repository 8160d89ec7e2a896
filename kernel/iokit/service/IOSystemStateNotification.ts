import {
  kIOReturnBadArgument, kIOReturnError, kIOReturnNotFound, kIOReturnNotPermitted, kIOReturnSuccess,
  kIOStateNotificationItemCreateKey, kIOStateNotificationItemSetKey, kIOStateNotificationNameKey,
  kIOSystemStateHaltDescriptionKey, kIOSystemStatePowerSourceDescriptionKey, kIOSystemStateSleepDescriptionKey,
  kIOSystemStateWakeDescriptionKey, type IOReturn,
} from '../../abi/index.ts'
import {
  OSDictionary, OSObject, OSString, OSSymbol, defineMetaClass, type OSArray, type OSMetaClass, type OSSerialize,
} from '../../libkern/index.ts'
import { current_task, kernelTrap } from '../../mach/index.ts'
import { wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

/** Runs when an item that was asked for is set, in the thread of who sets it. The answer is not looked at. */
export type IOStateNotificationHandler = () => Blocking<IOReturn>

const kIOSystemStateEntitlement = 'com.apple.private.iokit.systemstate'
/** Where the value stands in an item: what the kernel touches first of one that is not there. */
const VALUE_OFFSET = 0x18n

/** A named state. @xnu iokit/Kernel/IOUserServer.cpp IOStateNotificationItem — faithful */
export class IOStateNotificationItem extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOStateNotificationItem', IOStateNotificationItem, OSObject)

  schema: OSDictionary | null = null
  value: OSDictionary | null = null
  readonly listeners = new Set<IOStateNotificationListener>()
}

/** Who hears of items. @xnu iokit/Kernel/IOUserServer.cpp IOStateNotificationListener — faithful */
export class IOStateNotificationListener extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOStateNotificationListener', IOStateNotificationListener, OSObject)

  handler: IOStateNotificationHandler | null = null
}

/**
 * States of the system as a whole, by name: set by the kernel's parts and by entitled tasks, heard by drivers.
 * @xnu iokit/Kernel/IOUserServer.cpp IOSystemStateNotification — faithful
 */
export class IOSystemStateNotification extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOSystemStateNotification', IOSystemStateNotification, IOService)

  private readonly items = new Map<string, IOStateNotificationItem>()

  /**
   * Makes the world's one, with the items of power management, below nobody yet. Boot context.
   * @xnu iokit/Kernel/IOUserServer.cpp IOSystemStateNotification::initialize — faithful
   */
  static initialize(): IOSystemStateNotification {
    const made = new IOSystemStateNotification()
    made.init()
    for (const name of [
      kIOSystemStateSleepDescriptionKey, kIOSystemStateWakeDescriptionKey, kIOSystemStateHaltDescriptionKey,
      kIOSystemStatePowerSourceDescriptionKey,
    ]) made.itemNamed(name, null)
    serviceState().systemState = made
    return made
  }

  /**
   * Makes an item, unless there is one of that name. The schema is kept, and told the name. Any context.
   * @xnu iokit/Kernel/IOUserServer.cpp StateNotificationItemCreate — faithful
   */
  StateNotificationItemCreate(itemName: OSString, schema: OSDictionary | null): IOReturn {
    this.itemNamed(itemName.getCStringNoCopy(), schema)
    return kIOReturnSuccess
  }

  /**
   * Sets an item, which keeps the value, and runs the handlers of its listeners. An item that is not there is the
   * null dereference that it is in the kernel. Thread context.
   * @xnu iokit/Kernel/IOUserServer.cpp StateNotificationItemSet — faithful
   */
  *StateNotificationItemSet(itemName: OSString, value: OSDictionary): KernelThread<IOReturn> {
    const item = this.items.get(itemName.getCStringNoCopy())
    if (item === undefined) kernelTrap({ kind: 'page-fault', address: VALUE_OFFSET, access: 'read' })
    value.retain()
    item.value?.release()
    item.value = value
    const listeners = [...item.listeners]
    for (const listener of listeners) listener.retain()
    for (const listener of listeners) yield* wait(listener.handler!())
    for (const listener of listeners) listener.release()
    return kIOReturnSuccess
  }

  /**
   * The item's value with one reference; kIOReturnNotFound where there is no such item, or none set. Any context.
   * @xnu iokit/Kernel/IOUserServer.cpp StateNotificationItemCopy — faithful
   */
  StateNotificationItemCopy(itemName: OSString): { result: IOReturn; value: OSDictionary | null } {
    const value = this.items.get(itemName.getCStringNoCopy())?.value ?? null
    value?.retain()
    return { result: value === null ? kIOReturnNotFound : kIOReturnSuccess, value }
  }

  /**
   * Asks to hear of items by name; those that are not there are made. kIOReturnBadArgument at a name that is no
   * text, and then nothing is heard. The listener's reference is the caller's, until `stateNotificationListenerRemove`.
   * Any context.
   * @xnu iokit/Kernel/IOUserServer.cpp stateNotificationListenerAdd — faithful
   */
  stateNotificationListenerAdd(
    items: OSArray, handler: IOStateNotificationHandler,
  ): { result: IOReturn; listener: IOStateNotificationListener | null } {
    const listener = new IOStateNotificationListener()
    listener.init()
    listener.handler = handler
    for (const name of items.values()) {
      if (!(name instanceof OSString)) {
        this.stateNotificationListenerRemove(listener)
        listener.release()
        return { result: kIOReturnBadArgument, listener: null }
      }
      const { listeners } = this.itemNamed(name.getCStringNoCopy(), null)
      if (!listeners.has(listener)) listener.retain()
      listeners.add(listener)
    }
    return { result: kIOReturnSuccess, listener }
  }

  /**
   * The listener hears of nothing any more. Any context; a handler that runs is not waited for.
   * @xnu iokit/Kernel/IOUserServer.cpp stateNotificationListenerRemove — faithful
   */
  stateNotificationListenerRemove(listener: IOStateNotificationListener): IOReturn {
    for (const { listeners } of this.items.values()) if (listeners.delete(listener)) listener.release()
    return kIOReturnSuccess
  }

  /**
   * What user space sees is the items that are set.
   * @xnu iokit/Kernel/IOUserServer.cpp IOSystemStateNotification::serializeProperties — faithful
   */
  override serializeProperties(serializer: OSSerialize): boolean {
    const shown = OSDictionary.withCapacity(16)
    for (const [name, { value }] of this.items) if (value !== null) shown.setObject(name, value)
    const isDone = shown.serialize(serializer)
    shown.release()
    return isDone
  }

  /**
   * Creates or sets an item for a task with the entitlement. Thread context.
   * @xnu iokit/Kernel/IOUserServer.cpp IOSystemStateNotification::setProperties — faithful
   */
  override *setProperties(properties: OSObject): KernelThread<IOReturn> {
    if (!(properties instanceof OSDictionary)) return kIOReturnBadArgument
    if (!current_task().hasEntitlement(kIOSystemStateEntitlement)) return kIOReturnNotPermitted
    const schema = properties.getObject(kIOStateNotificationItemCreateKey)
    if (schema instanceof OSDictionary) {
      return this.StateNotificationItemCreate(nameIn(schema), schema)
    }
    const value = properties.getObject(kIOStateNotificationItemSetKey)
    if (!(value instanceof OSDictionary)) return kIOReturnError
    const name = nameIn(value)
    name.retain()
    value.removeObject(kIOStateNotificationNameKey)
    const result = yield* this.StateNotificationItemSet(name, value)
    name.release()
    return result
  }

  /** @xnu iokit/Kernel/IOUserServer.cpp stateNotificationItemCopy — faithful */
  private itemNamed(name: string, schema: OSDictionary | null): IOStateNotificationItem {
    const known = this.items.get(name)
    if (known !== undefined) return known
    const item = new IOStateNotificationItem()
    item.init()
    schema?.retain()
    item.schema = schema ?? OSDictionary.withCapacity(8)
    const symbol = OSSymbol.withCString(name)
    item.schema.setObject(kIOStateNotificationNameKey, symbol)
    symbol.release()
    this.items.set(name, item)
    return item
  }
}

/** The name in a request; without one, the null dereference that it is in the kernel. */
function nameIn(request: OSDictionary): OSString {
  const name = request.getObject(kIOStateNotificationNameKey)
  return name instanceof OSString ? name : kernelTrap({ kind: 'page-fault', address: 0n, access: 'read' })
}
