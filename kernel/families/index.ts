/** The device families: the explicit list of their kexts and parts. */
import { appleACPIPlatform, ioACPIFamily } from './AppleACPIPlatform/index.ts'
import { appleA7IOP } from './AppleA7IOP/index.ts'
import { appleAPIC } from './AppleAPIC/index.ts'
import { appleARMPlatform, appleT8101 } from './AppleARMPlatform/index.ts'
import { appleEFIRuntime } from './AppleEFIRuntime/index.ts'
import { appleHPET } from './AppleHPET/index.ts'
import { appleInterruptController } from './AppleInterruptController/index.ts'
import { appleRTC } from './AppleRTC/index.ts'
import { appleSMBIOS } from './AppleSMBIOS/index.ts'
import { appleT8103PCIe } from './AppleT8103PCIe/index.ts'
import type { FamilyDefinition, KextDefinition, PartDefinition } from './defineFamily.ts'
import { appleT8020DART, ioDARTFamily } from './IODARTFamily/index.ts'
import { IONVMeFamily } from './IONVMeFamily/index.ts'
import { IOPCIFamily } from './IOPCIFamily/index.ts'
import { IOStorageFamily } from './IOStorageFamily/index.ts'
import { rtBuddy } from './RTBuddy/index.ts'

/** Families that exist on every platform, in order of dependence. */
const commonFamilies: readonly FamilyDefinition[] = [IOPCIFamily, IOStorageFamily, IONVMeFamily]

const acpiFamilies: readonly FamilyDefinition[] = [
  ioACPIFamily, appleACPIPlatform, appleAPIC, appleSMBIOS, appleRTC, appleHPET, appleEFIRuntime,
]

const deviceTreeFamilies: readonly FamilyDefinition[] = [
  appleARMPlatform, appleT8101, appleInterruptController, ioDARTFamily, appleT8020DART, appleA7IOP, rtBuddy,
  appleT8103PCIe,
]

/** Every device family the workbench knows. */
export const families: readonly FamilyDefinition[] =
  [...commonFamilies, ...acpiFamilies, ...deviceTreeFamilies]

/** The boot kernel collection of a platform, in order of dependence. */
export function bootCollection(platform: 'acpi' | 'device-tree'): KextDefinition[] {
  const own = platform === 'acpi' ? acpiFamilies : deviceTreeFamilies
  return [...commonFamilies, ...own].flatMap(({ kext }) => (kext === null ? [] : [kext]))
}

/** All parts of all families. */
export const parts: readonly PartDefinition[] = families.flatMap((family) => family.parts)

/** A part by its name, or null. */
export function findPart(name: string): PartDefinition | null {
  return parts.find((part) => part.part === name) ?? null
}

export * from './defineFamily.ts'
export { familyMatcherFor, familyRules } from './familyMatchers.ts'
