import { target } from '../iokit/target.ts'
export const all = [target]
