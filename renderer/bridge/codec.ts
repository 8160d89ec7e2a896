import { parse, stringify } from 'devalue'

/** Messages on a WebSocket are devalue text; bytes, typed arrays, Map and bigint survive, and so do errors. */
export function encodeMessage(message: unknown): string {
  return stringify(message, {
    Error: (value: unknown) => value instanceof Error && { name: value.name, message: value.message },
  })
}

export function decodeMessage(text: string): unknown {
  return parse(text, {
    Error: (plain: { name: string; message: string }) => Object.assign(new Error(plain.message), { name: plain.name }),
  })
}
