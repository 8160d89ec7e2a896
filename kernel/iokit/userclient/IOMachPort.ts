import { OSObject, collectionTag, defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import {
  IKOT_IOKIT_CONNECT, ipc_kobject_alloc_port, ipc_kobject_dealloc_port, type IKOT_IOKIT_IDENT,
  type IKOT_IOKIT_OBJECT,
  type IKOT_UEXT_OBJECT, type Port,
} from '../../mach/index.ts'
import { present } from '../../sim/index.ts'

export type IOKitPortType =
  | typeof IKOT_IOKIT_OBJECT | typeof IKOT_IOKIT_CONNECT | typeof IKOT_IOKIT_IDENT | typeof IKOT_UEXT_OBJECT

/**
 * Ties a port to an object of I/O Kit, so that objects need not know their ports.
 * @xnu iokit/Kernel/IOUserClient.cpp IOMachPort — faithful
 */
export class IOMachPort extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOMachPort', IOMachPort, OSObject)

  /** What the port stands for; a connection that was closed with memory mapped stands for the mappings. */
  object: OSObject | null = null
  private machPort: Port | null = null

  /**
   * Makes the port; the object is held as by a collection.
   * @xnu iokit/Kernel/IOUserClient.cpp withObjectAndType — faithful
   */
  static withObjectAndType(object: OSObject, type: IOKitPortType): IOMachPort {
    const made = new IOMachPort()
    made.object = object
    made.machPort = ipc_kobject_alloc_port(made, type)
    made.machPort.isImmovableSend = type === IKOT_IOKIT_CONNECT
    object.taggedRetain(collectionTag)
    return made
  }

  /** The port, as long as this lives. @xnu ours: a field of the original's */
  get port(): Port {
    return present(this.machPort, 'a port lives as long as its IOMachPort')
  }

  /** The kind of object behind it. @xnu osfmk/device/iokit_rpc.c iokit_port_type — faithful */
  get type(): IOKitPortType {
    return this.port.kotype as IOKitPortType
  }

  /** The port dies with it. @xnu iokit/Kernel/IOUserClient.cpp IOMachPort::free — faithful */
  override free(): void {
    if (this.machPort !== null) ipc_kobject_dealloc_port(this.machPort)
    super.free()
  }
}
