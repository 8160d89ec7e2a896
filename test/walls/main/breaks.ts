import { target } from '../kernel/userland/target.ts'
export const all = [target]
