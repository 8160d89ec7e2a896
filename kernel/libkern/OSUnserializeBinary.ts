import type { OSObject } from './OSObject.ts'
export function OSUnserializeBinary(_bytes: Uint8Array): OSObject | null { return null }
