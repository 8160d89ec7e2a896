import { refused, type Unserialized } from './unserialize.ts'
export function OSUnserialize(_input: string | Uint8Array): Unserialized { return refused }
