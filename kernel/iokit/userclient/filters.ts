import { kIOReturnBusy, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import type { Task } from '../../mach/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IORegistryEntry } from '../registry/index.ts'
import type { IOUserClient } from './IOUserClient.ts'

export const io_filter_type_external_method = 1
export const io_filter_type_external_async_method = 2
export const io_filter_type_trap = 3

/** What a sandbox profile says of one connection; opaque to I/O Kit. */
export type FilterPolicy = object

/** The sandbox's part in connections. @xnu iokit/IOKit/IOUserClient.h io_filter_callbacks — faithful */
export interface FilterCallbacks {
  /** The policy for a connection that is being opened; kIOReturnUnsupported: none. */
  resolve(task: Task, client: IOUserClient, type: number): { result: IOReturn; policy: FilterPolicy | null }
  /** Whether a method or a trap may be called. */
  apply(client: IOUserClient, policy: FilterPolicy, kind: number, selector: number): IOReturn
  /** The connection is gone, and what was said of it with it. */
  release?(policy: FilterPolicy): void
}

/** Mandatory access control: each answers whether it refuses. @xnu security/mac_iokit.c — faithful */
export interface IOKitPolicies {
  checkOpenService?(task: Task, service: IORegistryEntry, type: number): boolean
  checkOpen?(task: Task, client: IOUserClient, type: number): boolean
  checkGetProperty?(task: Task, entry: IORegistryEntry, name: string): boolean
  checkSetProperties?(task: Task, entry: IORegistryEntry): boolean
}

class FilterState {
  callbacks: FilterCallbacks | null = null
  policies: IOKitPolicies = {}
}

const state = kernelState(() => new FilterState())

/** Installs the sandbox, once. @xnu iokit/Kernel/IOUserClient.cpp registerFilterCallbacks — faithful */
export function registerFilterCallbacks(callbacks: FilterCallbacks): IOReturn {
  if (state().callbacks !== null) return kIOReturnBusy
  state().callbacks = callbacks
  return kIOReturnSuccess
}

export function filterCallbacks(): FilterCallbacks | null {
  return state().callbacks
}

/** Installs the policies of mandatory access control. */
export function setIOKitPolicies(policies: IOKitPolicies): void {
  state().policies = policies
}

export function iokitPolicies(): IOKitPolicies {
  return state().policies
}
