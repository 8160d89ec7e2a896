import { target } from '../libkern/target.ts'
import { readFileSync } from 'node:fs'
import { target as main } from '../../main/target.ts'
export const all = [target, readFileSync, main]
