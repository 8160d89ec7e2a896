import { target } from '../driver/target.ts'
export const all = [target]
