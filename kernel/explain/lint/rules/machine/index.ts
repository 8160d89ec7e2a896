/** Rules for machine files (WB1xx). */
import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { deviceId } from './deviceId.ts'
import { deviceOption } from './deviceOption.ts'
import { deviceParent } from './deviceParent.ts'
import { devicePart } from './devicePart.ts'
import { deviceSlot } from './deviceSlot.ts'
import { machineShape } from './machineShape.ts'
import { platformLimits } from './platformLimits.ts'

/** Rules for machine files, in the order of their numbers. */
export const machineRules: readonly LintRule<MachineSubject>[] = [
  machineShape, deviceId, devicePart, deviceParent, deviceSlot, deviceOption, platformLimits,
]
