import { target } from '../main/target.ts'
export const all = [target]
