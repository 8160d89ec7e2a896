import { target } from '../userland/target.ts'
export const all = [target]
