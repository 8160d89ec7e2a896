import { refused, type Unserialized } from './unserialize.ts'
export function OSUnserializeXML(_input: string | Uint8Array): Unserialized { return refused }
