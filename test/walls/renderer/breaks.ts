import { target } from '../kernel/iokit/target.ts'
import { readFileSync } from 'node:fs'
export const all = [target, readFileSync]
