import { target } from '../hardware/target.ts'
export const all = [target]
