import { createBirpc, type BirpcReturn } from 'birpc'
import { z } from 'zod'
import type { Wire } from './Wire.ts'

/** Serves `functions` over a wire: only own names can be called, arguments are checked first, events go the other way. */
export function serveRpc<Remote extends object, Local extends object>(
  wire: Wire, functions: Local, schemas: Record<string, z.ZodType>,
): BirpcReturn<Remote, Local> {
  return createBirpc<Remote, Local>(functions, {
    post: (message) => wire.post(message),
    on: (listener) => wire.onMessage(listener),
    timeout: -1,
    resolver(name, resolved) {
      if (!Object.hasOwn(schemas, name) || typeof resolved !== 'function') return undefined
      return (...given: unknown[]) => {
        const checked = schemas[name]!.safeParse(given)
        if (!checked.success) throw new Error(`${name}: ${z.prettifyError(checked.error)}`)
        return resolved.apply(functions, checked.data as unknown[])
      }
    },
    onFunctionError: () => undefined,
  })
}
