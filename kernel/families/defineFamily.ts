import type { DeviceDescription, MachineDescription, PartDescription, Problem } from '../api/index.ts'
import type { BlockBacking, DeviceModel, Fabric, PciRootComplex } from '../hardware/index.ts'
import type { OSMetaClass } from '../libkern/index.ts'
import { assert } from '../sim/index.ts'

/** A value inside a personality or an Info.plist, in plain form; numbers become 32-bit OSNumbers. */
export type PersonalityValue =
  | string | number | bigint | boolean | Uint8Array
  | readonly PersonalityValue[]
  | { readonly [key: string]: PersonalityValue }

/** One entry of IOKitPersonalities. */
export type Personality = { readonly [key: string]: PersonalityValue }

/** A declared symbol: what simulated backtraces print for the code of this kext. */
export interface KextSymbol {
  readonly symbol: string
  readonly sizeBytes: number
}

/** The driver half of a family: what its Info.plist would say, and its classes. */
export interface KextDefinition {
  readonly CFBundleIdentifier: string
  readonly CFBundleName?: string
  readonly CFBundleVersion: string
  readonly OSBundleCompatibleVersion?: string
  /** `Root`, `Local-Root`, `Console` … as in a real Info.plist. */
  readonly OSBundleRequired?: string
  readonly OSBundleLibraries: { readonly [bundleId: string]: string }
  readonly personalities: { readonly [name: string]: Personality }
  readonly classes: readonly OSMetaClass[]
  /** What other kexts are lent besides the classes: the module whose types their authors see. */
  readonly kpi?: Readonly<Record<string, unknown>>
  readonly symbols?: readonly KextSymbol[]
}

/** What a part may ask about while it is checked: nothing has been built yet. */
export interface CheckContext {
  readonly machine: MachineDescription
  /** Path of the device in the description, for `Problem.where`: `devices[3]`. */
  readonly where: string
  readonly parent: DeviceDescription | null
  readonly parentPart: PartDescription | null
  /** Devices that name this one as their parent. */
  readonly children: readonly DeviceDescription[]
  /** Devices with the same parent, without this one. */
  readonly siblings: readonly DeviceDescription[]
}

/** Hands out what a platform owns only once: address ranges and interrupt inputs of memory-mapped parts. */
export interface PlatformAllocator {
  /** A free, aligned range of device addresses. */
  memory(sizeBytes: number, alignment: number): number
  /** A free input number of the platform's interrupt controller. */
  interrupt(): number
}

/** What a part gets to build itself from. */
export interface BuildContext {
  readonly machine: MachineDescription
  readonly fabric: Fabric
  /** Model of the parent; null when the part hangs on the platform itself. */
  readonly parent: DeviceModel | null
  /** The platform's PCI host, where it has one: parent of PCI parts that name no parent. */
  readonly pciRoot: PciRootComplex | null
  /** Root complexes by the id of the `pci.host` part that stands for them. */
  readonly pciHosts: ReadonlyMap<string, PciRootComplex>
  readonly allocate: PlatformAllocator
  /**
   * Bytes of a host-backed image, by the name the description gives; null when the host has none of that
   * name.
   */
  backing(name: string): BlockBacking | null
}

/** A kind of part: what the palette shows, how a placed one is checked, and how its model is made. */
export interface PartDefinition extends PartDescription {
  /** Everything that speaks against this placement and these options; empty when it can be built. */
  check(device: DeviceDescription, context: CheckContext): Problem[]
  /** Makes the model and attaches it to its parent. Called only when `check` found nothing. */
  build(device: DeviceDescription, context: BuildContext): DeviceModel
}

/** A device family: its kext (driver half) and its parts (model half). Either may be empty. */
export interface FamilyDefinition {
  readonly kext: KextDefinition | null
  readonly parts: readonly PartDefinition[]
}

/** Declares a family; one line in `families/index.ts` makes it known. */
export function defineFamily(definition: FamilyDefinition): FamilyDefinition {
  return definition
}

/** An option as it was given, of whatever type that is; the declared default where it is absent. */
export function optionOf(part: PartDescription, device: DeviceDescription, key: string): unknown {
  const given = device.options[key]
  if (given !== undefined) return given
  const declared = part.options.find((option) => option.key === key)
  assert(declared !== undefined, `part ${part.part} declares no option ${key}`)
  return declared.default
}

/** A number or size that `check` has already passed. */
export function numberOption(part: PartDescription, device: DeviceDescription, key: string): number {
  const value = optionOf(part, device, key)
  assert(typeof value === 'number', `${device.id}.${key} was checked to be a number`)
  return value
}

/** A text or choice that `check` has already passed. */
export function textOption(part: PartDescription, device: DeviceDescription, key: string): string {
  const value = optionOf(part, device, key)
  assert(typeof value === 'string', `${device.id}.${key} was checked to be a text`)
  return value
}

/** A switch that `check` has already passed. */
export function flagOption(part: PartDescription, device: DeviceDescription, key: string): boolean {
  const value = optionOf(part, device, key)
  assert(typeof value === 'boolean', `${device.id}.${key} was checked to be true or false`)
  return value
}

/** Checks the options of a placed part against their declarations: unknown keys, types, bounds, choices. */
export function checkOptions(part: PartDescription, device: DeviceDescription, where: string): Problem[] {
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(device.options)) {
    const path = `${where}.options.${key}`
    const option = part.options.find((candidate) => candidate.key === key)
    if (option === undefined) {
      const known = part.options.map((candidate) => candidate.key).join(', ')
      problems.push(
        { where: path, message: `${part.part} has no option of this name.`, wanted: known || 'no options' },
      )
      continue
    }
    const wanted = optionFault(option, value)
    if (wanted !== null) {
      problems.push({ where: path, message: `${option.title} is not valid.`, seen: shortText(value), wanted })
    }
  }
  return problems
}

function optionFault(option: PartDescription['options'][number], value: unknown): string | null {
  switch (option.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false'
    case 'string':
      return typeof value === 'string' && value.length <= (option.max ?? 1024) ? null : 'a text'
    case 'choice':
      return option.choices?.includes(value as string) === true ? null : (option.choices ?? []).join(', ')
    case 'integer':
    case 'size': {
      const least = option.min ?? 0
      const most = option.max ?? Number.MAX_SAFE_INTEGER
      const fits = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      return fits ? null : `a whole number from ${least} to ${most}`
    }
  }
}

function shortText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 60 ? text.slice(0, 57) + '…' : text
}
