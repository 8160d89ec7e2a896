import { target } from '../libkern/target.ts'
export const all = [target]
