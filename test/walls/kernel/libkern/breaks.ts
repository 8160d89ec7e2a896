import { target } from '../iokit/target.ts'
import { parse } from 'devalue'
export const all = [target, parse]
