import { target } from '../machine/target.ts'
export const all = [target]
