import { target } from '../sim/target.ts'
import { target as mach } from '../mach/target.ts'
export const all = [target, mach]
