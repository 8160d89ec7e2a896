/** Kinds of ASCII characters, as bits. */
export const LETTER = 1
export const WORD = 2
export const HEX = 4

/** The kinds of each character below 128; nothing for those beyond. */
export const KINDS = new Uint8Array(128)
for (const sign of '0123456789') KINDS[sign.charCodeAt(0)] = WORD | HEX
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  KINDS[sign.charCodeAt(0)] = LETTER | WORD | (/[a-f]/iu.test(sign) ? HEX : 0)
