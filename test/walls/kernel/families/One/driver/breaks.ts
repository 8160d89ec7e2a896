import { target } from '../model/target.ts'
export const all = [target]
