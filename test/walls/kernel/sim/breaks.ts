import { target } from '../mach/target.ts'
export const all = [target]
